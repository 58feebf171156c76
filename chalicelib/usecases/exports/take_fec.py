from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.receivables import receivable_cents
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.domain.exports.control import control_of
from chalicelib.domain.exports.files import FecOrder, Lettered, by_account, carried_of
from chalicelib.domain.exports.ledger_lines import lines_of
from chalicelib.domain.exports.refusals import NothingToExport
from chalicelib.domain.people import Person
from chalicelib.usecases.exports.complete_journal import require_complete_journal
from chalicelib.usecases.exports.ports import BookPorts
from chalicelib.usecases.exports.reading import ends_of, numbered_entries, party_names, taken
from chalicelib.usecases.isolation import for_each, within
from chalicelib.usecases.lettering.letter_entries import debtors_of

LONGEST_LETTERING = timedelta(seconds=8)
"""The time that a request spends on letters: it has 29 seconds for the whole file."""


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
    letters, unlettered = _letters(ports, entries, year)
    names = party_names(ports, (*before, *entries))
    carried = carried_of(before, names, campaign.accounting.carry_account)
    return FecOrder(
        siren=campaign.school.siren,
        year=year,
        export=campaign.accounting,
        carried=carried,
        lines=tuple(lines_of(entries, names)),
        control=control_of(entries, by_account(carried)),
        made_at=ports.now(),
        letters=letters,
        unlettered=unlettered,
        batch_hash=ports.batches.sequence(series, BatchKind.JOURNAL).last_hash,
    )


def _letters(
    ports: BookPorts, entries: Sequence[JournalEntry], year: int
) -> tuple[Mapping[str, Lettered], int]:
    """Return the letters of account 411 by entry, as of the year's end, and how many accounts have none.

    An account that cannot be read, or for which there is no time left, goes without its letters.
    """
    has_time = within(ports.now, LONGEST_LETTERING)
    day = min(date(year, 12, 31), paris_day(ports.now()))
    letters: dict[str, Lettered] = {}

    def letter(person_id: str) -> None:
        for debtor in debtors_of(ports.accounts.account(person_id), day):
            for group in debtor.groups:
                if group.letter and group.lettered_on:
                    lettered = Lettered(group.letter, group.lettered_on)
                    letters.update((each.entry.id, lettered) for each in group.items)

    people = sorted({each.person_id for each in entries if receivable_cents(each)})
    passed = for_each(ports, "account not lettered", people, letter, has_time)
    return letters, passed.left + passed.failed
