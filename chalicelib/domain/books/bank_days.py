"""The bank's day of a payment: told by the gateway, believed only if the payment can have been made then."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.payments import Answer, Payment

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the gateway's clock may be from ours."""


def believed_day(told: date | None, asked_at: datetime, known_at: datetime) -> date | None:
    """Return the day that the gateway told of a payment asked for at `asked_at` and known at `known_at`.

    None for a day before or after: a wrong date costs no payment, it is only not shown.
    """
    if told is None:
        return None
    earliest, latest = paris_day(asked_at - CLOCKS_DIFFER), paris_day(known_at + CLOCKS_DIFFER)
    return told if earliest <= told <= latest else None


def dated(payment: Payment, answer: Answer, asked_at: datetime, now: datetime) -> Payment | None:
    """Return the booked payment with the day that a later message told; None if it tells nothing new."""
    day = believed_day(answer.banked_on, asked_at, now)
    if payment.banked_on or day is None:
        return None
    return replace(payment, banked_on=day, version=payment.version + 1)
