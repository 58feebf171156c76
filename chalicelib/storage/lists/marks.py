"""The marks of accounts with outdated lines, written in the transaction of each change."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.identities import Identity
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.instalments import Debit, Instalment, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration
from chalicelib.storage.table import Row, Table

MARKED = "LINES#MARKED"
"""The partition of all marks: read consistently, and empty when every line is up to date."""
_SHOWN = (
    Attempt,
    Comment,
    CreditNote,
    Debit,
    Identity,
    Instalment,
    Invoice,
    Mandate,
    Order,
    Payment,
    PlanRequest,
    Registration,
)
"""The kinds of row that lines are made of, persons excepted."""


def lines_key(person_id: str) -> str:
    """Return the partition of a person's lines."""
    return f"LINES#{person_id}"


def marks_of(table: Table, values: Iterable[Any]) -> tuple[Row, ...]:
    """Return the mark of each person with lines that these rows change."""
    owners = dict.fromkeys(owner for value in values if (owner := _owner(value)))
    return tuple(mark_of(table, owner) for owner in owners)


def mark_of(table: Table, person_id: str) -> Row:
    """Return a new mark; its facts are unlike those of every other mark."""
    return table.new(MARKED, person_id, uuid4().hex)


def _owner(value: Any) -> str:
    if isinstance(value, Person):
        return value.id if Role.STUDENT in value.roles else ""
    if isinstance(value, _SHOWN):
        return getattr(value, "person_id", "") or person_of(getattr(value, "registration_id", ""))
    return ""


def blanked_lines(table: Table, person_id: str) -> tuple[Row, ...]:
    """Return a mark and the person's lines without their facts, until they are projected again."""
    key = lines_key(person_id)
    lines = tuple(table.new(key, row.sk, None, version=0) for row in table.partition(key, "LINE#"))
    return (mark_of(table, person_id), *lines)
