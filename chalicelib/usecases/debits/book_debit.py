"""Booking of the gateway's answer to a debit, received at once or by inquiry."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.bank_days import believed_day
from chalicelib.domain.books.given_back import debit_given_back, is_given_back
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.campaign import Plan
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payments import Answer, Outcome, Payment, PaymentMethod
from chalicelib.domain.plan.instalments import (
    Debit,
    DebitState,
    Instalment,
    InstalmentState,
    answered,
)
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.stored_cards import card_removals, cards_to_forget
from chalicelib.domain.trail.audit import GATEWAY, Act, AuditEntry
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.debits.ports import DebitPorts
from chalicelib.usecases.registrations.show_account import open_file

_MAILS = {
    InstalmentState.PAID: Topic.DEBIT_TAKEN,
    InstalmentState.DUE: Topic.DEBIT_RETRIED,
    InstalmentState.NEEDS_PAYER: Topic.PAYER_NEEDED,
    InstalmentState.ARREARS: Topic.IN_ARREARS,
}


def book_debit(
    ports: DebitPorts, account: Account, instalment: Instalment, debit: Debit, answer: Answer
) -> None:
    """Write the answer, the payment, the instalment and the mail in one transaction, once."""
    request = account.plan_request(instalment.registration_id)
    plan = agreed_plan(ports, account, request) if request else None
    retries = plan.retry_after_days if plan else ()
    now = ports.now()
    if is_given_back(answer):
        _book_given_back(ports, account, instalment, debit, answer)
        return
    if answer.outcome is Outcome.CONFIGURATION or (answer.outcome is Outcome.UNKNOWN and answer.code):
        ports.alarms.raise_refused_setup(debit, answer.code)
    then, said = answered(instalment, debit, answer, retries, now)
    payment = _payment(account, then, said, answer, now) if said.state is DebitState.PAID else None
    topic = _MAILS.get(then.state) if said.state is not DebitState.UNKNOWN else None
    left = said.amount_cents if payment else then.remaining_cents
    mails = (replace(debit_mail(topic, then, said.id, now), amount_cents=left),) if topic else ()
    if payment is None:
        ports.store.commit(Changes((then, said), outbox=mails))
        if said.state is DebitState.REFUSED:
            set_off_anew(ports, then.registration_id)
        return
    cards = cards_to_forget(account, then.registration_id, (then,))
    entries = card_removals(account, then.registration_id, cards, payment.transaction, now)
    changes = Changes((then, said, payment), audit=_entry(ports, payment), outbox=(*mails, *entries))
    file = open_file(ports, account, then.registration_id)
    ports.store.commit(journaled(changes, file, now))


def _book_given_back(
    ports: DebitPorts, account: Account, instalment: Instalment, debit: Debit, answer: Answer
) -> None:
    """Write that the money was taken and given back: it pays nothing, and a person decides what follows."""
    now = ports.now()
    then, said = debit_given_back(instalment, debit, answer, now)
    payment = replace(
        _payment(account, then, said, answer, now), allocated_cents=0, order_number=None, invoice_number=None
    )
    entry = _entry(ports, payment, Act.PAYMENT_REFUNDED)
    told = debit_mail(Topic.PAYMENT_REFUNDED, then, said.id, now)
    mail = replace(told, amount_cents=payment.amount_cents)
    ports.alarms.raise_refunded(payment)  # first: a process that dies here must not leave it unreported
    changes = Changes((then, said, payment), audit=entry, outbox=(mail,))
    ports.store.commit(journaled(changes, open_file(ports, account, then.registration_id), now))


def agreed_plan(ports: DebitPorts, account: Account, request: PlanRequest) -> Plan | None:
    """Return the plan as it was agreed to, else as the campaign has it now.

    None if it has left the campaign.
    """
    mandate = account.mandate(request.registration_id)
    if mandate and mandate.plan:
        return mandate.plan
    return ports.campaigns.get(request.campaign_id).plans.get(request.plan_code)


def _entry(ports: DebitPorts, payment: Payment, act: Act = Act.DEBIT_BOOKED) -> AuditEntry:
    student, amount_cents = person_of(payment.id), payment.amount_cents
    return audited(ports, GATEWAY, act, student, payment.id, amount_cents=amount_cents)


def debit_mail(topic: Topic, instalment: Instalment, about: str, now: datetime) -> OutboxEntry:
    """Return the mail about one instalment; its id contains `about`, so one event is mailed once."""
    return OutboxEntry(
        id=f"{topic}-{instalment.id}-{about}",
        topic=topic,
        person_id=instalment.person_id,
        registration_id=instalment.registration_id,
        created_at=now,
        amount_cents=instalment.remaining_cents,
        rank=instalment.rank,
    )


def _payment(
    account: Account, instalment: Instalment, debit: Debit, answer: Answer, now: datetime
) -> Payment:
    return Payment(
        id=f"{debit.person_id}-t{debit.transaction}",
        registration_id=instalment.registration_id,
        method=PaymentMethod.CARD,
        amount_cents=debit.amount_cents,
        allocated_cents=debit.amount_cents,
        received_at=now,
        attempt_id=debit.id,
        transaction=debit.transaction,
        call=debit.call,
        order_number=account.registration(instalment.registration_id).order_number,
        invoice_number=instalment.invoice_number,
        rank=instalment.rank,
        banked_on=believed_day(answer.banked_on, debit.claimed_at, now),
        refunded_cents=answer.refunded_cents,
    )
