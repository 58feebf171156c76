"""Requests and responses of the API about cheques and their slips. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.treasury.slips import MOST_CHEQUES, SlipState
from chalicelib.web.schemas.books.statements import Version
from chalicelib.web.schemas.models import Body, ListQuery, View
from chalicelib.web.schemas.texts import Day

PaymentId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w.-]+$")]
Payments = Annotated[list[PaymentId], Field(max_length=MOST_CHEQUES)]


class SlipsQuery(ListQuery):
    state: SlipState = SlipState.OPEN


class ChequesOfSlip(Body):
    """`cheques` are the payments whose cheques the slip holds, all of them."""

    cheques: Payments


class ChangedCheques(ChequesOfSlip):
    """`version` is the slip's that was seen."""

    version: Version


class NewDeposit(Body):
    """`version` is the slip's that was seen: what it holds then goes to the bank."""

    version: Version
    deposited_on: Day


class NewCredit(Body):
    """What the bank credited for a slip, and its day."""

    amount_cents: Annotated[int, Field(ge=1, le=10**10)]
    credited_on: Day


class ChequeView(View):
    """A cheque; `payment` is the id of the payment that it is, `slip` that of its slip, "" while it waits."""

    payment: str
    registration: str
    holder: str
    drawer: str
    number: str
    bank: str
    amount_cents: int
    received_on: date
    slip: str
    returned_on: date | None


class ChequeList(View):
    items: Sequence[ChequeView]
    next: str | None


class SlipView(View):
    """A slip; the bank is expected to credit `expected_cents`, the total less what it sent back before."""

    id: str
    state: SlipState
    cheques: Sequence[str]
    total_cents: int
    expected_cents: int
    made_by: str
    made_at: datetime
    deposited_on: date | None
    credited_on: date | None
    line: str
    version: int


class SlipList(View):
    items: Sequence[SlipView]
    next: str | None


class WholeSlip(SlipView):
    lines: Sequence[ChequeView]
