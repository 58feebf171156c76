"""Responses of the API about money that the bank took back, and about what is late. Amounts are cents."""

from collections.abc import Sequence
from datetime import date

from chalicelib.web.schemas.collection import BookedPayment
from chalicelib.web.schemas.models import View


class UnpaidItem(View):
    """A payment that the bank took back; `owed_cents` is what its student owes in all."""

    holder: str
    owed_cents: int
    payment: BookedPayment


class UnpaidList(View):
    """One page, open disputes first by their last day."""

    items: Sequence[UnpaidItem]
    next: str | None


class ArrearsItem(View):
    """What is late of one registration, since the day of its oldest part; `reminders` were sent of it.

    Of a plan that was approved and has not begun, it is the first instalment, since the approval.
    """

    registration: str
    holder: str
    late_cents: int
    since: date
    age_days: int
    reminders: int


class ArrearsList(View):
    """Everything that is late, the oldest first; no cursor follows."""

    items: Sequence[ArrearsItem]
    next: None = None
    total_cents: int
