"""A refund prepared by one accountant and decided by another, on one frozen sheet."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.causes import SamePerson
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.coverage import owed_with_refunds, refund_cancelled
from chalicelib.domain.refunds.refund import (
    Refund,
    RefundMethod,
    RefundState,
    Sheet,
    cancelled,
    decided,
    lapsed,
)
from chalicelib.domain.refunds.refusals import (
    RefundableChanged,
    RefundAbovePayment,
    RefundDecided,
    RefundDisputed,
    RefundLapsed,
    RefundMethodNotPossible,
    RefundMoved,
    RefundNotReady,
    RefundPreparedMeanwhile,
    RefundSheetChanged,
    RefundUnreasoned,
)
from chalicelib.domain.registration import counted_for_refund
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Asked:
    """The request of the preparer; `seen_cents` is the refundable amount that they saw."""

    amount_cents: int
    seen_cents: int
    method: RefundMethod
    reason: str


def payment_of(file: RegistrationFile, payment_id: str) -> Payment:
    """Return the payment; raise `NotFound` if the file has no such payment."""
    for payment in file.payments:
        if payment.id == payment_id:
            return payment
    raise NotFound


def prepare(
    file: RegistrationFile,
    payment: Payment,
    asked: Asked,
    refund_id: str,
    request_hash: str,
    by: Person,
    now: datetime,
) -> tuple[Refund, Changes]:
    """Reserve the amount on its payment and freeze the sheet; raise the refusal that prevents it.

    Of two at once the payment's version lets one through.
    """
    require_preparable(file, payment, asked)
    registration = counted_for_refund(file.registration)
    refund = Refund(
        id=refund_id,
        registration_id=registration.id,
        person_id=registration.person_id,
        payment_id=payment.id,
        method=asked.method,
        amount_cents=asked.amount_cents,
        reason=asked.reason.strip(),
        sheet=sheet_of(replace(file, registration=registration), payment, asked.method, asked.amount_cents),
        prepared_by=by.id,
        preparer=f"{by.first_name} {by.last_name}".strip(),
        prepared_at=now,
        request_hash=request_hash,
    )
    return refund, Changes((refund, reserved(payment, asked.amount_cents), registration))


def require_preparable(file: RegistrationFile, payment: Payment, asked: Asked) -> None:
    """Raise unless the refund may be prepared: a reason, what was seen still true, an amount that is held."""
    if not asked.reason.strip():
        raise RefundUnreasoned
    if asked.seen_cents != payment.refundable_cents:
        raise _changed(file, payment)
    _require_refundable(payment, asked)


def approve(file: RegistrationFile, refund: Refund, by: Person, reason: str, now: datetime) -> Changes:
    """Approve the sheet; `stands` says before whether it still holds. A transfer asks for the IBAN."""
    approved = decided(refund, RefundState.APPROVED, by.id, reason.strip(), now)
    mails = () if refund.by_card or refund.iban else (iban_needed(refund, now),)
    return Changes((approved, counted_for_refund(file.registration)), outbox=mails)


def decline(file: RegistrationFile, refund: Refund, by: Person, reason: str, now: datetime) -> Changes:
    """Refuse the refund; the amount is free again."""
    if not reason.strip():
        raise RefundUnreasoned
    declined = decided(refund, RefundState.DECLINED, by.id, reason.strip(), now)
    return _ended(file, declined)


def lapse(file: RegistrationFile, refund: Refund, now: datetime) -> Changes:
    """End a refund that nothing was sent of: the amount is free again. One that was approved was told of."""
    over = _ended(file, lapsed(refund, now))
    is_told = refund.state is RefundState.APPROVED
    return replace(over, outbox=(refund_cancelled(refund, now),)) if is_told else over


def cancel(
    file: RegistrationFile, refund: Refund, by: Person, reason: str, seen: RefundState | None, now: datetime
) -> tuple[Refund, Changes]:
    """Take back the approval of a refund that nothing was sent of; the amount is free again.

    Who prepared one that nobody decided on yet takes back the preparation, of which nobody was told. `seen`
    is the state that was read, None if unknown.
    """
    if not reason.strip():
        raise RefundUnreasoned
    is_own = refund.state is RefundState.PREPARED and by.id == refund.prepared_by
    if refund.state is not RefundState.APPROVED and not is_own:
        raise RefundNotReady
    if seen not in {None, refund.state}:
        raise RefundMoved
    over = cancelled(refund, by.id, reason.strip(), now)
    mails = () if is_own else (refund_cancelled(refund, now),)
    return over, replace(_ended(file, over), outbox=mails)


def require_decidable(refund: Refund, by: Person, sheet_hash: str | None) -> None:
    """Raise unless this person may decide on this sheet: never the one who prepared it."""
    if by.id == refund.prepared_by:
        raise SamePerson
    if refund.state is RefundState.LAPSED:
        raise RefundLapsed
    if refund.state is not RefundState.PREPARED:
        raise RefundDecided
    if sheet_hash is not None and sheet_hash != refund.sheet.hash:
        raise RefundSheetChanged


def stands(file: RegistrationFile, refund: Refund) -> bool:
    """Return True if nothing in the account moved since the sheet was frozen.

    Acts on other refunds do not count, nor what these gave back of the same payment: the amount of each is
    reserved. What is owed counts them once they are approved.
    """
    payment = payment_of(file, refund.payment_id)
    of_payment = (each for each in file.refunds if each.payment_id == payment.id)
    given = (each for each in of_payment if each.state is RefundState.DONE and _is_since(each, refund))
    refunded_cents = payment.refunded_cents - sum(each.amount_cents for each in given)
    as_then = replace(payment, refunded_cents=refunded_cents)
    return sheet_of(file, as_then, refund.method, refund.amount_cents) == refund.sheet


def _is_since(other: Refund, refund: Refund) -> bool:
    return other.ended_at is not None and other.ended_at > refund.prepared_at


def may_become_transfer(refund: Refund, payment: Payment) -> bool:
    """Return True for what could not go to its card, while the payment still holds that much."""
    is_refused = refund.by_card and refund.state is RefundState.REFUSED
    return is_refused and refund.amount_cents <= payment.refundable_cents


def holds(payment: Payment, refund: Refund) -> bool:
    """Return True if the payment still holds the amount reserved for the refund."""
    return payment.refunding_cents >= refund.amount_cents


def reserved(payment: Payment, cents: int) -> Payment:
    return replace(payment, refunding_cents=payment.refunding_cents + cents, version=payment.version + 1)


def released(payment: Payment, refund: Refund) -> Payment:
    """Return the payment with the refund's reservation lifted."""
    left = max(0, payment.refunding_cents - refund.amount_cents)
    return replace(payment, refunding_cents=left, version=payment.version + 1)


