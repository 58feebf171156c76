"""One card refund: the gateway is asked what it holds, the refund is marked sent, sent once, answered."""

from dataclasses import replace

from chalicelib.correlation import correlated
from chalicelib.domain.books.given_back import taken_back
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.refunds.booking import ended
from chalicelib.domain.refunds.coverage import covers
from chalicelib.domain.refunds.preparation import lapse
from chalicelib.domain.refunds.refund import (
    SEND_WITHIN,
    Holding,
    Operation,
    Refund,
    RefundState,
    answered,
    marked_sent,
)
from chalicelib.domain.trail.audit import GATEWAY, SCHEDULE, Act
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.refunds.acts import Opened, open_refund, write
from chalicelib.usecases.refunds.ports import RefundPorts


def send_refund(ports: RefundPorts, refund_id: str) -> None:
    """Send an approved card refund; without a clear answer about its payment nothing is sent yet."""
    opened = open_refund(ports, refund_id)
    with correlated(opened.refund.correlation_id):
        _send(ports, opened)


def _send(ports: RefundPorts, opened: Opened) -> None:
    refund = opened.refund
    if refund.state is not RefundState.APPROVED or not refund.by_card:
        return
    if not covers(opened.file, refund):
        let_lapse(ports, opened, SCHEDULE)
        return
    holding = ports.gateway.holding(opened.payment, ports.questions.next_question, ports.now())
    if holding.outcome is Outcome.UNKNOWN:
        return
    if holding.is_given_back:
        _book_taken_back(ports, opened)
    elif holding.outcome is not Outcome.PAID:
        book_refund(
            ports, refund, Answer(refund.id, refund.amount_cents, Outcome.CONFIGURATION, holding.code)
        )
    else:
        _mark_and_send(ports, opened, holding)


def let_lapse(ports: RefundPorts, opened: Opened, by: str) -> None:
    """End a refund that nothing was sent of; its amount may pay what is owed again."""
    changes = lapse(opened.file, opened.refund, ports.now())
    write(ports, opened.file, changes, Act.REFUND_LAPSED, by, opened.refund)
    set_off_anew(ports, opened.refund.registration_id)


def ask(ports: RefundPorts, opened: Opened, refund: Refund, *, is_again: bool = False) -> None:
    """Ask the gateway once and book its answer; `refund` is already marked sent.

    If it is asked again, the first question may still arrive and be paid: then no refusal is final.
    """
    now = ports.now()
    if refund.sent_at is None or now - refund.sent_at > SEND_WITHIN:
        return
    if paris_day(now) != refund.sent_on:  # the gateway would take the question's number for a new one
        return
    answer = ports.gateway.refund(
        refund, opened.payment, ports.questions.next_question, now, is_debit=opened.is_debit
    )
    is_final = answer.outcome is Outcome.PAID or not is_again
    book_refund(ports, refund, answer if is_final else replace(answer, outcome=Outcome.UNKNOWN))


def book_refund(ports: RefundPorts, refund: Refund, answer: Answer) -> None:
    """Write the answer, the payment and the mail in one transaction, once."""
    opened, now = open_refund(ports, refund.id), ports.now()
    said = answered(refund, answer, now)
    if said.state is RefundState.UNKNOWN:
        ports.store.commit(Changes((said,)))
        return
    act = Act.REFUND_DONE if said.state is RefundState.DONE else Act.REFUND_REFUSED
    write(ports, opened.file, ended(opened.file, said, now), act, GATEWAY, said)
    set_off_anew(ports, said.registration_id)


def _mark_and_send(ports: RefundPorts, opened: Opened, holding: Holding) -> None:
    refund, payment = opened.refund, opened.payment
    is_whole = refund.amount_cents == payment.amount_cents
    operation = Operation.VOID if is_whole and not holding.is_remitted else Operation.REFUND
    reference = ports.gateway.reference(refund.id)
    marked = marked_sent(refund, reference, ports.questions.next_question(), operation, ports.now())
    ports.store.commit(Changes((marked,), unchanged=(opened.file.registration,)))
    ask(ports, opened, marked)


def _book_taken_back(ports: RefundPorts, opened: Opened) -> None:
    """Book that the bank had given the payment back before the refund was sent; the refund lapses."""
    now = ports.now()
    taken = taken_back(opened.file, opened.payment, now)
    attempt = opened.account.attempt(opened.payment.attempt_id)
    page = replace(attempt, refunded=True, version=attempt.version + 1) if attempt else None
    ports.alarms.raise_refunded(
        opened.payment
    )  # first: a process that dies here must not leave it unreported
    rows = (*taken.rows, *existing(page))
    changes = Changes(rows, outbox=taken.outbox)
    write(ports, opened.file, changes, Act.PAYMENT_REFUNDED, GATEWAY, opened.refund)
    set_off_anew(ports, opened.refund.registration_id)
