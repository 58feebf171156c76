"""A cheque or a transfer that accounting received: booked as money by card is, oldest due first."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.allocation import Allocation, after, allocate
from chalicelib.domain.books.booking import Booking, book, drawn, stamped
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.collection.refusals import (
    ReceiptForRefused,
    ReceiptForWithdrawn,
    ReceiptInFuture,
    ReceiptOfAnother,
    ReceiptOnLine,
    ReceiptRepeated,
    ReceiptTooEarly,
)
from chalicelib.domain.credits import credit_cents
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.invoices import Sequence
from chalicelib.domain.money import totals
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payers.receiving import receive_of_payer
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.refunds.coverage import owed_with_refunds
from chalicelib.domain.registration import Registration, RegistrationStatus, counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.settlement import unneeded_request
from chalicelib.domain.stored_cards import card_removals, cards_to_forget
from chalicelib.domain.treasury.entered import is_on_a_line
from chalicelib.domain.treasury.slips import Cheque, is_same_paper, squeezed

TOLD_BY = {
    PaymentMethod.CHEQUE: Topic.CHEQUE_RECEIVED,
    PaymentMethod.TRANSFER: Topic.TRANSFER_RECEIVED,
}
"""The methods that accounting enters, with the mail that says so."""


@dataclass(frozen=True)
class ReceivedMoney:
    """What accounting reads on a cheque or on the bank's statement.

    `reference` is the number of the cheque or the reference of the transfer, `bank` the drawer's; `drawer` is
    named where it is not the student.
    `invoice_number` is set for money of a third-party payer: it pays that payer's invoice and no other.
    `line_id` is the line of an imported statement that shows it; `from_suspense` is set if it is on 471.
    """

    method: PaymentMethod
    amount_cents: int
    reference: str
    received_on: date
    bank: str = ""
    invoice_number: int | None = None
    drawer: str = ""
    line_id: str | None = None
    from_suspense: bool | None = None


def require_receivable(file: RegistrationFile, received: ReceivedMoney, today: date) -> None:
    """Raise unless the file may receive money, dated within its campaign.

    The invoice of a third-party payer is owed whatever became of the file. One that was refused or given up
    receives money while what is kept of it is missing, since the bank took that back.
    """
    if received.invoice_number is None and owed_with_refunds(file) <= 0:
        _require_open(file.registration)
    if received.received_on > today:
        raise ReceiptInFuture
    earliest = paris_day(file.campaign.begins_at)
    if received.received_on < earliest:
        raise ReceiptTooEarly(earliest)


def _require_open(registration: Registration) -> None:
    if registration.status is RegistrationStatus.WITHDRAWN:
        raise ReceiptForWithdrawn
    if not registration.is_accepted:
        raise ReceiptForRefused


def questions_of(
    account: Account, known: Iterable[Cheque], received: ReceivedMoney
) -> Iterator[ReceiptRepeated]:
    """Yield a question for each payment that may be the same cheque or transfer.

    `known` are the cheques of its number, of whatever file.
    """
    is_transfer = received.method is PaymentMethod.TRANSFER
    for payment in account.every_payment:
        facts = (payment.id, payment.reference, payment.amount_cents, payment.paid_on)
        if _may_be_same(payment, received):
            yield ReceiptRepeated(*facts)
        elif is_transfer and is_on_a_line(payment, received.amount_cents, received.received_on):
            yield ReceiptOnLine(*facts)
    for cheque in known:
        is_of_another = person_of(cheque.registration_id) != account.person.id
        if is_of_another and is_same_paper(cheque, received.bank, received.amount_cents):
            told = (cheque.payment_id, cheque.number, cheque.amount_cents, cheque.received_on)
            yield ReceiptOfAnother(*told, cheque.registration_id)


def require_new(questions: Iterable[ReceiptRepeated], apart: Collection[str], *, is_sure: bool) -> None:
    """Raise the first question about a payment that `apart` does not name as another one.

    Who is sure and names none answers a single question alone: of several it is not known which was read.
    """
    asked = [each for each in questions if each.payment not in apart]
    is_answered = is_sure and not apart and len(asked) == 1
    if asked and not is_answered:
        raise asked[0]


def receive(
    account: Account,
    file: RegistrationFile,
    received: ReceivedMoney,
    payment_id: str,
    request_hash: str,
    sequence: Sequence,
    now: datetime,
) -> Changes:
    """Return the rows of the payment: on the account of what is owed now; what is more is a credit.

    That of a third-party payer is never more than its invoice asks.
    """
    payment = _payment(file, received, payment_id, request_hash, now)
    if received.invoice_number is not None:
        return receive_of_payer(file, payment, received.invoice_number)
    booking = _booking(account, file, sequence, now)
    paid = replace(file, payments=(*file.payments, payment))
    ordered = drawn(paid, booking) if booking else paid
    allocation = allocate(ordered, now)
    found = {each.id: each for each in allocation.payments}
    kept = replace(found.pop(payment.id, payment), version=1)
    documents = stamped(booking, allocation.owed_cents) if booking else None
    rows = existing(
        kept,
        *found.values(),
        *allocation.instalments,
        _registration(file, after(ordered, allocation), allocation),
        unneeded_request(ordered, allocation.owed_cents),
        *((documents.order, documents.invoice, documents.sequence) if documents else ()),
    )
    cards = cards_to_forget(account, file.registration.id, allocation.instalments)
    removals = card_removals(account, file.registration.id, cards, kept.id, now)
    return Changes(rows, outbox=(*_told(file, kept, now), *removals))


def _may_be_same(payment: Payment, received: ReceivedMoney) -> bool:
    """Return True if the reference is the same; of cheques, which each bank numbers, bank or amount too."""
    if (payment.method, squeezed(payment.reference)) != (received.method, squeezed(received.reference)):
        return False
    is_transfer = received.method is PaymentMethod.TRANSFER
    return is_transfer or is_same_paper(payment, received.bank, received.amount_cents)


def _payment(
    file: RegistrationFile, received: ReceivedMoney, payment_id: str, request_hash: str, now: datetime
) -> Payment:
    """Return the payment before its first version: the allocation makes that."""
    return Payment(
        id=payment_id,
        registration_id=file.registration.id,
        method=received.method,
        amount_cents=received.amount_cents,
        allocated_cents=0,
        received_at=now,
        reference=received.reference,
        bank=received.bank,
        received_on=received.received_on,
        request_hash=request_hash,
        drawer=received.drawer,
        line_id=received.line_id or "",
        from_suspense=bool(received.from_suspense),
        version=0,
    )


def _booking(account: Account, file: RegistrationFile, sequence: Sequence, now: datetime) -> Booking | None:
    """Return the documents of the declared situation if there are none yet and it costs something."""
    lines = file.programme.tariffs.get(file.registration.fee_situation_code or "", ())
    if file.registration.has_order or not totals(lines).total_cents:
        return None
    return book(account, file, lines, None, sequence, now)


def _registration(file: RegistrationFile, then: RegistrationFile, allocation: Allocation) -> Registration:
    """Return the next version; it is part paid if something is owed that no instalment stands for."""
    drawn = then.orders[-1].number if then.orders else None
    number = file.registration.order_number or drawn
    left = then.remaining_cents if file.has_started_plan else 0
    was_open = file.registration.part_paid or not file.has_started_plan
    is_owed = number is not None and was_open and allocation.owed_cents > left
    return replace(counted(file.registration), order_number=number, part_paid=is_owed)


def _told(file: RegistrationFile, payment: Payment, now: datetime) -> Iterator[OutboxEntry]:
    """Yield the mail of the receipt, and that of the credit that it leaves."""
    topic = TOLD_BY[payment.method]
    mail = OutboxEntry(
        id=f"{topic}-{payment.id}",
        topic=topic,
        person_id=file.registration.person_id,
        registration_id=file.registration.id,
        created_at=now,
        invoice_number=payment.invoice_number,
        amount_cents=payment.amount_cents,
    )
    yield mail
    if payment.is_overpayment:
        yield replace(
            mail,
            id=f"{Topic.OVERPAYMENT_KEPT}-{payment.id}",
            topic=Topic.OVERPAYMENT_KEPT,
            amount_cents=credit_cents(payment),
            invoice_number=None,
        )
