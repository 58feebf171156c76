"""The effect of an accepted payment on an account: booked once, invoiced, allocated to what is owed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.allocation import Allocation, after, allocate
from chalicelib.domain.books.bank_days import believed_day
from chalicelib.domain.books.booking import Booking, book, drawn, stamped
from chalicelib.domain.books.given_back import is_given_back, page_given_back
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.credits import credit_cents
from chalicelib.domain.invoices import Sequence
from chalicelib.domain.money import totals
from chalicelib.domain.notifications import Notification, applied
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import owed_lines
from chalicelib.domain.payment_links.giving_back import payer_refunded
from chalicelib.domain.payments import Answer, Attempt, Payment, PaymentMethod, paid_by
from chalicelib.domain.plan.instalment_settlement import (
    PlanStart,
    can_start,
    plan_of,
    renewed_mandate,
    start_plan,
)
from chalicelib.domain.plan.instalments import Instalment, Mandate, let_go
from chalicelib.domain.plan.plan_cards import card_warning
from chalicelib.domain.plan.plan_requests import PlanRequest, withdraw
from chalicelib.domain.plan.plans import amounts_of
from chalicelib.domain.registration import Registration, counted
from chalicelib.domain.registration_file import RegistrationFile, file_of
from chalicelib.domain.stored_cards import card_removals, cards_to_forget
from chalicelib.domain.trail.audit import AuditEntry


@dataclass(frozen=True)
class Settlement:
    """All rows that one acceptance writes, in one transaction.

    `registration` is its next version: every payment changes the amount owed. `credits` are earlier payments
    of which more is allocated now.
    """

    attempt: Attempt
    payment: Payment
    registration: Registration
    outbox: tuple[OutboxEntry, ...]
    booking: Booking | None = None
    plan_request: PlanRequest | None = None
    mandate: Mandate | None = None
    instalments: tuple[Instalment, ...] = ()
    credits: tuple[Payment, ...] = ()

    def changes(self, audit: AuditEntry, notification: Notification | None = None) -> Changes:
        """Return the rows to write, with the notification that brought the payment marked applied."""
        booking = self.booking
        documents = (booking.order, booking.invoice, booking.sequence) if booking else ()
        message = applied(notification) if notification else None
        plan = existing(self.plan_request, self.mandate, *self.instalments)
        received = existing(self.attempt, self.payment, *self.credits, self.registration, message)
        return Changes((*received, *documents, *plan), audit, self.outbox)


def settle(
    account: Account, attempt: Attempt, answer: Answer, campaign: Campaign, sequence: Sequence, now: datetime
) -> Settlement:
    """Receive `answer` (paid) for `attempt` on the account of what is owed now.

    The amount owed is that of the declared situation: an old page changes no situation, status or tariff.
    Money pays the page's own instalment if it still stands, then the oldest due; what is left, or all of it
    if nothing is owed, is a credit to give back.
    """
    file = file_of(account, attempt.registration_id, campaign)
    payment = _payment(attempt, answer, now)
    lines = () if file.registration.has_order or not payment.kept_cents else owed_lines(file, attempt)
    is_owed = totals(lines).total_cents > 0
    booking = book(account, file, lines, attempt.address, sequence, now) if is_owed else None
    may_start = booking is not None or file.registration.part_paid
    ordered = drawn(file, booking) if booking else file
    start = _start(account, ordered, attempt, answer, now) if may_start else None
    received = _Received(ordered, attempt, answer, payment, booking, start)
    settled = _given_back(received, account, now) if is_given_back(answer) else _settled(received, now)
    return replace(settled, outbox=(*settled.outbox, *_useless_cards(account, attempt, answer, settled, now)))


@dataclass(frozen=True)
class _Received:
    """A payment with the documents drawn for it and the plan that it starts.

    `file` has the documents, and is else as before it.
    """

    file: RegistrationFile
    attempt: Attempt
    answer: Answer
    payment: Payment
    booking: Booking | None
    start: PlanStart | None

    @property
    def file_after(self) -> RegistrationFile:
        instalments = self.start.instalments if self.start else self.file.instalments
        return replace(self.file, payments=(*self.file.payments, self.payment), instalments=instalments)


def _start(
    account: Account, file: RegistrationFile, attempt: Attempt, answer: Answer, now: datetime
) -> PlanStart | None:
    """Return the plan that this payment starts, None if the page is not the first of the approved plan."""
    terms, request = attempt.terms, file.plan_request
    plan = plan_of(terms, file.campaign) if terms else None
    if request and terms and plan and can_start(account, attempt, terms):
        return start_plan(request, attempt, terms, answer, plan, file.charged_cents, now)
    return None


def _settled(received: _Received, now: datetime) -> Settlement:
    attempt, answer, start = received.attempt, received.answer, received.start
    allocation = allocate(received.file_after, now, rank=received.payment.rank)
    found = {each.id: each for each in allocation.payments}
    payment = replace(found.pop(received.payment.id, received.payment), version=1)
    instalments = _planned(start, allocation, payment) if start else _over(allocation, attempt)
    unneeded = None if start else unneeded_request(received.file_after, allocation.owed_cents)
    renewed = renewed_mandate(received.file, attempt, answer, instalments, now)
    then = after(received.file_after, allocation).instalments
    warning = card_warning(renewed, then, attempt.id, now) if renewed else ()
    return Settlement(
        attempt=paid_by(attempt, answer),
        payment=payment,
        registration=_registration(received, allocation),
        outbox=(*_told(attempt, answer, payment, now), *(start.outbox if start else warning)),
        booking=stamped(received.booking, allocation.owed_cents) if received.booking else None,
        plan_request=start.request if start else unneeded,
        mandate=start.mandate if start else renewed,
        instalments=(*instalments, *_let_go_own(received, allocation)),
        credits=tuple(found.values()),
    )


def _over(allocation: Allocation, attempt: Attempt) -> tuple[Instalment, ...]:
    """Return what the allocation changes, without the page: it is paid, also if that paid a part alone."""
    return tuple(
        replace(each, open_pages=tuple(page for page in each.open_pages if page != attempt.id))
        for each in allocation.instalments
    )


def _let_go_own(received: _Received, allocation: Allocation) -> tuple[Instalment, ...]:
    """Return the instalment of the page as let go if the money could not pay it: it waits for a person."""
    attempt_id, paid = received.attempt.id, {each.id for each in allocation.instalments}
    return tuple(
        let_go(each, attempt_id)
        for each in received.file.instalments
        if attempt_id in each.open_pages and each.id not in paid
    )


def unneeded_request(file: RegistrationFile, owed_cents: int) -> PlanRequest | None:
    """Return the request for a plan as withdrawn if less is left to pay than its first part, else None."""
    request = file.plan_request
    if request is None or request.started or not request.is_binding or not file.orders:
        return None
    plan = file.campaign.plans.get(request.plan_code)
    first = amounts_of(plan, request.total_cents)[0] if plan else 0
    return withdraw(request) if owed_cents < max(first, 1) else None


def _planned(start: PlanStart, allocation: Allocation, received: Payment) -> tuple[Instalment, ...]:
    """Return the first versions of a started plan's instalments, those paid by now as paid."""
    paid = {each.id: each for each in allocation.instalments}
    number = received.invoice_number
    return tuple(
        replace(paid.get(each.id, each), invoice_number=number, version=1) for each in start.instalments
    )


