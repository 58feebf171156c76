"""Requests and responses of the API about money entered and taken back. Amounts are integer cents."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.collection.disputes import DisputeReason, DisputeStage
from chalicelib.domain.payments import PaymentMethod
from chalicelib.web.schemas.decisions import Id
from chalicelib.web.schemas.models import Body, View
from chalicelib.web.schemas.texts import Day, GivenLine, Line, Reason

MOST_CENTS = 100_000_00
"""The greatest amount that a form or a program may enter at once."""
Amount = Annotated[int, Field(ge=1, le=MOST_CENTS)]


class NewReceipt(Body):
    """A cheque or a transfer received; `reference` is the cheque's number or the transfer's reference.

    `drawer` is who drew the cheque, where it is not the student. It is refused (`receipt_repeated`, with
    the `payment` that it may be) if the account has one with this reference (a cheque of this number with the
    same bank or amount, or without a bank), or a transfer of this amount and about this day that a statement
    line shows, or if another file has this cheque. `apart` names the payments that were read and are others;
    `confirm` without `apart` enters it where it may be one payment alone, and is refused where several.
    `payer_invoice` is the number of a third-party payer's invoice that it pays: it never brings more than
    that still asks.
    """

    method: Literal["cheque", "transfer"]
    amount_cents: Amount
    reference: GivenLine
    received_on: Day
    bank: Line = ""
    drawer: Line = ""
    apart: Annotated[tuple[Id, ...], Field(max_length=20, strict=False)] = ()
    confirm: bool = False
    payer_invoice: Annotated[int, Field(ge=1, le=10**10)] | None = None


class BouncedPayment(Body):
    """What the bank took back of a payment: `amount_cents` is all that is held of it.

    A card payment is taken back by a dispute, with the group of its reason and the last day for an answer.
    """

    amount_cents: Amount
    reason: Reason
    dispute_reason: Annotated[DisputeReason, Field(strict=False)] | None = None
    evidence_due_on: Day | None = None


class DisputeStep(Body):
    """The next stage of a dispute, with a note for the audit trail.

    With the `opened_at` of the dispute that was read, it is refused once another one is open.
    """

    stage: Literal["evidence_sent", "won", "lost"]
    reason: Reason = ""
    opened_at: Annotated[datetime, Field(strict=False)] | None = None


class DisputeView(View):
    reason: DisputeReason
    stage: DisputeStage
    evidence_due_on: date
    opened_at: datetime


class BookedPayment(View):
    """A payment; `allocated_cents` pay what is owed, `credit_cents` are to give back."""

    id: str
    registration: str
    method: PaymentMethod
    amount_cents: int
    allocated_cents: int
    credit_cents: int
    refunded_cents: int
    bounced_cents: int
    reference: str
    bank: str
    drawer: str
    received_on: date | None
    booked_at: datetime
    invoice_number: int | None
    bounced_on: date | None
    bounce_reason: str
    dispute: DisputeView | None
