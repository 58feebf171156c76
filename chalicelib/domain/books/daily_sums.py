"""The journal added up by day: a fold over the numbered entries, with the last number as its checkpoint.

What was booked after the checkpoint, numbered or not, is added when the figures are read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from chalicelib.domain.books.chart import MONEY, Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent

GIVEN_BACK = frozenset({MoneyEvent.REFUND})
TAKEN_BACK = frozenset({MoneyEvent.BOUNCE, MoneyEvent.CHARGEBACK, MoneyEvent.REINSTATEMENT})


@dataclass(frozen=True)
class JournalSums:
    """One school's journal of one year up to the entry `last`, as cents by day and by event and book."""

    series: str
    year: int
    last: int = 0
    days: Mapping[date, Mapping[str, int]] = field(default_factory=dict)
    version: int = 0


def with_entries(sums: JournalSums, entries: Iterable[JournalEntry]) -> JournalSums:
    """Return the sums with the entries that follow without a gap; the index may tell a later one first."""
    days, last = {day: Counter(cents) for day, cents in sums.days.items()}, sums.last
    for entry in entries:
        if entry.number != last + 1:
            break
        _add(days.setdefault(entry.dated_on, Counter()), entry)
        last = entry.number
    if last == sums.last:
        return sums
    return replace(sums, days=days, last=last, version=sums.version + 1)


def _add(totals: Counter[str], entry: JournalEntry) -> None:
    for posting in entry.postings:
        totals[f"{entry.event}.{posting.book}"] += posting.cents


@dataclass(frozen=True)
class Flows:
    """What happened, in cents: `received` by the book in which it arrived, the rest without a sign.

    `owed_cents` and `credit_cents` are what these events add to the sums owed and to those to give back.
    """

    invoiced_cents: int
    credited_cents: int
    received: Mapping[Book, int]
    given_back_cents: int
    taken_back_cents: int
    owed_cents: int
    credit_cents: int

    @property
    def received_cents(self) -> int:
        return sum(self.received.values())


_RECEIPTS = (MoneyEvent.PAYMENT, MoneyEvent.UNDONE)
_RECEIVED = {
    Book.CARDS: (Book.CARDS,),
    Book.CHEQUES: (Book.CHEQUES,),
    Book.BANK: (Book.BANK, Book.SUSPENSE),
}
"""The books that tell what was received by each means."""


@dataclass(frozen=True)
class Figures:
    """The journal at the end of the Paris day `as_of`: all of it, and each of its last days."""

    as_of: date
    total: Flows
    days: tuple[tuple[date, Flows], ...]


def figures_of(
    sums: Iterable[JournalSums], beyond: Iterable[JournalEntry], as_of: date, days: int
) -> Figures:
    """Add up the sums, and the entries beyond their checkpoints, by accounting date."""
    by_day: dict[date, Counter[str]] = {}
    for each in sums:
        for day, cents in each.days.items():
            by_day.setdefault(day, Counter()).update(cents)
    for entry in beyond:
        _add(by_day.setdefault(entry.dated_on, Counter()), entry)
    total: Counter[str] = Counter()
    for day, cents in by_day.items():
        if day <= as_of:
            total.update(cents)
    last = [as_of - timedelta(days=before) for before in reversed(range(days))]
    return Figures(as_of, _flows(total), tuple((day, _flows(by_day.get(day, Counter()))) for day in last))


def _flows(totals: Mapping[str, int]) -> Flows:
    def of(events: Iterable[MoneyEvent], books: Iterable[Book]) -> int:
        return sum(totals.get(f"{event}.{book}", 0) for event in events for book in books)

    return Flows(
        invoiced_cents=of([MoneyEvent.INVOICE], [Book.RECEIVABLE]),
        credited_cents=-of([MoneyEvent.CREDIT_NOTE], [Book.RECEIVABLE]),
        received={book: of(_RECEIPTS, books) for book, books in _RECEIVED.items()},
        given_back_cents=-of(GIVEN_BACK, MONEY),
        taken_back_cents=-of(TAKEN_BACK, MONEY),
        owed_cents=of(MoneyEvent, [Book.RECEIVABLE]),
        credit_cents=-of(MoneyEvent, [Book.CREDITS]),
    )
