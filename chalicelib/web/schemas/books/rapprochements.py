"""Requests and responses of the API about the état de rapprochement. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.web.schemas.books.statements import Version
from chalicelib.web.schemas.models import Body, View


class RapprochementSeen(Body):
    """`digest` is that of the état that was seen."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class SlipsOfLine(Body):
    """The slips that a statement line credits; they add up to it. `version` is the line's that was seen."""

    version: Version
    slips: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=60)]],
        Field(min_length=1, max_length=20),
    ]


class SuspendedView(View):
    id: str
    day: date
    label: str
    cents: int


class RapprochementView(View):
    """512 and the statements; `unshown` is on 512 alone, `unbooked` on the statement alone."""

    id: str
    iban: str
    opened_on: date
    opening_cents: int
    closing_on: date
    statement_cents: int
    book_cents: int
    unshown: Sequence[SuspendedView]
    unbooked: Sequence[SuspendedView]
    adjusted_book_cents: int
    adjusted_statement_cents: int
    difference_cents: int
    prepared_by: str
    prepared_at: datetime
    digest: str
    checked_by: str
    checked_at: datetime | None


class RapprochementList(View):
    items: Sequence[RapprochementView]
    next: str | None
