"""Requests and responses of the API about refunds. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.refunds.refund import RefundMethod, RefundState
from chalicelib.web.schemas.models import Body, ListQuery, View
from chalicelib.web.schemas.texts import Reason

Cents = Annotated[int, Field(ge=1, le=10_000_000)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class RefundDecision(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"


class TransferStep(StrEnum):
    """What became of a transfer: handed to the bank, seen on the statement, or returned by the bank."""

    SENT = "sent"
    DONE = "done"
    RETURNED = "returned"


class RefundRequest(Body):
    """`refundable_seen_cents` is the amount that the payment was seen to be able to give back."""

    amount_cents: Cents
    refundable_seen_cents: Annotated[int, Field(ge=0, le=10_000_000)]
    method: Annotated[RefundMethod, Field(strict=False)]
    reason: Reason


class RefundApproval(Body):
    """The second person's decision; a refusal needs a reason. `sheet_hash` is checked if it is given."""

    decision: Annotated[RefundDecision, Field(strict=False)]
    reason: Reason = ""
    sheet_hash: Hash | None = None


class RefundClosing(Body):
    reason: Reason


class RefundCancellation(Body):
    """The reason for which a refund does not leave.

    With its `seen_state`, one that was approved since it was read as prepared is not cancelled.
    """

    reason: Reason
    seen_state: Annotated[RefundState, Field(strict=False)] | None = None


class TransferUpdate(Body):
    step: Annotated[TransferStep, Field(strict=False)]


class IbanGiven(Body):
    iban: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class RefundsQuery(ListQuery):
    state: RefundState = RefundState.PREPARED


class RefundSheet(View):
    """The frozen facts that two people agree to, with what is owed before and after.

    A refused file owes nothing: for it that is what is missing of the amount that the refusal keeps.
    """

    holder: str
    registration_id: str
    payment_id: str
    method: RefundMethod
    amount_cents: int
    kept_cents: int
    owed_before_cents: int
    owed_after_cents: int
    account_version: int


class RefundDetail(View):
    """A refund; `code` is the gateway's last code, "" if there is none."""

    id: str
    registration: str
    payment: str
    state: RefundState
    method: RefundMethod
    amount_cents: int
    reason: str
    sheet: RefundSheet
    sheet_hash: str
    prepared_by: str
    prepared_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    sent_at: datetime | None
    ended_at: datetime | None
    code: str
    cancelled_by: str
    cancel_reason: str
    has_iban: bool


class RefundList(View):
    """One page of the refunds in a state, oldest first."""

    items: Sequence[RefundDetail]
    next: str | None


class IbanKept(View):
    """The student's own refund once its IBAN is stored; `iban_ends` are its last four characters."""

    id: str
    state: RefundState
    amount_cents: int
    iban_ends: str
