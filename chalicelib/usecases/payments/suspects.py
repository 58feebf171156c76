"""Pages that may have been paid without a word: the gateway is asked before another payment starts."""

from datetime import datetime, timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.payments import Attempt, Outcome
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.payments.inquire_attempt import book_if_paid, may_inquire
from chalicelib.usecases.payments.ports import PaymentPorts

CLOSED_LATELY = timedelta(days=1)
MOST_SUSPECTS = 3
LATE_START = timedelta(seconds=30)
"""A page this old may have been paid meanwhile: the gateway is asked before a new start."""


def was_any_paid(
    ports: PaymentPorts, account: Account, file: RegistrationFile, attempt: Attempt | None
) -> bool:
    """Ask about the open attempt, if there is one, and about those closed lately; book what was paid."""
    suspects = (*((attempt,) if attempt else ()), *_closed_lately(file, ports.now()))
    return any(was_paid(ports, account, suspect) for suspect in suspects)


def was_paid(ports: PaymentPorts, account: Account, attempt: Attempt) -> bool:
    """Ask the gateway about a page that may have been paid without a notification, and book the payment."""
    if ports.now() - attempt.opened_at < LATE_START or not may_inquire(ports, attempt):
        return False
    return book_if_paid(ports, attempt, account).outcome is Outcome.PAID


def _closed_lately(file: RegistrationFile, now: datetime) -> tuple[Attempt, ...]:
    """Return the last attempts that were closed unpaid: a form that was kept may have been paid since."""
    closed = [each for each in file.attempts if each.closed_at and not each.is_open and not each.transaction]
    lately = [each for each in closed if each.closed_at and now - each.closed_at < CLOSED_LATELY]
    return tuple(sorted(lately, key=lambda each: each.opened_at)[-MOST_SUSPECTS:])
