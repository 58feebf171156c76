from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.refusals import LineExplained
from chalicelib.domain.treasury.slips import Slip
from chalicelib.usecases.cheques.credit_slip import BankCredit, slip_credit
from chalicelib.usecases.cheques.ports import ChequePorts
from chalicelib.usecases.races import again
from chalicelib.usecases.statements.acts import explained, open_line
from chalicelib.usecases.statements.ports import StatementPorts

_WAITING = (LineState.NEW, LineState.PROPOSED, LineState.SUSPENSE)


class SlipLinePorts(ChequePorts, StatementPorts, Protocol):
    """The ports of slips that a statement line shows."""


def credit_slips(
    ports: SlipLinePorts, line_id: str, slips: Sequence[str], by: Person, seen: int = 0
) -> StatementLine:
    """Explain what is open of a statement line as slips of cheques, in one commit with their entries.

    Each slip is credited with what the bank owes for it, on the line's day. `seen` is the version of the line
    that was seen, 0 for any.

    Raise `NotFound`, `LineExplained`, `ExplanationUnequal` if the slips are another sum, and what keeps a
    slip from being credited.
    """
    permit(by, Action.KEEP_BOOKS, "")
    named = tuple(dict.fromkeys(slips))
    return again(lambda: _credit(ports, line_id, named, by, seen), ports.pause)


def lines_for(ports: SlipLinePorts, slip: Slip) -> tuple[StatementLine, ...]:
    """Return the first open lines of just the sum that the bank is expected to credit for a slip."""
    pages = (ports.statements.of_state(state)[0] for state in _WAITING)
    return tuple(each for page in pages for each in page if each.open_cents == slip.expected_cents)


def _credit(ports: SlipLinePorts, line_id: str, slips: Sequence[str], by: Person, seen: int) -> StatementLine:
    line = open_line(ports, line_id, seen)
    if not line.is_open:
        raise LineExplained
    rows, entries, parts = [], [], []
    for slip_id in slips:
        cents = ports.cheques.slip(slip_id).expected_cents
        credit = BankCredit(cents, line.booked_on, line.id, line.held_in)
        slip, entry = slip_credit(ports, slip_id, credit, by.id)
        rows.append(slip)
        entries.append(entry)
        parts.append(Explanation(ExplanationKind.DEPOSIT, slip_id, cents))
    return explained(ports, line, tuple(parts), entries, by, along=Changes(tuple(rows)))
