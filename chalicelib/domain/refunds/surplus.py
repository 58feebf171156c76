"""A surplus that two of our own pages caused: both were paid for one target, and one of them is too much."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.credits import free_cents, to_give_back
from chalicelib.domain.languages import Language
from chalicelib.domain.payments import Attempt, AttemptState, Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import SCHEDULE

SYSTEM = Person(SCHEDULE, "", "", "Quittance", frozenset(), language=Language.FR)
"""The preparer of refunds that the system proposes: one accountant then approves alone."""
PROPOSED_WITHIN = timedelta(days=7)
"""A surplus is proposed as soon as it is booked; an older credit is accounting's own to prepare."""


@dataclass(frozen=True)
class Surplus:
    """The payment to give back, and the two attempts that prove it: the one that pays, and the one again."""

    payment: Payment
    first: Attempt
    again: Attempt

    @property
    def proof(self) -> str:
        """The ids of both attempts, as the reason of the refund."""
        return f"{self.first.id} {self.again.id}"


def is_recent(payment: Payment, now: datetime) -> bool:
    return now - payment.received_at < PROPOSED_WITHIN


def surplus_of(file: RegistrationFile, payment: Payment) -> Surplus | None:
    """Return the surplus if it is proven, None if it is anything else.

    Proven: a card payment of one of our pages, wholly free and to give back, and another page of the same
    target and amount whose payment is kept whole. Whatever else is in credit needs two people.
    """
    again = _page_of(file, payment)
    if again is None or not _is_whole_and_free(file, payment):
        return None
    for first in file.attempts:
        is_twin = (first.rank, first.amount_cents) == (again.rank, again.amount_cents)
        if first.id != again.id and is_twin and _is_kept(file, first):
            return Surplus(payment, first, again)
    return None


def proposals(file: RegistrationFile, payment: Payment) -> tuple[Refund, ...]:
    """Return the refunds of a payment that the system has prepared."""
    return tuple(
        each for each in file.refunds if each.payment_id == payment.id and each.prepared_by == SCHEDULE
    )


def may_be_proposed(file: RegistrationFile, payment: Payment) -> bool:
    """Return True unless a proposal waits, or a person or the gateway has said no to one."""
    return all(each.state is RefundState.LAPSED for each in proposals(file, payment))


def _page_of(file: RegistrationFile, payment: Payment) -> Attempt | None:
    """Return the paid page that a payment came by, None for a debit, a cheque or a transfer."""
    if payment.method is not PaymentMethod.CARD or not payment.call:
        return None
    pages = (each for each in file.attempts if each.transaction == payment.transaction)
    return next((each for each in pages if each.state is AttemptState.PAID), None)


def _is_whole_and_free(file: RegistrationFile, payment: Payment) -> bool:
    if payment.is_disputed or free_cents(payment) != payment.amount_cents:
        return False
    credit = to_give_back(file) if file.registration.is_accepted else None
    parts = credit.parts if credit else ()
    return any(part.payment.id == payment.id and part.cents == payment.amount_cents for part in parts)


def _is_kept(file: RegistrationFile, first: Attempt) -> bool:
    """Return True if the other page's payment is there and all of it pays what is owed."""
    paid = next((each for each in file.payments if each.transaction == first.transaction), None)
    if paid is None or first.state is not AttemptState.PAID or paid.is_disputed:
        return False
    return paid.allocated_cents == paid.refundable_cents == first.amount_cents
