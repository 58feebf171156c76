"""Money of a third-party payer: received for its invoice and never above it, or taken back by the bank."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.bounces import BankReturn, taken
from chalicelib.domain.errors import NotFound
from chalicelib.domain.payers.books import PayerBooks
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.payers.refusals import PayerReceiptTooLarge
from chalicelib.domain.payments import Payment
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile


def payer_of(file: RegistrationFile, invoice_number: int | None) -> Payer:
    """Return the payer that an invoice is for; raise `NotFound`."""
    for payer in file.payers:
        if invoice_number is not None and payer.invoice_number == invoice_number:
            return payer
    raise NotFound


def is_of_payer(file: RegistrationFile, payment: Payment) -> bool:
    return any(each.id == payment.id for each in file.of_payers.payments)


def require_of_payer(file: RegistrationFile, cents: int, invoice_number: int) -> None:
    """Raise `NotFound` for an invoice of no payer, `PayerReceiptTooLarge` above what it still asks."""
    payer_of(file, invoice_number)
    owed_cents = file.of_payers.of_invoice(invoice_number).owed_cents
    if cents > owed_cents:
        raise PayerReceiptTooLarge(owed_cents)


def receive_of_payer(file: RegistrationFile, payment: Payment, invoice_number: int) -> Changes:
    """Return the rows of a payer's payment, allocated to its invoice.

    `payment` is before its first version. Raise `PayerReceiptTooLarge` above what the invoice still asks:
    the excess has no owner among what is owed.
    """
    payer, books = payer_of(file, invoice_number), file.of_payers.of_invoice(invoice_number)
    require_of_payer(file, payment.amount_cents, invoice_number)
    kept = replace(
        payment,
        allocated_cents=payment.amount_cents,
        order_number=payer.order_number,
        invoice_number=invoice_number,
        version=1,
    )
    then = replace(books, payments=(*books.payments, kept))
    return Changes((kept, standing(payer, then), counted(file.registration)))


def take_back_of_payer(
    file: RegistrationFile, payment: Payment, returned: BankReturn, now: datetime
) -> Changes:
    """Return the rows after the bank took back a payer's payment: its invoice is owed again.

    The ladder of reminders goes on where it was.
    """
    payer, gone = payer_of(file, payment.invoice_number), taken(payment, returned, now)
    books = file.of_payers.of_invoice(payment.invoice_number)
    others = tuple(each for each in books.payments if each.id != payment.id)
    then = replace(books, payments=(*others, gone))
    return Changes((gone, standing(payer, then), counted(file.registration)))


def standing(payer: Payer, books: PayerBooks) -> Payer:
    """Return the payer's next version with the state that its books say."""
    state = PayerState.PAID if not books.owed_cents else PayerState.INVOICED
    if not books.charged_cents:
        state = PayerState.GIVEN_UP
    return replace(payer, state=state, version=payer.version + 1)
