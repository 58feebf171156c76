from chalicelib.domain.access import Action, permit
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.booking import fee_entry
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, StatementLine
from chalicelib.domain.treasury.refusals import LineExplained, LineUnreasoned
from chalicelib.usecases.races import again
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import StatementPorts


def explain_line(
    ports: StatementPorts, line_id: str, kind: ExplanationKind, by: Person, reason: str = "", seen: int = 0
) -> StatementLine:
    """Explain what is open of a line as a fee of the bank, or, with a reason, as no matter of these books."""
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
    part = Explanation(kind, line.id, line.open_cents)
    entry = fee_entry(line, line.open_cents, ledger_of(ports, line.iban)) if is_fee else None
    return explained(ports, line, (part,), (entry,), by, reason)