def _registration(received: _Received, allocation: Allocation) -> Registration:
    """Return the next version; it is part paid if something is owed that no instalment stands for."""
    file, booking = received.file, received.booking
    number = booking.order.number if booking else file.registration.order_number
    has_plan = received.start is not None or file.has_started_plan
    left = after(received.file_after, allocation).remaining_cents if has_plan else 0
    was_open = file.registration.part_paid or not file.has_started_plan
    part_paid = number is not None and was_open and allocation.owed_cents > left
    return replace(counted(file.registration), order_number=number, part_paid=part_paid)


def _told(attempt: Attempt, answer: Answer, received: Payment, now: datetime) -> Iterator[OutboxEntry]:
    """Yield the mail of the payment if it pays something, and that of the credit if it leaves one.

    Who paid by a link gets a receipt in any case.
    """
    if received.allocated_cents:
        topic = Topic.LINK_PAID if attempt.link else Topic.PAYMENT_BOOKED
        yield _entry(topic, attempt, answer, now, received.invoice_number)
    if attempt.link:
        yield _entry(Topic.LINK_RECEIPT, attempt, answer, now, None)
    if received.is_overpayment:
        kept = _entry(Topic.OVERPAYMENT_KEPT, attempt, answer, now, None)
        yield replace(kept, amount_cents=credit_cents(received))


def _useless_cards(
    account: Account, attempt: Attempt, answer: Answer, settled: Settlement, now: datetime
) -> tuple[OutboxEntry, ...]:
    registration_id = attempt.registration_id
    cards = cards_to_forget(account, registration_id, settled.instalments, settled.mandate, attempt.terms)
    return card_removals(account, registration_id, cards, answer.transaction, now)


def _given_back(received: _Received, account: Account, now: datetime) -> Settlement:
    """Book money that the bank has given back already: no document, and what is owed stays owed."""
    attempt, answer = received.attempt, received.answer
    return Settlement(
        attempt=paid_by(attempt, answer),
        payment=replace(received.payment, version=1),
        registration=counted(received.file.registration),
        outbox=(
            _entry(Topic.PAYMENT_REFUNDED, attempt, answer, now, None),
            *payer_refunded((attempt,), received.payment, answer.amount_cents, now),
        ),
        instalments=page_given_back(account, attempt, now),
    )


def _payment(attempt: Attempt, answer: Answer, now: datetime) -> Payment:
    """Return the payment before its first version: the allocation makes that."""
    return Payment(
        id=f"{attempt.person_id}-t{answer.transaction}",
        registration_id=attempt.registration_id,
        method=PaymentMethod.CARD,
        amount_cents=answer.amount_cents,
        allocated_cents=0,
        received_at=now,
        attempt_id=attempt.id,
        transaction=answer.transaction,
        call=answer.call,
        rank=attempt.terms.rank if attempt.terms else 0,
        banked_on=believed_day(answer.banked_on, attempt.started_at, now),
        refunded_cents=answer.refunded_cents,
        version=0,
    )


def _entry(
    topic: Topic, attempt: Attempt, answer: Answer, now: datetime, invoice_number: int | None
) -> OutboxEntry:
    return OutboxEntry(
        id=f"{topic}-{answer.transaction}",
        topic=topic,
        person_id=attempt.person_id,
        registration_id=attempt.registration_id,
        created_at=now,
        invoice_number=invoice_number,
        amount_cents=answer.amount_cents,
        rank=attempt.terms.rank if attempt.terms else 0,
    )
