from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.disputes import DisputeStage
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.treasury.booked_refunds import cents_on
from chalicelib.domain.treasury.booking import released_entry
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, StatementLine
from chalicelib.domain.treasury.refusals import (
    ExplanationUnequal,
    LineExplained,
    LineTooFar,
    ReceiptAlreadyShown,
)
from chalicelib.usecases.collection.receive_payment import payment_with
from chalicelib.usecases.paging import every
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import account_behind
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import StatementPorts


def show_returns(
    ports: StatementPorts, line_id: str, payments: Sequence[str], by: Person, seen: int = 0
) -> StatementLine:
    """Explain money that the bank took back as payments whose return is booked: the line only shows it.

    Money that came in is shown as what the bank gave back of disputes that were won. One paper may pay for
    several files, so one line may show several payments. Raise `LineExplained`, `ReceiptAlreadyShown`,
    `ExplanationUnequal` unless the bank account moved by just their sum: an unknown one has none. Raise
    `NotFound` for an unknown line.
    """
    named = tuple(dict.fromkeys(payments))
    for payment_id in named:
        permit(by, Action.ENTER_PAYMENT, person_of(payment_id))
    return again(lambda: _show(ports, line_id, named, by, seen), ports.pause)


def returns_for(ports: StatementPorts, line: StatementLine) -> tuple[Payment, ...]:
    """Return the payments that the bank took back, or gave back, with just the sum that is open of a line."""
    if not line.open_cents:
        return ()
    able = (each for each in every(ports.unpaid.listed) if _may_show(each, line))
    waiting = (each for each in able if not _line_of(each, line))
    return tuple(each for each in waiting if _moved_cents(ports, each, line) == line.open_cents)


def at_bank_cents(payment: Payment) -> int:
    """Return what its return took off the bank account: nothing for a cheque that was never credited."""
    is_cheque = payment.method is PaymentMethod.CHEQUE
    return 0 if is_cheque and not payment.bounced_at_bank else payment.bounced_cents


def reinstated_cents(account: Account, payment: Payment) -> int:
    """Return what the bank gave back of a payment when its last dispute was won."""
    of_payment = (each for each in account.journal if each.subject == payment.id)
    won = (each for each in of_payment if each.event is MoneyEvent.REINSTATEMENT)
    return cents_on(Book.BANK, max(won, key=lambda each: each.booked_at))


def shown_by(payment: Payment, cents: int, line_id: str) -> Payment:
    """Return a payment with the line that shows its return, or, of money that came in, its reinstatement."""
    if cents > 0 and payment.dispute:
        return replace(payment, dispute=replace(payment.dispute, line_id=line_id))
    return replace(payment, return_line=line_id)


def _may_show(payment: Payment, line: StatementLine) -> bool:
    return _is_won(payment) or (line.open_cents < 0 and payment.bounced_cents > 0)


def _is_won(payment: Payment) -> bool:
    return payment.dispute is not None and payment.dispute.stage is DisputeStage.WON


def _line_of(payment: Payment, line: StatementLine) -> str:
    """Return the line that shows already what `line` may show of a payment, "" for none."""
    if line.open_cents > 0:
        return payment.dispute.line_id if payment.dispute else ""
    return payment.return_line


def _moved_cents(ports: StatementPorts, payment: Payment, line: StatementLine) -> int:
    """Return what a payment moved on the bank account, in the direction of a line."""
    if not _is_won(payment):
        return -at_bank_cents(payment)
    cents = reinstated_cents(ports.accounts.account(person_of(payment.id)), payment)
    return cents if line.open_cents > 0 else -cents


def _show(
    ports: StatementPorts, line_id: str, payments: Sequence[str], by: Person, seen: int
) -> StatementLine:
    line = open_line(ports, line_id, seen)
    if not line.is_open:
        raise LineExplained
    found = [_taken(ports, line, each) for each in payments]
    parts = tuple(Explanation(_kind(each), each.id, _moved_cents(ports, each, line)) for _, each in found)
    shown = (shown_by(each, line.open_cents, line.id) for _, each in found)
    files = {each.id: each for each, _ in found}
    rows = tuple(replace(each, version=each.version + 1) for each in shown)
    entry = released_entry(line, line.open_cents, ledger_of(ports, line.iban))
    along = Changes(rows, unchanged=tuple(files.values()))
    return explained(ports, line, parts, (entry,), by, along=along)


def _taken(ports: StatementPorts, line: StatementLine, payment_id: str) -> tuple[Registration, Payment]:
    account = account_behind(ports, payment_id)
    payment = payment_with(account, payment_id) if account else None
    if account is None or payment is None or not _may_show(payment, line):
        raise ExplanationUnequal(line.open_cents, 0)
    if _line_of(payment, line):
        raise ReceiptAlreadyShown
    if line.booked_on < (came_on := min(payment.paid_on, payment.banked_on or payment.paid_on)):
        raise LineTooFar(line.booked_on, came_on)
    return account.registration(payment.registration_id), payment


def _kind(payment: Payment) -> ExplanationKind:
    is_card = payment.method is PaymentMethod.CARD
    return ExplanationKind.CHARGEBACK if is_card else ExplanationKind.BOUNCE
