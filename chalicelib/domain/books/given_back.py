"""Money that the bank took and gave back before it was booked here: received, but it pays nothing.

The school gives money back in the gateway's back office as well. What is owed stays owed; whether it is to
be taken again is a person's decision.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import owing
from chalicelib.domain.payment_links.giving_back import payer_refunded
from chalicelib.domain.payments import Answer, Attempt, Payment
from chalicelib.domain.plan.instalments import (
    Debit,
    DebitState,
    Event,
    Instalment,
    InstalmentState,
    instalment_id,
    let_go,
    moved,
)
from chalicelib.domain.refunds.refund import ended_of
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile

REFUNDED = "refunded"
"""The code of an instalment that waits for a person since its money was given back."""


def is_given_back(answer: Answer) -> bool:
    """Return True if nothing of the accepted amount was kept."""
    return answer.refunded_cents >= answer.amount_cents


def confirmed(announced: Answer, found: Answer) -> Answer:
    """Return an announced acceptance with what our own account at the gateway tells beside it."""
    return replace(
        announced,
        banked_on=announced.banked_on or found.banked_on,
        refunded_cents=found.refunded_cents,
    )


def booked_payment(account: Account, attempt: Attempt, answer: Answer) -> Payment | None:
    """Return the payment of the answer if it is booked.

    Payment and refund share a call number at the gateway, and an inquiry by reference may find either: the
    call of a payment that was given back, under the same reference, is the same money.
    """
    for payment in account.payments:
        is_refund = not payment.kept_cents and (payment.attempt_id, payment.call) == (attempt.id, answer.call)
        if payment.transaction == answer.transaction or is_refund:
            return payment
    return None


def debit_given_back(
    instalment: Instalment, debit: Debit, answer: Answer, now: datetime
) -> tuple[Instalment, Debit]:
    """Return instalment and debit after the gateway answered that it took the money and gave it back.

    The instalment is neither paid nor to be debited again without a person.
    """
    said = replace(
        debit,
        state=DebitState.REFUNDED,
        code=answer.code,
        transaction=answer.transaction,
        call=answer.call,
        version=debit.version + 1,
    )
    return moved(instalment, Event.REFUNDED, now, refusal_code=REFUNDED), said


def page_given_back(account: Account, attempt: Attempt, now: datetime) -> tuple[Instalment, ...]:
    """Return the late instalment of a page after its payment was given back.

    One that waits for its next debit waits for a person instead; any other is only let go.
    """
    instalment = account.instalment(instalment_id(attempt.registration_id, attempt.rank or 0))
    if instalment is None:
        return ()
    free = let_go(instalment, attempt.id)
    if instalment.state is InstalmentState.DUE and instalment.tries:
        still_open = {"open_pages": free.open_pages}
        return (moved(instalment, Event.REFUNDED, now, refusal_code=REFUNDED, **still_open),)
    return (free,) if free.open_pages != instalment.open_pages else ()


def taken_back(file: RegistrationFile, payment: Payment, now: datetime) -> Changes:
    """Return the rows and the mail after the bank gave back the whole of a payment that was booked.

    It pays nothing any more, so what it paid is owed again, in one sum. An instalment stays as it is: the
    same money is not debited by itself a second time.
    """
    registration = counted(file.registration)
    kept = replace(
        payment,
        refunded_cents=payment.amount_cents,
        refunding_cents=0,  # a refund of ours in flight is this one, or comes to nothing; others lapse
        allocated_cents=0,
        version=payment.version + 1,
    )
    mail = OutboxEntry(
        id=f"{Topic.PAYMENT_REFUNDED}-{payment.transaction}",
        topic=Topic.PAYMENT_REFUNDED,
        person_id=registration.person_id,
        registration_id=registration.id,
        created_at=now,
        amount_cents=payment.amount_cents,
        rank=payment.rank,
    )
    others = (each for each in file.payments if each.id != payment.id)
    owed_again = owing(registration, replace(file, payments=(*others, kept)))
    over = ended_of(file.refunds, payment.id, now)
    payer = payer_refunded(file.attempts, payment, payment.amount_cents, now)
    return Changes((kept, owed_again, *over), outbox=(mail, *payer))


def released(debit: Debit, by: str) -> Debit:
    """Return the debit of an instalment that a person released: dropped, unless its end is known."""
    is_known = debit.state in {DebitState.REFUSED, DebitState.REFUNDED}
    state = debit.state if is_known else DebitState.DROPPED
    return replace(debit, state=state, released_by=by, version=debit.version + 1)
