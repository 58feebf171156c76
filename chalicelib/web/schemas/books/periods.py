"""Requests and responses of the API about the months of the books. Amounts are integer cents."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from chalicelib.domain.books.chart import Book
from chalicelib.web.schemas.models import View


class PeriodView(View):
    """A closed month: what each book held at its end, with which the next one opens."""

    month: str
    begun_at: datetime
    closed_at: datetime
    last_number: int
    balances: Mapping[Book, int]


class PeriodList(View):
    """Entries are dated from `open_from` on; the month `closing` is left, and closes by itself."""

    open_from: date | None
    closing: str | None
    next: str | None
    items: Sequence[PeriodView]
