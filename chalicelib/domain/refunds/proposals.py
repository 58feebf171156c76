"""Refunds that a correction prepares: one for each payment that holds what is to be given back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.credits import Credit
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.preparation import released, reserved, sheet_of
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState, lapsed
from chalicelib.domain.registration_file import RegistrationFile


def without_prepared(file: RegistrationFile, now: datetime) -> RegistrationFile:
    """Return the file in which no refund waits for a second person: the sheets that they froze are past."""
    payments = {each.id: each for each in file.payments}
    refunds = []
    for refund in file.refunds:
        if refund.state is RefundState.PREPARED:
            payments[refund.payment_id] = released(payments[refund.payment_id], refund)
            refunds.append(lapsed(refund, now))
        else:
            refunds.append(refund)
    return replace(file, payments=tuple(payments.values()), refunds=tuple(refunds))


@dataclass(frozen=True)
class Proposing:
    """Who prepares refunds and why; `names` has the name of each payment's refund, 16 hex digits."""

    by: Person
    reason: str
    names: Mapping[str, str]
    request_hash: str


def propose(file: RegistrationFile, credit: Credit, proposing: Proposing, now: datetime) -> RegistrationFile:
    """Return the file with a prepared refund of each part of the credit, its amount reserved.

    `file` is as it is after the act, at the registration's version.
    """
    payments = {each.id: each for each in file.payments}
    for part in credit.parts:
        payments[part.payment.id] = reserved(part.payment, part.cents)
    held = replace(file, payments=tuple(payments.values()))
    refunds = (_refund(held, payments[part.payment.id], part.cents, proposing, now) for part in credit.parts)
    return replace(held, refunds=(*file.refunds, *refunds))


def method_of(payment: Payment) -> RefundMethod:
    """Return how a payment is given back: on the card that brought it, else by transfer."""
    is_at_gateway = payment.method is PaymentMethod.CARD and payment.transaction and payment.call
    return RefundMethod.CARD if is_at_gateway else RefundMethod.TRANSFER


def _refund(
    file: RegistrationFile, payment: Payment, cents: int, proposing: Proposing, now: datetime
) -> Refund:
    registration, method, by = file.registration, method_of(payment), proposing.by
    return Refund(
        id=f"{registration.id}-r{proposing.names[payment.id]}",
        registration_id=registration.id,
        person_id=registration.person_id,
        payment_id=payment.id,
        method=method,
        amount_cents=cents,
        reason=proposing.reason,
        sheet=sheet_of(file, payment, method, cents),
        prepared_by=by.id,
        preparer=f"{by.first_name} {by.last_name}".strip(),
        prepared_at=now,
        request_hash=proposing.request_hash,
    )
