"""The months of a school's books, which close one after the other, for good.

open ──accounting begins──▶ closing ──hourly run: all is numbered, an hour has passed──▶ closed

Writers read where the books open a few seconds late at most. So a month is first left by all of them, and
closed only when none that dated an entry in it can still be writing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.daily_sums import JournalSums
from chalicelib.domain.books.period_refusals import (
    PeriodAlreadyClosed,
    PeriodBeingClosed,
    PeriodNotEnded,
    PeriodNotNext,
)

SETTLED_AFTER = timedelta(hours=1)
"""How long a month is left alone before it closes: four times the longest run of any function."""


@dataclass(frozen=True)
class Closing:
    """How far the books of one school are closed: `closed_to` is the last day of the last closed month.

    While a month is being closed `closing_to` is its last day: `begun_by` left it at `begun_at`.
    """

    series: str
    closed_to: date | None = None
    closing_to: date | None = None
    begun_by: str = ""
    begun_at: datetime | None = None
    version: int = 0

    @property
    def open_from(self) -> date | None:
        """The first day that takes entries, None while no month was ever left."""
        last = self.closing_to or self.closed_to
        return last + timedelta(days=1) if last else None


@dataclass(frozen=True)
class Period:
    """A closed month: what each book held at its end, in cents, with which the next month opens.

    `month` is YYYY-MM; `last_number` is the last journal number of its year then.
    """

    series: str
    month: str
    closed_by: str
    begun_at: datetime
    closed_at: datetime
    last_number: int
    balances: Mapping[Book, int] = field(default_factory=dict)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def last_day(month: str) -> date:
    """Return the last day of YYYY-MM; raise `ValueError` for anything else."""
    first = date.fromisoformat(f"{month}-01")
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def begun(closing: Closing, month: str, by: str, today: date, now: datetime) -> Closing:
    """Return the closing with a month that writers leave from now on.

    The first month to close takes all that is before it along. Raise `PeriodBeingClosed`,
    `PeriodAlreadyClosed`, `PeriodNotEnded`, or `PeriodNotNext` if another month comes before it.
    """
    end = last_day(month)
    if closing.closing_to:
        raise PeriodBeingClosed(month_of(closing.closing_to))
    if closing.closed_to and end <= closing.closed_to:
        raise PeriodAlreadyClosed(month_of(closing.closed_to))
    if end >= today:
        raise PeriodNotEnded(end)
    if closing.open_from and month != month_of(closing.open_from):
        raise PeriodNotNext(month_of(closing.open_from))
    return replace(closing, closing_to=end, begun_by=by, begun_at=now, version=closing.version + 1)


def is_settled(closing: Closing, now: datetime) -> bool:
    """Return True if no writer can still date an entry in the month that is being closed."""
    return closing.begun_at is not None and now >= closing.begun_at + SETTLED_AFTER


def closed(closing: Closing, sums: Iterable[JournalSums], now: datetime) -> tuple[Closing, Period]:
    """Return the closing once its month is closed, and the month with what each book held at its end."""
    end, begun_at = closing.closing_to, closing.begun_at
    if end is None or begun_at is None:
        raise ValueError("no month is being closed")
    every = tuple(sums)
    of_year = (each.last for each in every if each.year == end.year)
    period = Period(
        series=closing.series,
        month=month_of(end),
        closed_by=closing.begun_by,
        begun_at=begun_at,
        closed_at=now,
        last_number=next(of_year, 0),
        balances=balances_at(every, end),
    )
    after = replace(closing, closed_to=end, closing_to=None, version=closing.version + 1)
    return replace(after, begun_by="", begun_at=None), period


def balances_at(sums: Iterable[JournalSums], end: date) -> dict[Book, int]:
    """Add up the journal to the end of a day, in cents by book; books that hold nothing are left out."""
    totals: Counter[Book] = Counter()
    for each in sums:
        for day, cents in each.days.items():
            for name, amount in cents.items() if day <= end else ():
                totals[Book(name.partition(".")[2])] += amount
    return {book: amount for book, amount in totals.items() if amount}
