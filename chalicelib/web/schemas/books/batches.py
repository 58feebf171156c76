"""Requests and responses of the API about accounting batches and files of the books. Amounts are cents."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.domain.exports.returns import BatchState
from chalicelib.web.schemas.models import Body, Query, View
from chalicelib.web.schemas.texts import Day

Year = Annotated[int, Field(ge=2000, le=2100)]


class BatchLinesQuery(Query):
    after: Annotated[int, Field(ge=0)] = 0


class BatchOrder(Body):
    """`seen` is that of what was seen ready, as it was told: the batch holds those entries and no others.

    Without `accounting_on` each entry has its own date.
    """

    seen: Annotated[str, StringConstraints(pattern=r"^\d+-\d{4}-\d+(-\d+)?$")]
    accounting_on: Day | None = None


class BooksQuery(Query):
    year: Year


class DaysQuery(Query):
    """The Paris days of a journal, both included."""

    since: Day = Field(alias="from")
    until: Day = Field(alias="to")


class DayQuery(Query):
    day: Day


class ControlView(View):
    """Opening + debits − credits = closing, by account; debit balances are positive."""

    entries: int
    lines: int
    debit_cents: int
    credit_cents: int
    opening_cents: Mapping[str, int]
    debits_cents: Mapping[str, int]
    credits_cents: Mapping[str, int]
    closing_cents: Mapping[str, int]


class ReadyBatchView(View):
    """What the next batch would hold; `is_more`: another one follows."""

    seen: str
    year: int
    first: int
    last: int
    is_more: bool
    control: ControlView


class RejectionView(View):
    number: int
    reason: str


class BatchView(View):
    """A frozen batch: `sha256` is the digest of its file, `hash` its own, chained to `previous`."""

    id: str
    kind: BatchKind
    year: int
    first: int
    last: int
    accounting_on: date | None
    control: ControlView
    file_name: str
    sha256: str
    hash: str
    previous: str
    made_by: str
    made_at: datetime
    state: BatchState
    taken: Sequence[int]
    rejected: Sequence[RejectionView]


class BatchList(View):
    items: Sequence[BatchView]
    next: str | None
    ready: ReadyBatchView | None


class EntryLineView(View):
    account: str
    book: Book
    cents: int


class EntryView(View):
    id: str
    number: int
    event: MoneyEvent
    document: str
    registration: str
    person: str
    dated_on: date
    booked_at: datetime
    lines: Sequence[EntryLineView]


class EntryList(View):
    items: Sequence[EntryView]
    next: int | None
