from chalicelib.domain.access import Action, permit
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.domain.exports.control import control_of
from chalicelib.domain.exports.files import FecOrder, by_account, carried_of
from chalicelib.domain.exports.ledger_lines import lines_of
from chalicelib.domain.exports.refusals import NothingToExport
from chalicelib.domain.people import Person
from chalicelib.usecases.exports.complete_journal import require_complete_journal
from chalicelib.usecases.exports.make_batch import holders
from chalicelib.usecases.exports.ports import BookPorts
from chalicelib.usecases.exports.reading import ends_of, numbered_entries, taken


def take_fec(ports: BookPorts, campaign: Campaign, year: int, by: Person) -> tuple[str, bytes]:
    """Return the name and the bytes of the ZIP with the FEC of a calendar year; who takes it is audited.

    Entries that have no number yet are not in it. Raise `NothingToExport` for a year without any, and
    `JournalIncomplete`.
    """
    permit(by, Action.READ_BOOKS, "")
    require_complete_journal(ports)
    order = _order(ports, campaign, year)
    return taken(ports, f"{order.name}.zip", ports.render_fec(order), by)


def _order(ports: BookPorts, campaign: Campaign, year: int) -> FecOrder:
    series = campaign.numbering.series
    ends = ends_of(ports, series)
    before = [entry for end in ends if end.year < year for entry in numbered_entries(ports, end)]
    entries = [entry for end in ends if end.year == year for entry in numbered_entries(ports, end)]
    if not entries:
        raise NothingToExport
    names = holders(ports, (*before, *entries))
    carried = carried_of(before, names, campaign.accounting.carry_account)
    return FecOrder(
        siren=campaign.school.siren,
        year=year,
        export=campaign.accounting,
        carried=carried,
        lines=tuple(lines_of(entries, names)),
        control=control_of(entries, by_account(carried)),
        made_at=ports.now(),
        batch_hash=ports.batches.sequence(series, BatchKind.JOURNAL).last_hash,
    )
