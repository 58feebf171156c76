from collections.abc import Iterator, Sequence
from typing import Protocol

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.booking import released_entry
from chalicelib.domain.treasury.lines import (
    Explanation,
    ExplanationKind,
    LineState,
    StatementLine,
    require_near,
)
from chalicelib.domain.treasury.refusals import LineExplained
from chalicelib.domain.treasury.slips import Slip, SlipState, slip_ids_in, told_by
from chalicelib.usecases.cheques.credit_slip import BankCredit, slip_credit
from chalicelib.usecases.cheques.ports import ChequePorts
from chalicelib.usecases.paging import every
from chalicelib.usecases.races import again
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import StatementPorts

_WAITING = (LineState.NEW, LineState.PROPOSED, LineState.SUSPENSE)


class SlipLinePorts(ChequePorts, StatementPorts, Protocol):
    """The ports of slips that a statement line shows."""


def credit_slips(
    ports: SlipLinePorts, line_id: str, slips: Sequence[str], by: Person, seen: int = 0
) -> StatementLine:
    """Explain what is open of a statement line as slips of cheques, in one commit with their entries.

    Each slip is credited with what the bank owes for it, on the line's day. The line only shows a slip that a
    person credited before. `seen` is the version of the line that was seen, 0 for any.

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


def slips_for(ports: SlipLinePorts, line: StatementLine) -> tuple[Slip, ...]:
    """Return the slips that a line may show, those whose number the bank wrote first.

    They are at the bank and expect just what is open of the line, or its text names them and a person
    credited them with that sum.
    """
    if line.open_cents <= 0:
        return ()
    named = {each.id: each for each in _named(ports, line)}
    deposited = every(lambda after: ports.cheques.slips(SlipState.DEPOSITED, after))
    there = (each for each in deposited if each.id not in named)
    return tuple(
        each
        for each in (*named.values(), *there)
        if each.expected_cents == line.open_cents and each.deposited_on and not each.line
    )


def _named(ports: SlipLinePorts, line: StatementLine) -> Iterator[Slip]:
    """Yield the slips whose numbers stand in the line's text."""
    for slip_id in slip_ids_in(f"{line.label} {line.reference}"):
        try:
            yield ports.cheques.slip(slip_id)
        except NotFound:  # a number of somebody else
            continue


def _credit(ports: SlipLinePorts, line_id: str, slips: Sequence[str], by: Person, seen: int) -> StatementLine:
    line = open_line(ports, line_id, seen)
    if not line.is_open:
        raise LineExplained
    before = [ports.cheques.slip(each) for each in slips]
    for each in before:
        require_near(line, each.credited_on or each.deposited_on or line.booked_on)
    done = [_shown(ports, line, each, by) for each in before]
    parts = tuple(Explanation(ExplanationKind.DEPOSIT, each.id, each.expected_cents) for each in before)
    entries = [entry for _, entry in done if entry]
    booked_cents = sum(each.expected_cents for each in before if each.credited_on)
    if booked_cents and (released := released_entry(line, booked_cents, ledger_of(ports, line.iban))):
        entries.append(released)
    return explained(ports, line, parts, entries, by, along=Changes(tuple(slip for slip, _ in done)))


def _shown(
    ports: SlipLinePorts, line: StatementLine, slip: Slip, by: Person
) -> tuple[Slip, JournalEntry | None]:
    """Return the slip with its line, and the entry of its credit, None if that is booked already."""
    if slip.credited_on:
        return told_by(slip, line.id), None
    credit = BankCredit(slip.expected_cents, line.booked_on, line.id, line.held_in)
    return slip_credit(ports, slip.id, credit, by.id)
