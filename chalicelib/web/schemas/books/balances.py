"""Requests and responses of the API about account 411: balances by debtor, letters. Integer cents."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.books.aged import Age
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.books.lettering import MOST_ENTRIES
from chalicelib.web.schemas.models import Body, ListQuery, Query, View
from chalicelib.web.schemas.texts import Day, Reason

Id = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x20\x7f]+$")]


class AsOfQuery(Query):
    """`as_of` is a Paris day, today by default."""

    as_of: Day | None = None


class BalancesQuery(AsOfQuery, ListQuery):
    """A page of the debtors of a day."""


class NewLettering(Body):
    """Entries of one debtor to letter together; `partial` lets a rest stay open."""

    entries: Annotated[list[Id], Field(min_length=1, max_length=MOST_ENTRIES)]
    partial: bool = False


class UndoneLettering(Body):
    lettering: Id
    reason: Reason


class DebtView(View):
    """What one debtor owes, by age; `payer` is "" for the student.

    `not_due` holds instalments to come, and what a plan that has not begun lets wait.
    """

    person: str
    payer: str
    name: str
    registrations: Sequence[str]
    total_cents: int
    ages: Mapping[Age, int]


class BalanceList(View):
    """`journal_cents` is the balance of account 411: all debtors together, of every page, owe just that."""

    as_of: date
    journal_cents: int
    people: int
    items: Sequence[DebtView]
    next: str | None
    failed: int


class LetteredEntry(View):
    id: str
    number: int
    event: MoneyEvent
    subject: str
    dated_on: date
    cents: int
    invoice_number: int | None


class GroupView(View):
    """Entries that settle each other; `letter` is in lower case while a rest is open, "" for one alone."""

    letter: str
    lettered_on: date | None
    rest_cents: int
    by_hand: str
    entries: Sequence[LetteredEntry]


class DebtorView(View):
    person: str
    payer: str
    name: str
    cents: int
    groups: Sequence[GroupView]


class DebtorList(View):
    as_of: date
    items: Sequence[DebtorView]


class LetteringView(View):
    id: str
    letter: str
    entries: Sequence[str]
    undone: bool
