from chalicelib.domain.access import Action, permit
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.booking import fee_entry
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, StatementLine
from chalicelib.domain.treasury.proposals import clues_of
from chalicelib.domain.treasury.refusals import FeeTooLarge, LineExplained, LineOfStudent, LineUnreasoned
from chalicelib.usecases.races import again
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import StatementPorts

MOST_GIVEN_BACK_CENTS = 50_00
"""The most that came in and may be fees given back: more is somebody's money."""


def explain_line(
    ports: StatementPorts, line_id: str, kind: ExplanationKind, by: Person, reason: str = "", seen: int = 0
) -> StatementLine:
    """Explain what is open of a line as a fee of the bank, or, with a reason, as no matter of these books.

    Raise `FeeTooLarge` or `LineOfStudent` for money that came in and may be somebody's.
    """
    permit(by, Action.KEEP_BOOKS, "")
    if kind is ExplanationKind.DISCARDED and not reason.strip():
        raise LineUnreasoned
    told = reason.strip()
    return again(lambda: _explain(ports, open_line(ports, line_id, seen), kind, by, told), ports.pause)


def _explain(
    ports: StatementPorts, line: StatementLine, kind: ExplanationKind, by: Person, reason: str
) -> StatementLine:
    is_fee = kind is ExplanationKind.FEE
    if not line.is_open or (line.explanations and not is_fee):
        raise LineExplained
    if line.open_cents > 0:
        _require_nobodys(ports, line, is_fee=is_fee)
    part = Explanation(kind, line.id, line.open_cents)
    entry = fee_entry(line, line.open_cents, ledger_of(ports, line.iban)) if is_fee else None
    return explained(ports, line, (part,), (entry,), by, reason)


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
