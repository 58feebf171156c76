"""Responses of the API about a day of debits. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date

from chalicelib.domain.owed import Withheld
from chalicelib.web.schemas.models import View


class MovedInstalment(View):
    """An instalment that was missed, and moved to a day that the student is told."""

    instalment_id: str
    amount_cents: int
    from_day: date
    to_day: date


class WithheldInstalment(View):
    """A due instalment that is not debited, and why."""

    instalment_id: str
    amount_cents: int
    reason: Withheld


class DebitRunView(View):
    """One Paris day's debits; `unknown` ones wait for the gateway's answer, `moved` ones for another day.

    `withheld` are those due by that day which are not debited now. `refunded` ones were taken and given back
    at the bank before they were booked.
    """

    day: date
    due: int
    paid: int
    refunded: int
    refused: int
    unknown: int
    due_cents: int
    paid_cents: int
    refunded_cents: int
    refused_cents: int
    unknown_cents: int
    moved: Sequence[MovedInstalment]
    withheld: Sequence[WithheldInstalment]
