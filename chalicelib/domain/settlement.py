"""The effect of an accepted payment on an account: booked and invoiced once, or kept as an overpayment."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.bank_days import believed_day
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.given_back import is_given_back, page_given_back
from chalicelib.domain.instalment_settlement import (
    LateSettlement,
    PlanStart,
    can_start,
    plan_of,
    settle_late_instalment,
    start_plan,
)
from chalicelib.domain.instalments import Instalment, Mandate
from chalicelib.domain.invoices import Invoice, Order, Sequence
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.notifications import Notification, applied
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import owed_cents, owed_lines
from chalicelib.domain.parties import client_of, seller_of, session_of
from chalicelib.domain.payments import Answer, Attempt, Payment, PaymentMethod, paid_by
from chalicelib.domain.plan_requests import PlanRequest, withdraw
from chalicelib.domain.registration import Registration, counted
from chalicelib.domain.registration_file import RegistrationFile, file_of
from chalicelib.domain.stored_cards import card_removals, cards_to_forget


@dataclass(frozen=True)
class Booking:
    """The documents of a payment, and the sequence after them."""

    order: Order
    invoice: Invoice
    sequence: Sequence


@dataclass(frozen=True)
class Settlement:
    """All rows that one acceptance writes, in one transaction. Without allocation it is an overpayment.

    `registration` is its next version: every payment changes the amount owed.
    """

    attempt: Attempt
    payment: Payment
    registration: Registration
    outbox: tuple[OutboxEntry, ...]
    booking: Booking | None = None
    plan_request: PlanRequest | None = None
    mandate: Mandate | None = None
    instalments: tuple[Instalment, ...] = ()

    def changes(self, audit: AuditEntry, notification: Notification | None = None) -> Changes:
        """Return the rows to write, with the notification that brought the payment marked applied."""
        booking = self.booking
        documents = (booking.order, booking.invoice, booking.sequence) if booking else ()
        message = applied(notification) if notification else None
        plan = existing(self.plan_request, self.mandate, *self.instalments)
        received = existing(self.attempt, self.payment, self.registration, message)
        return Changes((*received, *documents, *plan), audit, self.outbox)


def settle(
    account: Account, attempt: Attempt, answer: Answer, campaign: Campaign, sequence: Sequence, now: datetime
) -> Settlement:
    """Receive `answer` (paid) for `attempt` on the account of what is owed now.

    The amount owed is that of the declared situation: an old page changes no situation, status or tariff.
    Money is allocated up to that amount; the rest, or all of it if nothing is owed, is a credit to give back.
    """
    settled = _settled(account, attempt, answer, campaign, sequence, now)
    terms, registration_id = attempt.terms, attempt.registration_id
    if terms is None:
        return settled
    cards = cards_to_forget(account, registration_id, settled.instalments, settled.mandate, terms)
    entries = card_removals(account, registration_id, cards, answer.transaction, now)
    return replace(settled, outbox=(*settled.outbox, *entries))


def _settled(
    account: Account, attempt: Attempt, answer: Answer, campaign: Campaign, sequence: Sequence, now: datetime
) -> Settlement:
    file = file_of(account, attempt.registration_id, campaign)
    terms, registration, request = attempt.terms, file.registration, file.plan_request
    if is_given_back(answer):
        return _given_back(account, registration, attempt, answer, now)
    if registration.part_paid:
        return _rest_paid(file, attempt, answer, now)
    if terms and registration.has_order:
        late = settle_late_instalment(account, attempt, terms, answer, now)
        return (
            _settled_late(account, attempt, answer, late, now)
            if late
            else _overpaid(registration, attempt, answer, now)
        )
    lines = () if registration.has_order else owed_lines(file, attempt)
    if not totals(lines).total_cents:
        return _overpaid(registration, attempt, answer, now)
    plan = plan_of(terms, campaign) if terms else None
    if request and terms and plan and can_start(account, attempt, terms):
        booked = _booked(account, attempt, answer, campaign, sequence, lines, now)
        return _started(booked, start_plan(request, attempt, terms, answer, plan, now))
    unneeded = withdraw(request) if request and request.is_binding else None
    booked = _booked(account, attempt, answer, campaign, sequence, lines, now)
    return replace(_on_account(booked, lines, attempt, answer, now), plan_request=unneeded)


def _booked(
    account: Account,
    attempt: Attempt,
    answer: Answer,
    campaign: Campaign,
    sequence: Sequence,
    lines: tuple[FeeLine, ...],
    now: datetime,
) -> Settlement:
    """Draw order and invoice for the whole, and allocate to them the money received, up to the whole."""
    allocated_cents = min(answer.amount_cents, totals(lines).total_cents)
    booking = _booking(account, attempt, campaign, sequence, lines, now)
    payment = replace(
        _payment(attempt, answer, now),
        allocated_cents=allocated_cents,
        order_number=booking.order.number,
        invoice_number=booking.invoice.number,
    )
    registration = account.registration(attempt.registration_id)
    return Settlement(
        attempt=paid_by(attempt, answer),
        payment=payment,
        registration=replace(counted(registration), order_number=booking.order.number),
        outbox=(_entry(Topic.PAYMENT_BOOKED, attempt, answer, now, booking.invoice.number),),
        booking=booking,
    )


def _on_account(
    booked: Settlement, lines: tuple[FeeLine, ...], attempt: Attempt, answer: Answer, now: datetime
) -> Settlement:
    """Mark the registration part paid if too little was received; announce a credit if too much was."""
    surplus_cents = answer.amount_cents - booked.payment.allocated_cents
    if surplus_cents:
        kept = replace(_entry(Topic.OVERPAYMENT_KEPT, attempt, answer, now, None), amount_cents=surplus_cents)
        return replace(booked, outbox=(*booked.outbox, kept))
    if booked.payment.allocated_cents < totals(lines).total_cents:
        return replace(booked, registration=replace(booked.registration, part_paid=True))
    return booked


def _rest_paid(file: RegistrationFile, attempt: Attempt, answer: Answer, now: datetime) -> Settlement:
    """Allocate to the order what it still lacks. The surplus, possible with an old page, is a credit."""
    owed, invoice_number = owed_cents(file), file.invoices[-1].number
    allocated_cents = min(answer.amount_cents, owed)
    registration = replace(counted(file.registration), part_paid=allocated_cents < owed)
    received = Settlement(
        attempt=paid_by(attempt, answer),
        payment=replace(
            _payment(attempt, answer, now),
            allocated_cents=allocated_cents,
            order_number=file.registration.order_number,
            invoice_number=invoice_number,
        ),
        outbox=(_entry(Topic.PAYMENT_BOOKED, attempt, answer, now, invoice_number),),
        registration=registration,
    )
    return _on_account(received, (), attempt, answer, now)


def _started(booked: Settlement, start: PlanStart) -> Settlement:
    number = booked.payment.invoice_number
    return replace(
        booked,
        outbox=(*booked.outbox, *start.outbox),
        plan_request=start.request,
        mandate=start.mandate,
        instalments=tuple(replace(each, invoice_number=number) for each in start.instalments),
    )


def _settled_late(
    account: Account, attempt: Attempt, answer: Answer, healing: LateSettlement, now: datetime
) -> Settlement:
    instalment, registration = healing.instalment, account.registration(attempt.registration_id)
    return Settlement(
        attempt=paid_by(attempt, answer),
        payment=replace(
            _payment(attempt, answer, now),
            allocated_cents=attempt.amount_cents,
            order_number=registration.order_number,
            invoice_number=instalment.invoice_number,
        ),
        outbox=(_entry(Topic.PAYMENT_BOOKED, attempt, answer, now, instalment.invoice_number),),
        registration=counted(registration),
        mandate=healing.mandate,
        instalments=(instalment,),
    )


def _overpaid(registration: Registration, attempt: Attempt, answer: Answer, now: datetime) -> Settlement:
    return Settlement(
        attempt=paid_by(attempt, answer),
        payment=_payment(attempt, answer, now),
        outbox=(_entry(Topic.OVERPAYMENT_KEPT, attempt, answer, now, None),),
        registration=counted(registration),
    )


def _given_back(
    account: Account, registration: Registration, attempt: Attempt, answer: Answer, now: datetime
) -> Settlement:
    """Book money that the bank has given back already: no document, and what is owed stays owed."""
    received = _overpaid(registration, attempt, answer, now)
    told = (_entry(Topic.PAYMENT_REFUNDED, attempt, answer, now, None),)
    return replace(received, outbox=told, instalments=page_given_back(account, attempt, now))


def _booking(
    account: Account,
    attempt: Attempt,
    campaign: Campaign,
    sequence: Sequence,
    lines: tuple[FeeLine, ...],
    now: datetime,
) -> Booking:
    """Return order and invoice for the whole amount, however much of it this payment brings."""
    day, whole = sequence.draw_on(paris_day(now)), totals(lines).total_cents
    order = Order(
        number=sequence.next_order,
        registration_id=attempt.registration_id,
        ordered_on=day,
        lines=lines,
        financed_cents=whole,
        invoiced_cents=whole,
    )
    return Booking(
        order=order,
        invoice=_invoice(account, attempt, campaign, sequence.next_invoice, order),
        sequence=sequence.drawn(day),
    )


def _payment(attempt: Attempt, answer: Answer, now: datetime) -> Payment:
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
    )


def _invoice(account: Account, attempt: Attempt, campaign: Campaign, number: int, order: Order) -> Invoice:
    registration = account.registration(attempt.registration_id)
    return Invoice(
        number=number,
        registration_id=registration.id,
        order_number=order.number,
        issued_on=order.ordered_on,
        label=campaign.text("invoice.label"),
        session=session_of(registration, campaign),
        seller=seller_of(campaign),
        client=client_of(account.person, attempt.address),
        lines=order.lines,
        exemption_mention=campaign.exemption_mention.fr,
        paid_cents=min(attempt.amount_cents, order.totals.total_cents),
        settled_on=order.ordered_on if attempt.amount_cents >= order.totals.total_cents else None,
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
