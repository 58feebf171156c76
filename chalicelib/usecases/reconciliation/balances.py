"""The balance of a book of the treasury, by what was gathered and what was booked since."""

from collections.abc import Iterable, Mapping
from datetime import date

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.treasury.booked_refunds import cents_on
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts

EVERY = 1_000_000


def years_of(ports: ReconciliationPorts, series: str) -> list[int]:
    """Return the years in which a school's entries have numbers."""
    return [each.year for each in ports.journal.sequences() if each.series == series]


def whole_balance_of(ports: ReconciliationPorts, series: str, book: Book, since: date) -> int:
    """Return the cents on a book that all entries dated from `since` on moved, numbered or not."""
    total = 0
    for year in years_of(ports, series):
        sums = ports.journal.sums(series, year)
        total += sum(_of_day(each, book) for day, each in sums.days.items() if day >= since)
        total += _on(book, ports.journal.numbered(series, year, sums.last), since)
    return total + _on(book, (each for each in ports.journal.waiting(EVERY) if each.series == series), since)


def balance_of(ports: ReconciliationPorts, series: str, book: Book) -> int:
    """Return the cents on a book.

    Entries of students count once they are gathered, those of the treasury at once, as remittances do.
    """
    total = 0
    for year in years_of(ports, series):
        cursor = ports.reconciliations.cursor(series, year)
        sums = ports.journal.sums(series, year)
        total += sum(_of_day(each, book) for each in sums.days.values())
        numbered = ports.journal.numbered(series, year, sums.last)
        total += _on(book, (each for each in numbered if each.number <= cursor.last))
    waiting = (each for each in ports.journal.waiting(EVERY) if each.series == series and each.is_treasury)
    return total + _on(book, waiting)


def _of_day(cents: Mapping[str, int], book: Book) -> int:
    return sum(amount for name, amount in cents.items() if name.endswith(f".{book}"))


def _on(book: Book, entries: Iterable[JournalEntry], since: date = date.min) -> int:
    return sum(cents_on(book, each) for each in entries if each.dated_on >= since)
