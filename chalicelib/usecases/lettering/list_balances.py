from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from chalicelib.domain.books.aged import AgedDebt, Balances, aged_debts
from chalicelib.domain.books.as_of import evening
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.receivables import receivable_cents
from chalicelib.domain.calendar import paris_day
from chalicelib.usecases.isolation import for_each
from chalicelib.usecases.lettering.ports import LetteringPorts

EVERY = 1_000_000
PAGE = 50


def list_balances(
    ports: LetteringPorts, series: str, as_of: date | None, after: str = "", most: int | None = PAGE
) -> Balances:
    """Return the debtors behind the account `after`, by account; all of them if `most` is None.

    Names and due days are read of the accounts that owe; amounts are those of one reading of the journal, so
    what the debtors owe adds up to its balance. Raise `DayToCome`.
    """
    day = evening(as_of, paris_day(ports.now()))
    entries = _by_person(ports, series, day)
    owing = sorted(person_id for person_id, own in entries.items() if _owes(own))
    behind = [person_id for person_id in owing if person_id > after]
    page, debts = behind[:most], list[AgedDebt]()

    def add(person_id: str) -> None:
        debts.extend(aged_debts(ports.accounts.account(person_id), entries[person_id], day))

    passed = for_each(ports, "debtor not listed", page, add)
    total = sum(receivable_cents(entry) for own in entries.values() for entry in own)
    cursor = page[-1] if page and len(behind) > len(page) else None
    return Balances(day, total, len(owing), debts, cursor, passed.failed)


def _by_person(ports: LetteringPorts, series: str, day: date) -> Mapping[str, Sequence[JournalEntry]]:
    """Return the entries of account 411 up to a day by account, each once: one may be numbered meanwhile."""
    found = {each.id: each for each in _read(ports, series, day)}
    entries: dict[str, list[JournalEntry]] = {}
    for entry in found.values():
        if entry.series == series and entry.dated_on <= day and receivable_cents(entry):
            entries.setdefault(entry.person_id, []).append(entry)
    return entries


def _read(ports: LetteringPorts, series: str, day: date) -> Iterator[JournalEntry]:
    yield from ports.journal.waiting(EVERY)
    for sequence in ports.journal.sequences():
        if sequence.series == series and sequence.year <= day.year:
            yield from ports.journal.numbered(series, sequence.year)


def _owes(entries: Sequence[JournalEntry]) -> bool:
    by_file: Counter[str] = Counter()
    for entry in entries:
        by_file[entry.registration_id] += receivable_cents(entry)
    return any(by_file.values())
