"""The effect of a refund's end on the account: what was given back, and what is owed again."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import owing
from chalicelib.domain.payment_links.giving_back import payer_refunded
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.preparation import holds, payment_of, released
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.registration import Registration, counted_for_refund
from chalicelib.domain.registration_file import RegistrationFile


def ended(file: RegistrationFile, refund: Refund, now: datetime) -> Changes:
    """Return the rows and the mail of a refund that is done or refused; `file` is as before it.

    Refused, the amount is free again. Done, it has left the payment: what is not allocated first, and what
    was allocated beyond that is owed again. A payment that was found given back at the bank meanwhile is
    booked so already, and is not booked a second time.
    """
    payment, registration = payment_of(file, refund.payment_id), counted_for_refund(file.registration)
    is_done = refund.state is RefundState.DONE
    is_told = is_done and not refund.by_card  # when it was sent
    mails = () if is_told else (refund_mail(refund, now),)
    if not holds(payment, refund):
        return Changes((refund, registration), outbox=mails)
    if not is_done:
        return Changes((refund, released(payment, refund), registration), outbox=mails)
    given = _given_back(payment, refund)
    cents, to_card = refund.amount_cents, refund.by_card
    payer = payer_refunded(file.attempts, payment, cents, now, refund.id) if to_card else ()
    return Changes((refund, given, _registration(file, given)), outbox=(*mails, *payer))


def refund_mail(refund: Refund, now: datetime) -> OutboxEntry:
    """Return the mail that tells the student that the money is on its way, or came back to the school."""
    topic = Topic.REFUND_FAILED if refund.state is RefundState.REFUSED else _SENT[refund.by_card]
    return OutboxEntry(
        id=f"{topic}-{refund.id}",
        topic=topic,
        person_id=refund.person_id,
        registration_id=refund.registration_id,
        created_at=now,
        amount_cents=refund.amount_cents,
    )


_SENT = {True: Topic.REFUND_SENT, False: Topic.REFUND_TRANSFERRED}


def _given_back(payment: Payment, refund: Refund) -> Payment:
    """Return the payment without the amount: its free part first, then what was allocated."""
    cents = refund.amount_cents
    free = released(payment, refund)
    return replace(
        free,
        refunded_cents=payment.refunded_cents + cents,
        transferred_cents=payment.transferred_cents + (0 if refund.by_card else cents),
        allocated_cents=min(payment.allocated_cents, payment.kept_cents - cents),
    )


def _registration(file: RegistrationFile, given: Payment) -> Registration:
    """Return the next version: part paid if something is owed again that no instalment stands for.

    Beside a plan as well: its paid instalments stay paid, so nothing else would ask for it.
    """
    others = (each for each in file.payments if each.id != given.id)
    return owing(counted_for_refund(file.registration), replace(file, payments=(*others, given)))