def iban_needed(refund: Refund, now: datetime) -> OutboxEntry:
    """Return the mail with a link to give the IBAN; its id names the refund."""
    return OutboxEntry(
        id=f"{Topic.IBAN_NEEDED}-{refund.id}",
        topic=Topic.IBAN_NEEDED,
        person_id=refund.person_id,
        registration_id=refund.registration_id,
        created_at=now,
        amount_cents=refund.amount_cents,
    )


def _ended(file: RegistrationFile, refund: Refund) -> Changes:
    free = released(payment_of(file, refund.payment_id), refund)
    return Changes((refund, free, counted_for_refund(file.registration)))


def _require_refundable(payment: Payment, asked: Asked) -> None:
    """Raise unless the payment can give the amount back this way; one that is disputed gives nothing."""
    if payment.is_disputed:
        raise RefundDisputed
    if asked.amount_cents > payment.refundable_cents:
        raise RefundAbovePayment(
            payment.refundable_cents, payment.amount_cents, payment.amount_cents - payment.refundable_cents
        )
    if asked.method not in methods_of(payment):
        raise RefundMethodNotPossible


def methods_of(payment: Payment) -> tuple[RefundMethod, ...]:
    """Return the ways in which the payment can be given back: on the card only if the gateway took it."""
    is_at_gateway = payment.method is PaymentMethod.CARD and payment.transaction and payment.call
    return (RefundMethod.CARD, RefundMethod.TRANSFER) if is_at_gateway else (RefundMethod.TRANSFER,)


def _changed(file: RegistrationFile, payment: Payment) -> RefundableChanged:
    live = [each for each in file.refunds if each.payment_id == payment.id and each.is_live]
    if not live:
        return RefundableChanged(payment.refundable_cents)
    last = max(live, key=lambda each: each.prepared_at)
    return RefundPreparedMeanwhile(payment.refundable_cents, last.amount_cents, last.preparer)


def sheet_of(file: RegistrationFile, payment: Payment, method: RefundMethod, cents: int) -> Sheet:
    """Return the sheet as the account is once all that is on its way back has left.

    Before any order the price of what is declared is owed. Who gave up owes what is kept; of a refused file,
    which owes nothing, it is what is missing of that.
    """
    owed = owed_with_refunds(file)
    return Sheet(
        holder=file.registration.holder,
        registration_id=file.registration.id,
        payment_id=payment.id,
        method=method,
        amount_cents=cents,
        kept_cents=payment.kept_cents,
        owed_before_cents=max(0, owed),
        owed_after_cents=max(0, owed + cents),
        account_version=file.registration.version - file.registration.refund_acts,
    )
