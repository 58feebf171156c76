"""Responses of the API about credits. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.domain.credits import CreditCause
from chalicelib.web.schemas.models import View


class CreditedPayment(View):
    """A payment that holds `amount_cents` of the credit; `refundable_cents` is all it can give back.

    `booked_on` is the day of our booking, `banked_on` the bank's own if the gateway told it.
    """

    id: str
    booked_on: date
    banked_on: date | None
    amount_cents: int
    refundable_cents: int


class CreditView(View):
    """The amount to give back for one registration; `since` is when its oldest payment was booked."""

    registration: str
    person_id: str
    holder: str
    amount_cents: int
    since: datetime
    cause: CreditCause
    payments: Sequence[CreditedPayment]


class CreditList(View):
    """One page, oldest first; `total_cents` is the sum of every page."""

    items: Sequence[CreditView]
    next: str | None
    total_cents: int
