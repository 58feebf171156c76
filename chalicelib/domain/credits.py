"""Credits: money received that is not allocated to an invoice, until it is given back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.payments import Payment


class CreditCause(StrEnum):
    """The cause of a credit: nothing was owed, or less than the payment brought."""

    NOTHING_OWED = "nothing_owed"
    MORE_THAN_OWED = "more_than_owed"


@dataclass(frozen=True)
class Credit:
    """The amount to give back for one registration: its payments not wholly allocated, oldest first."""

    registration_id: str
    payments: tuple[Payment, ...]

    @property
    def amount_cents(self) -> int:
        return sum(credit_cents(payment) for payment in self.payments)

    @property
    def since(self) -> datetime:
        return self.payments[0].received_at

    @property
    def cause(self) -> CreditCause:
        """Return the cause of the oldest payment."""
        is_part = self.payments[0].allocated_cents > 0
        return CreditCause.MORE_THAN_OWED if is_part else CreditCause.NOTHING_OWED


def credit_cents(payment: Payment) -> int:
    """Return the part of a payment that is not allocated, in cents."""
    return payment.kept_cents - payment.allocated_cents


def credits_of(payments: Iterable[Payment]) -> tuple[Credit, ...]:
    """Group payments, given oldest first, by registration; the oldest credit comes first."""
    found: dict[str, list[Payment]] = {}
    for payment in payments:
        found.setdefault(payment.registration_id, []).append(payment)
    return tuple(Credit(registration_id, tuple(each)) for registration_id, each in found.items())
