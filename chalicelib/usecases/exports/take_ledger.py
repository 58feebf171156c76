from datetime import date

from chalicelib.domain.access import Action, permit
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.domain.exports.control import control_of
from chalicelib.domain.exports.files import LedgerKind, LedgerOrder, moved_money
from chalicelib.domain.exports.ledger_lines import lines_of
from chalicelib.domain.people import Person
from chalicelib.usecases.exports.complete_journal import require_complete_journal
from chalicelib.usecases.exports.ports import BookPorts
from chalicelib.usecases.exports.reading import every_entry, party_names, taken


def take_ledger(
    ports: BookPorts, campaign: Campaign, kind: LedgerKind, since: date, until: date, by: Person
) -> tuple[str, bytes]:
    """Return the name and the bytes of the ZIP with the journal, or the receipts, of some Paris days.

    Entries are told by the day they are dated on, numbered or not yet; who takes them is audited.
    """
    permit(by, Action.READ_BOOKS, "")
    require_complete_journal(ports)
    order = _order(ports, campaign, kind, since, until)
    return taken(ports, f"{order.name}.zip", ports.render_ledger(order), by)


def _order(ports: BookPorts, campaign: Campaign, kind: LedgerKind, since: date, until: date) -> LedgerOrder:
    series = campaign.numbering.series
    found = [each for each in every_entry(ports, series) if each.dated_on <= until]
    told = tuple(moved_money(found)) if kind is LedgerKind.RECEIPTS else tuple(found)
    chosen = [each for each in told if each.dated_on >= since]
    opening = control_of((each for each in told if each.dated_on < since), {}).closing
    return LedgerOrder(
        kind=kind,
        since=since,
        until=until,
        lines=tuple(lines_of(chosen, party_names(ports, chosen))),
        control=control_of(chosen, opening),
        made_at=ports.now(),
        batch_hash=ports.batches.sequence(series, BatchKind.JOURNAL).last_hash,
    )
