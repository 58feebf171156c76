from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from chalicelib.domain.books.chart import Book
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import is_refund_id
from chalicelib.domain.reconciliation.bank import is_in_books, line_of, shown_of
from chalicelib.domain.treasury.bank_movements import BankMovement, shown
from chalicelib.domain.treasury.lines import NEAR, ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.rapprochement import BankStanding
from chalicelib.domain.treasury.statements import BankStatement
from chalicelib.usecases.paging import every
from chalicelib.usecases.reconciliation.balances import whole_balance_of
from chalicelib.usecases.reconciliation.gather_movements import movements_to_come
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts

BATCH = 50
LONG_BEFORE = timedelta(days=365)
"""How long before that lines are looked at for what none has shown: a statement is worked off late."""
_NOT_BOOKED = (LineState.NEW, LineState.PROPOSED, LineState.DISCARDED)


def bank_standing(ports: ReconciliationPorts, series: str) -> BankStanding | None:
    """Return how 512 and the statements of the school's account stand now, None before the first statement.

    What lines show by now is written down. Entries count whether they are numbered or not.
    """
    iban = _iban(ports, series)
    first = _first_statement(ports, iban)
    if first is None:
        return None
    unshown, chain = _unshown(ports, series, iban), ports.statements.chain(iban)
    missing = (each for each in in_states(ports, iban, _NOT_BOOKED) if not is_in_books(each))
    return BankStanding(
        iban=iban,
        opened_on=first.opening_on,
        opening_cents=first.opening_cents,
        closing_on=chain.closing_on or first.closing_on,
        closing_cents=chain.closing_cents,
        book_cents=whole_balance_of(ports, series, Book.BANK, first.opening_on),
        movements=tuple(each for each in unshown if each.day >= first.opening_on),
        lines=tuple(missing),
    )


def _iban(ports: ReconciliationPorts, series: str) -> str:
    """Return the IBAN of the school's account, "" if its campaigns name none."""
    ours = (each for each in ports.campaigns.every() if each.numbering.series == series)
    return next((each.bank_account.iban for each in ours if each.bank_account), "")


def _first_statement(ports: ReconciliationPorts, iban: str) -> BankStatement | None:
    if not iban or not ports.statements.chain(iban).version:
        return None
    page, _ = ports.statements.listed(f"{iban}#")
    return first_of([each for each in page if each.iban == iban])


def first_of(statements: Sequence[BankStatement]) -> BankStatement | None:
    """Return the first of an account's statements, which are by day; those of one day are in no order."""
    of_day = [each for each in statements if each.closing_on == statements[0].closing_on]

    def follows(each: BankStatement) -> bool:
        return any(other.closing_cents == each.opening_cents for other in of_day if other != each)

    order = (((each.imported_at, each.opening_on, follows(each)), each) for each in of_day)
    return min(order, key=lambda pair: pair[0], default=(None, None))[1]


def _unshown(ports: ReconciliationPorts, series: str, iban: str) -> list[BankMovement]:
    """Write which movements a line shows by now; return those that none does."""
    kept = ports.reconciliations.unshown(series)
    known_ids = {each.id for each in kept}
    waiting = [*kept, *(each for each in movements_to_come(ports, series) if each.id not in known_ids)]
    if not waiting:
        return []
    today, oldest = paris_day(ports.now()), min(each.day for each in waiting) - NEAR
    found = _found(ports, ports.statements.lines(iban, oldest, today), waiting)
    if left := [each for each in waiting if each.id not in found]:
        before = ports.statements.lines(iban, oldest - LONG_BEFORE, oldest - timedelta(days=1))
        found |= _found(ports, before, left)
    marked = [shown(each, found[each.id]) for each in kept if each.id in found]
    for first in range(0, len(marked), BATCH):
        ports.store.commit(Changes(tuple(marked[first : first + BATCH])))
    return [each for each in waiting if each.id not in found]


def _found(
    ports: ReconciliationPorts, lines: Sequence[StatementLine], waiting: Iterable[BankMovement]
) -> dict[str, str]:
    """Return the line that shows each movement, by the movement's id; those that none shows are left out."""
    known = shown_of(lines, _refunds(ports, lines))
    return {each.id: line_id for each in waiting if (line_id := line_of(each, known))}


def _refunds(ports: ReconciliationPorts, lines: Iterable[StatementLine]) -> Mapping[str, Sequence[str]]:
    """Return the refunds of each transfer file that a line shows."""
    parts = (part for line in lines for part in line.explanations)
    told = {part.subject for part in parts if part.kind is ExplanationKind.TRANSFER_FILE}
    files = {each for each in told if not is_refund_id(each)}
    return {each: ports.transfer_files.find(each).refunds for each in sorted(files)}


def in_states(ports: ReconciliationPorts, iban: str, states: Sequence[LineState]) -> list[StatementLine]:
    lines = (line for state in states for line in every(partial(ports.statements.of_state, state)))
    return [each for each in lines if each.iban == iban]
