"""Whether the money of a registration still covers its approved and sent refunds.

Refunds leave at least what is owed, or what is kept of a file that has ended. The exception is a refund whose
sheet told both approvers what will be owed afterwards.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import price_cents, received_cents
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.refund import IN_FLIGHT, Refund, RefundState, lapsed
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile

LEAVING = IN_FLIGHT | {RefundState.APPROVED}
"""The states of refunds from approval to their end."""


def leaving_cents(file: RegistrationFile, payment: Payment) -> int:
    """Return what is on its way back of a payment; it may hold less by now, if the bank took it back."""
    return sum(each.amount_cents for each in _leaving(file) if each.payment_id == payment.id)


def held_cents(file: RegistrationFile) -> int:
    """Return what the school holds of the registration and is not on its way back."""
    return sum(max(0, each.kept_cents - leaving_cents(file, each)) for each in file.payments)


def due_cents(file: RegistrationFile) -> int:
    """Return what the registration has to bring: what is kept of a refused one, else what is charged."""
    if file.registration.status is RegistrationStatus.REFUSED:
        return file.registration.kept_cents
    return price_cents(file)


def going_cents(file: RegistrationFile) -> int:
    """Return what is on its way back of money that the payments still hold."""
    return _sum(_on_their_way(file))


def owed_with_refunds(file: RegistrationFile) -> int:
    """Return what is owed once all that is on its way back has left; negative if more is held."""
    return due_cents(file) - received_cents(file) + going_cents(file)


def covers(file: RegistrationFile, refund: Refund) -> bool:
    """Return True if an approved refund may leave, or one that did not arrive may be sent again.

    Those that are sent come first, then those approved before it.
    """
    if refund.is_in_flight:
        others = (each for each in _on_their_way(file) if each.is_in_flight and each.id != refund.id)
        return _is_covered(file, due_cents(file), (*others, refund))
    return refund.id not in {each.id for each in uncovered(file, due_cents(file))}


def uncovered(file: RegistrationFile, due: int) -> tuple[Refund, ...]:
    """Return the approved refunds that a registration which has to bring `due` cents cannot let leave.

    The oldest decisions come first.
    """
    going, found = [each for each in _on_their_way(file) if each.is_in_flight], list[Refund]()
    approved = (each for each in file.refunds if each.state is RefundState.APPROVED)
    for refund in sorted(approved, key=lambda each: (each.decided_at or each.prepared_at, each.id)):
        if _is_covered(file, due, (*going, refund)):
            going.append(refund)
        else:
            found.append(refund)
    return tuple(found)


def without_uncovered(file: RegistrationFile, due: int, now: datetime) -> RegistrationFile:
    """Return the file in which those refunds lapsed, their amounts free again."""
    over = {each.id: lapsed(each, now) for each in uncovered(file, due)}
    payments = {each.id: each for each in file.payments}
    for each in over.values():
        payment = payments[each.payment_id]
        left = max(0, payment.refunding_cents - each.amount_cents)
        payments[payment.id] = replace(payment, refunding_cents=left)
    refunds = tuple(over.get(each.id, each) for each in file.refunds)
    return replace(file, payments=tuple(payments.values()), refunds=refunds)


def refund_cancelled(refund: Refund, now: datetime) -> OutboxEntry:
    """Return the mail that tells the student that an approved refund does not leave."""
    return OutboxEntry(
        id=f"{Topic.REFUND_CANCELLED}-{refund.id}",
        topic=Topic.REFUND_CANCELLED,
        person_id=refund.person_id,
        registration_id=refund.registration_id,
        created_at=now,
        amount_cents=refund.amount_cents,
    )


def cancelled_mails(
    before: RegistrationFile, then: RegistrationFile, now: datetime
) -> tuple[OutboxEntry, ...]:
    """Return the mail about each approved refund that lapsed between two states of a file."""
    return tuple(refund_cancelled(each, now) for each in cancelled_between(before, then))


def cancelled_between(before: RegistrationFile, then: RegistrationFile) -> tuple[Refund, ...]:
    """Return the approved refunds that lapsed between two states of a file."""
    approved = {each.id for each in before.refunds if each.state is RefundState.APPROVED}
    return tuple(each for each in then.refunds if each.state is RefundState.LAPSED and each.id in approved)


def _leaving(file: RegistrationFile) -> Iterable[Refund]:
    return (each for each in file.refunds if each.state in LEAVING)


def _on_their_way(file: RegistrationFile) -> list[Refund]:
    """Return those of which the payment still holds the amount: the bank may have taken it back."""
    return [each for each in _leaving(file) if _is_reserved(file, each)]


def _is_covered(file: RegistrationFile, due: int, going: tuple[Refund, ...]) -> bool:
    """Return True if the last of the refunds is covered together with the others."""
    owed = due - received_cents(file) + _sum(going)
    return _is_reserved(file, going[-1]) and owed <= _agreed_cents(file, going)


def _is_reserved(file: RegistrationFile, refund: Refund) -> bool:
    reserved = (each.refunding_cents for each in file.payments if each.id == refund.payment_id)
    return sum(reserved) >= refund.amount_cents


def _agreed_cents(file: RegistrationFile, going: tuple[Refund, ...]) -> int:
    """Return what may be owed afterwards by the sheets of these refunds, and of those done since the last."""
    done = (each for each in file.refunds if each.state is RefundState.DONE)
    since = [each for each in done if each.prepared_at >= going[-1].prepared_at]
    return max(each.sheet.owed_after_cents for each in (*going, *since))


def _sum(refunds: Iterable[Refund]) -> int:
    return sum(each.amount_cents for each in refunds)
