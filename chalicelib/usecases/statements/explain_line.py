from chalicelib.domain.access import Action, permit
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.booking import fee_entry
from chalicelib.domain.treasury.lines import NEAR, Explanation, ExplanationKind, StatementLine
from chalicelib.domain.treasury.proposals import clues_of
from chalicelib.domain.treasury.refusals import (
    FeeOfNoReturn,
    FeeTooLarge,
    LineExplained,
    LineOfStudent,
    LineUnreasoned,
)
from chalicelib.usecases.collection.receive_payment import payment_with
from chalicelib.usecases.paging import every
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import account_behind
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import StatementPorts

MOST_GIVEN_BACK_CENTS = 50_00
"""The most that came in and may be fees given back: more is somebody's money."""


def explain_line(
    ports: StatementPorts,
    line_id: str,
    kind: ExplanationKind,
    by: Person,
    reason: str = "",
    seen: int = 0,
    *,
    payment_id: str = "",
) -> StatementLine:
    """Explain what is open of a line as a fee of the bank, or, with a reason, as no matter of these books.

    `payment_id` is the cheque or transfer for whose return the bank took the fee, "" for any other fee. Raise
    `FeeTooLarge` or `LineOfStudent` for money that came in and may be somebody's, `FeeOfNoReturn`.
    """
    permit(by, Action.KEEP_BOOKS, "")
    if payment_id:
        permit(by, Action.ENTER_PAYMENT, person_of(payment_id))
    if kind is ExplanationKind.DISCARDED and not reason.strip():
        raise LineUnreasoned
    told = reason.strip()
    return again(
        lambda: _explain(ports, open_line(ports, line_id, seen), kind, by, told, payment_id), ports.pause
    )


def returns_with_fee(ports: StatementPorts, line: StatementLine) -> tuple[Payment, ...]:
    """Return the cheques and transfers for whose return the bank may have taken the fee that a line is."""
    if line.open_cents >= 0:
        return ()
    return tuple(each for each in every(ports.unpaid.listed) if _came_back(each, line))


def _came_back(payment: Payment, line: StatementLine) -> bool:
    is_paper = payment.method is not PaymentMethod.CARD and line.open_cents < 0
    on = payment.bounced_on if is_paper and not payment.undone_line else None
    return on is not None and abs(on - line.booked_on) <= NEAR


def _explain(
    ports: StatementPorts,
    line: StatementLine,
    kind: ExplanationKind,
    by: Person,
    reason: str,
    payment_id: str,
) -> StatementLine:
    is_fee = kind is ExplanationKind.FEE
    if not line.is_open or (line.explanations and not is_fee):
        raise LineExplained
    if line.open_cents > 0:
        _require_nobodys(ports, line, is_fee=is_fee)
    if payment_id:
        _require_return(ports, line, payment_id)
    part = Explanation(kind, payment_id or line.id, line.open_cents)
    entry = fee_entry(line, line.open_cents, ledger_of(ports, line.iban)) if is_fee else None
    return explained(ports, line, (part,), (entry,), by, reason)


def _require_return(ports: StatementPorts, line: StatementLine, payment_id: str) -> None:
    account = account_behind(ports, payment_id)
    payment = payment_with(account, payment_id) if account else None
    if payment is None or not _came_back(payment, line):
        raise FeeOfNoReturn


def _require_nobodys(ports: StatementPorts, line: StatementLine, *, is_fee: bool) -> None:
    if any(_is_student(ports, each) for clue in clues_of(line) for each in clue.people):
        raise LineOfStudent
    if is_fee and line.open_cents > MOST_GIVEN_BACK_CENTS:
        raise FeeTooLarge(MOST_GIVEN_BACK_CENTS)


def _is_student(ports: StatementPorts, person_id: str) -> bool:
    try:
        return bool(ports.accounts.account(person_id).registrations)
    except NotFound:
        return False
