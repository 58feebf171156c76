"""Requests and responses of the API about credit notes. Amounts are integer cents, with tax."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from chalicelib.web.schemas.models import Body, View, mistake
from chalicelib.web.schemas.texts import Reason, Short

Cents = Annotated[int, Field(ge=1, le=10**9)]
SeenCents = Annotated[int, Field(ge=0, le=10**9)]


class CreditedPart(Body):
    """What is credited on one line of the invoice; `index` is its place there, from 0."""

    index: Annotated[int, Field(ge=0, le=100)]
    amount_cents: Cents


class NewCreditNote(Body):
    """An amount, spread over the lines of the invoice unless `lines` say what each is credited.

    `registration` is only needed if the number alone does not name the invoice. `left_seen_cents` is what
    the person saw that the invoice still holds, `owed_seen_cents` what the student owes of the registration,
    and `credit_seen_cents` what is to be given back: it is refused if any is another now.
    """

    amount_cents: Cents
    reason: Reason = ""
    lines: Annotated[list[CreditedPart], Field(min_length=1, max_length=100)] | None = None
    registration: Short | None = None
    left_seen_cents: SeenCents | None = None
    owed_seen_cents: SeenCents | None = None
    credit_seen_cents: SeenCents | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.lines is None:
            return self
        if len({part.index for part in self.lines}) < len(self.lines):
            raise mistake("line_twice")
        if sum(part.amount_cents for part in self.lines) != self.amount_cents:
            raise mistake("lines_unequal")
        return self


class CreditLineView(View):
    index: int
    product: str
    quantity: int
    unit_price_cents: int
    vat_rate: Decimal
    excl_tax_cents: int
    tax_cents: int
    total_cents: int


class CreditNoteView(View):
    number: int
    invoice: int
    registration: str
    issued_on: date
    reason: str
    lines: Sequence[CreditLineView]
    excl_tax_cents: int
    tax_cents: int
    total_cents: int
    rendered: bool = False
