"""One transfer has two ways into the books, a statement line and an entry by hand: it takes one of them."""

from collections.abc import Collection
from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.domain.treasury.proposals import RECEIPT_WITHIN, is_shown_by, payable_cents
from chalicelib.domain.treasury.refusals import OwedMoved, TransferEntered


def entered_for(account: Account, line: StatementLine, cents: int) -> tuple[Payment, ...]:
    """Return the transfers entered by hand that a line, or a part of it of `cents`, may be."""
    return tuple(each for each in account.every_payment if is_shown_by(each, cents, line))


def require_apart(account: Account, line: StatementLine, cents: int, apart: Collection[str]) -> None:
    """Raise `TransferEntered` for a transfer that the line may be, unless its id is in `apart`."""
    for payment in entered_for(account, line, cents):
        if payment.id not in apart:
            raise transfer_entered(payment)


def transfer_entered(payment: Payment) -> TransferEntered:
    return TransferEntered(payment.id, payment.reference, payment.amount_cents, payment.paid_on)


def owed_of(file: RegistrationFile, invoice_number: int | None) -> int:
    """Return what a part of a line may pay: what the student owes, or what is left of a payer's invoice."""
    return file.of_payers.of_invoice(invoice_number).owed_cents if invoice_number else payable_cents(file)


def require_owed(file: RegistrationFile, invoice_number: int | None, seen_cents: int) -> None:
    """Raise `OwedMoved` unless `owed_of` is `seen_cents`."""
    if (owed := owed_of(file, invoice_number)) != seen_cents:
        raise OwedMoved(owed)


def is_on_a_line(payment: Payment, cents: int, day: date) -> bool:
    """Return True if a line shows this payment, and a transfer of `cents` on `day` may be the same."""
    is_shown = payment.method is PaymentMethod.TRANSFER and bool(payment.line_id)
    is_held = payment.amount_cents == cents and not payment.bounced_cents
    return is_shown and is_held and abs(payment.paid_on - day) <= RECEIPT_WITHIN
