from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from chalicelib.domain.books.chart import Book
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.reconciliation.bank import (
    balance_findings,
    is_in_books,
    line_findings,
    line_of,
    movement_findings,
    shown_of,
)
from chalicelib.domain.reconciliation.policies import Difference
from chalicelib.domain.treasury.bank_movements import BankMovement, shown
from chalicelib.domain.treasury.lines import ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.statements import BankStatement
from chalicelib.usecases.isolation import HasTime
from chalicelib.usecases.reconciliation.balances import balance_of
from chalicelib.usecases.reconciliation.gather_movements import gather_movements
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts
from chalicelib.usecases.reconciliation.record_run import Compared

BATCH = 50
SHOWN_BEFORE = timedelta(days=40)
"""How long before it is booked a line may show a movement: a receipt is entered from an old statement."""
_WAITING = (LineState.NEW, LineState.PROPOSED, LineState.SUSPENSE)
_NOT_BOOKED = (LineState.NEW, LineState.PROPOSED, LineState.DISCARDED)


def compare_bank(ports: ReconciliationPorts, series: str, day: date, has_time: HasTime) -> Compared:
    """Compare 512 with the statements of the school's account, as both are now.

    Before the first statement there is nothing to compare with: the run says that it compared nothing.
    """
    gathered = gather_movements(ports, series, has_time)
    iban = _iban(ports, series)
    first = _first_statement(ports, iban)
    if first is None:
        return Compared(0, 0, (), _always)
    unshown = _mark_shown(ports, series, iban)
    movements = [each for each in unshown if each.day >= first.opening_on]
    missing = [each for each in _in_states(ports, iban, _NOT_BOOKED) if not is_in_books(each)]
    findings = [*line_findings(_in_states(ports, iban, _WAITING)), *movement_findings(movements, day)]
    bank = balance_of(ports, series, Book.BANK, first.opening_on)
    moved = ports.statements.chain(iban).closing_cents - first.opening_cents
    findings += balance_findings(bank, moved, movements, missing, iban)
    left = gathered.left + gathered.lost + gathered.failed
    return Compared(len(movements) + len(findings), left, tuple(findings), _always)


def _iban(ports: ReconciliationPorts, series: str) -> str:
    """Return the IBAN of the school's account, "" if its campaigns name none."""
    ours = (each for each in ports.campaigns.every() if each.numbering.series == series)
    return next((each.bank_account.iban for each in ours if each.bank_account), "")


def _first_statement(ports: ReconciliationPorts, iban: str) -> BankStatement | None:
    if not iban or not ports.statements.chain(iban).version:
        return None
    page, _ = ports.statements.listed(f"{iban}#")
    return next((each for each in page if each.iban == iban), None)


def _mark_shown(ports: ReconciliationPorts, series: str, iban: str) -> list[BankMovement]:
    """Write which movements a line shows by now; return those that none does."""
    waiting = ports.reconciliations.unshown(series)
    if not waiting:
        return []
    oldest = min(each.day for each in waiting) - SHOWN_BEFORE
    lines = ports.statements.lines(iban, oldest, paris_day(ports.now()))
    known = shown_of(lines, _refunds(ports, lines))
    found = {each.id: line_id for each in waiting if (line_id := line_of(each, known))}
    marked = [shown(each, found[each.id]) for each in waiting if each.id in found]
    for first in range(0, len(marked), BATCH):
        ports.store.commit(Changes(tuple(marked[first : first + BATCH])))
    return [each for each in waiting if each.id not in found]


def _refunds(ports: ReconciliationPorts, lines: Iterable[StatementLine]) -> Mapping[str, Sequence[str]]:
    """Return the refunds of each transfer file that a line shows."""
    parts = (part for line in lines for part in line.explanations)
    files = {part.subject for part in parts if part.kind is ExplanationKind.TRANSFER_FILE}
    return {each: ports.transfer_files.find(each).refunds for each in sorted(files)}


def _in_states(ports: ReconciliationPorts, iban: str, states: Sequence[LineState]) -> list[StatementLine]:
    found: list[StatementLine] = []
    for state in states:
        after: str | None = None
        while True:
            page, after = ports.statements.of_state(state, after)
            found += [each for each in page if each.iban == iban]
            if after is None:
                break
    return found


def _always(_: Difference) -> bool:
    return True
