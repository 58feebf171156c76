from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.treasury.booking import released_entry
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, StatementLine
from chalicelib.domain.treasury.refusals import ExplanationUnequal, LineExplained, ReceiptAlreadyShown
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

    One paper may pay for several files, so one line may show several payments. Raise `LineExplained`,
    `ReceiptAlreadyShown`, `ExplanationUnequal` unless the bank account lost just their sum: an unknown one
    has none. Raise `NotFound` for an unknown line.
    """
    named = tuple(dict.fromkeys(payments))
    for payment_id in named:
        permit(by, Action.ENTER_PAYMENT, person_of(payment_id))
    return again(lambda: _show(ports, line_id, named, by, seen), ports.pause)


def returns_for(ports: StatementPorts, line: StatementLine) -> tuple[Payment, ...]:
    """Return the payments that the bank took back with just the sum that is open of a line."""
    if line.open_cents >= 0:
        return ()
    taken = (each for each in every(ports.unpaid.listed) if not each.return_line)
    return tuple(each for each in taken if -at_bank_cents(each) == line.open_cents)


def at_bank_cents(payment: Payment) -> int:
    """Return what its return took off the bank account: nothing for a cheque that was never credited."""
    is_cheque = payment.method is PaymentMethod.CHEQUE
    return 0 if is_cheque and not payment.bounced_at_bank else payment.bounced_cents


def _show(
    ports: StatementPorts, line_id: str, payments: Sequence[str], by: Person, seen: int
) -> StatementLine:
    line = open_line(ports, line_id, seen)
    if not line.is_open:
        raise LineExplained
    found = [_taken(ports, line, each) for each in payments]
    parts = tuple(_part(payment) for _, payment in found)
    shown = (replace(each, return_line=line.id, version=each.version + 1) for _, each in found)
    files = {each.id: each for each, _ in found}
    along = Changes(tuple(shown), unchanged=tuple(files.values()))
    entry = released_entry(line, line.open_cents, ledger_of(ports, line.iban))
    return explained(ports, line, parts, (entry,), by, along=along)


def _taken(ports: StatementPorts, line: StatementLine, payment_id: str) -> tuple[Registration, Payment]:
    account = account_behind(ports, payment_id)
    payment = payment_with(account, payment_id) if account else None
    if account is None or payment is None:
        raise ExplanationUnequal(line.open_cents, 0)
    if payment.return_line:
        raise ReceiptAlreadyShown
    return account.registration(payment.registration_id), payment


def _part(payment: Payment) -> Explanation:
    is_card = payment.method is PaymentMethod.CARD
    kind = ExplanationKind.CHARGEBACK if is_card else ExplanationKind.BOUNCE
    return Explanation(kind, payment.id, -at_bank_cents(payment))
