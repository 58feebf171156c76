"""Credits: money received that is not, or no more, owed, until it is given back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.owed import owed_cents, price_cents
from chalicelib.domain.payments import Payment
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile


class CreditCause(StrEnum):
    """The cause of a credit: nothing was owed, less than the payment brought, or the file was refused."""

    NOTHING_OWED = "nothing_owed"
    MORE_THAN_OWED = "more_than_owed"
    REGISTRATION_REFUSED = "registration_refused"


@dataclass(frozen=True)
class Refundable:
    """The part of a payment to give back, in cents."""

    payment: Payment
    cents: int


@dataclass(frozen=True)
class Credit:
    """The amount to give back for one registration, by payment, oldest first."""

    registration_id: str
    parts: tuple[Refundable, ...]
    cause: CreditCause

    @property
    def amount_cents(self) -> int:
        return sum(part.cents for part in self.parts)

    @property
    def since(self) -> datetime:
        return self.parts[0].payment.received_at


def credit_cents(payment: Payment) -> int:
    """Return the part of a payment that is not allocated, in cents."""
    return payment.kept_cents - payment.allocated_cents


def free_cents(payment: Payment) -> int:
    """Return the part that is neither allocated nor reserved for a refund, in cents."""
    return max(0, payment.refundable_cents - payment.allocated_cents)


def unallocated_cents(payments: Iterable[Payment]) -> int:
    """Return what is not allocated of all the payments, in cents."""
    return sum(credit_cents(payment) for payment in payments)


def surplus_cents(file: RegistrationFile) -> int:
    """Return what was received beyond what is owed, in cents, also what is on its way back."""
    return max(0, min(unallocated_cents(file.payments), -owed_cents(file)))


def credited_cents(file: RegistrationFile, payment: Payment) -> int:
    """Return the part of a payment that is to be given back, in cents."""
    credit = to_give_back(file)
    return sum(part.cents for part in credit.parts if part.payment.id == payment.id) if credit else 0


def to_give_back(file: RegistrationFile) -> Credit | None:
    """Return what the school holds of a registration beyond what it owes, None if there is nothing.

    A debit in flight still owes its instalment, and a declared situation its price before it is ordered. Of a
    file that was refused or given up all is proposed but what the school keeps.
    """
    registration, payments = file.registration, sorted(file.payments, key=_age)
    if not registration.is_accepted:
        parts = tuple(_of_ended(payments, _kept_cents(file)))
        return Credit(registration.id, parts, CreditCause.REGISTRATION_REFUSED) if parts else None
    surplus = sum(payment.refundable_cents for payment in payments) - price_cents(file)
    found = tuple(_parts(payments, surplus))[::-1]
    if not found:
        return None
    is_part = found[0].payment.allocated_cents > 0
    cause = CreditCause.MORE_THAN_OWED if is_part else CreditCause.NOTHING_OWED
    return Credit(registration.id, found, cause)


def _age(payment: Payment) -> tuple[datetime, str]:
    return payment.received_at, payment.id


def _kept_cents(file: RegistrationFile) -> int:
    """Return what is kept of a file that has ended; of one that was given up not what was credited."""
    registration = file.registration
    if registration.status is RegistrationStatus.WITHDRAWN:
        return min(registration.kept_cents, file.charged_cents)
    return registration.kept_cents


def _of_ended(payments: Iterable[Payment], kept_cents: int) -> Iterator[Refundable]:
    """Yield what is refundable beyond what is kept, oldest first; what pays nothing is given back first."""
    every = tuple(payments)
    held = sum(payment.refundable_cents for payment in every)
    left = max(0, held - kept_cents)
    cents = {part.payment.id: part.cents for part in _parts(every, left)}
    left -= sum(cents.values())
    for payment in reversed(every):
        more = min(left, payment.refundable_cents - cents.get(payment.id, 0))
        cents[payment.id] = cents.get(payment.id, 0) + more
        left -= more
    yield from (Refundable(each, cents[each.id]) for each in every if cents[each.id])


def _parts(payments: Iterable[Payment], surplus: int) -> Iterator[Refundable]:
    """Yield what is refundable, of the newest payment first: it came when least was owed."""
    for payment in sorted(payments, key=_age, reverse=True):
        cents = min(surplus, free_cents(payment))
        if cents > 0:
            surplus -= cents
            yield Refundable(payment, cents)
