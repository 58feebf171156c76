"""Statement lines against 512: lines that nothing explains, money that no line shows, and the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from chalicelib.domain.reconciliation.policies import Finding, FindingKind
from chalicelib.domain.treasury.bank_movements import SHOWN_BY, SHOWN_WITHIN, BankMovement
from chalicelib.domain.treasury.lines import ExplanationKind, LineState, StatementLine

Shown = Mapping[tuple[ExplanationKind, str, bool], str]
"""The line that shows something, by its kind, the id of what it is about, and whether money came in."""


def shown_of(lines: Iterable[StatementLine], refunds: Mapping[str, Sequence[str]]) -> Shown:
    """Return what lines show. `refunds` are the refunds of each transfer file, by the file's id."""
    found: dict[tuple[ExplanationKind, str, bool], str] = {}
    for line in lines:
        for part in line.explanations:
            for subject in (part.subject, *refunds.get(part.subject, ())):
                found[part.kind, subject, part.cents > 0] = line.id
    return found


def line_of(movement: BankMovement, known: Shown) -> str:
    """Return the line that shows a movement, "" if none does."""
    subjects = [each for each in (movement.payment_id, movement.refund_id) if each]
    keys = ((kind, each, movement.cents > 0) for kind in SHOWN_BY[movement.event] for each in subjects)
    return next((known[key] for key in keys if key in known), "")


def line_findings(lines: Iterable[StatementLine]) -> Iterator[Finding]:
    """Yield lines that wait for an explanation: our books hold less by what they brought."""
    for line in lines:
        is_held = line.state is LineState.SUSPENSE
        kind = FindingKind.LINE_SUSPENDED if is_held else FindingKind.LINE_UNEXPLAINED
        yield Finding(kind, line.id, -line.open_cents)


def movement_findings(movements: Iterable[BankMovement], day: date) -> Iterator[Finding]:
    """Yield what no line shows some days after; younger movements are on their way."""
    for each in movements:
        if each.day + SHOWN_WITHIN <= day:
            yield Finding(FindingKind.NO_LINE, each.id, each.cents, each.registration_id)


def balance_findings(
    bank_cents: int,
    statement_cents: int,
    movements: Iterable[BankMovement],
    lines: Iterable[StatementLine],
    iban: str,
) -> Iterator[Finding]:
    """Yield what 512 and the statements differ in beyond what is on its way, or waits for an explanation.

    `bank_cents` is the balance of 512, `statement_cents` what the statements moved, both since the first
    statement. `movements` are those that no line shows, `lines` those that are not in the books.
    """
    expected = sum(each.cents for each in movements) - sum(each.cents for each in lines)
    if rest := bank_cents - statement_cents - expected:
        yield Finding(FindingKind.BANK_BALANCE, iban, rest)


def is_in_books(line: StatementLine) -> bool:
    """Return True if the line's money is on 512: explained, or on 471 since; or it moved none."""
    return not line.cents or line.state not in {LineState.NEW, LineState.PROPOSED, LineState.DISCARDED}
