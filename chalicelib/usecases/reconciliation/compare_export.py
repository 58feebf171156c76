from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.reconciliation.compared_exports import (
    OF_FILE,
    line_findings,
    missing_findings,
    missing_remittances,
)
from chalicelib.domain.reconciliation.exports import Export, ExportKind, TransactionLine, chosen
from chalicelib.domain.reconciliation.policies import Difference, FindingKind, Policy, Reconciliation
from chalicelib.domain.reconciliation.remitted import file_findings
from chalicelib.domain.treasury.remittances import MADE_AFTER, CardMovement, Remittance, assigned
from chalicelib.usecases.reconciliation.ask_gateway import remitted
from chalicelib.usecases.reconciliation.gather_movements import gather_movements
from chalicelib.usecases.reconciliation.missing_movements import missing_movements
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts
from chalicelib.usecases.reconciliation.record_run import Compared, record_run

_OF_REMITTANCES = frozenset(
    {FindingKind.REMITTANCE_AMOUNT, FindingKind.REMITTANCE_COUNT, FindingKind.NOT_IN_FILE}
)


@dataclass(frozen=True)
class ComparedExport:
    """The run of a file, and the file with the lines that were left out."""

    run: Reconciliation
    export: Export


def compare_export(
    ports: ReconciliationPorts, series: str, raw: bytes, month: str, by: Person
) -> ComparedExport:
    """Compare a file of the back office with our books; the run is kept under the digest of the file.

    `month` is the one that was asked for (YYYY-MM), "" for any: lines of others are named and left out. The
    same file twice finds the same. Raise `ExportNotReadable` for another file.
    """
    permit(by, Action.KEEP_BOOKS, "")
    export = chosen(ports.gateway.read_export(raw), month)
    gather_movements(ports, series)
    is_transactions = export.kind is ExportKind.TRANSACTIONS
    compared = (_transactions if is_transactions else _remittances)(ports, series, export)
    policy = Policy.GATEWAY if is_transactions else Policy.REMITTANCE
    yesterday = paris_day(ports.now()) - timedelta(days=1)
    day = min(max(export.days, default=yesterday), yesterday)
    return ComparedExport(record_run(ports, series, policy, day, by.id, compared), export)


def _transactions(ports: ReconciliationPorts, series: str, export: Export) -> Compared:
    told = (*export.transactions, *export.denied)
    ours = {line.row: ports.gateway.attempt_id(line.reference) or "" for line in told}
    matched, denied = (_matched(ports, lines, ours) for lines in (export.transactions, export.denied))
    today = paris_day(ports.now())
    numbered = [line for line in export.transactions if line.row in matched or line.day < today]
    _assign(ports, numbered, matched)
    findings = [*line_findings(numbered, matched, ours)]
    findings += missing_findings(missing_movements(ports, series, export, matched.values(), denied.values()))
    covered = {line.transaction for line in export.transactions} | {each.id for each in matched.values()}

    def may_settle(difference: Difference) -> bool:
        return difference.kind in OF_FILE and difference.subject in covered

    return Compared(len(export.transactions), 0, tuple(findings), may_settle, export.sha256)


def _matched(
    ports: ReconciliationPorts, lines: Sequence[TransactionLine], ours: Mapping[int, str]
) -> dict[int, CardMovement]:
    """Return the movement of each line that has one, by row: same reference and number, to the letter."""
    payments = {
        line.row: f"{person_of(ours[line.row])}-t{line.transaction}-{MoneyEvent.PAYMENT}"
        for line in lines
        if ours[line.row] and line.cents > 0
    }
    known = ports.reconciliations.movements(payments.values())
    found = {row: known[name] for row, name in payments.items() if name in known}
    by_row = {line.row: line for line in lines}
    matched = {row: each for row, each in found.items() if each.reference == by_row[row].reference}
    return matched | dict(_refunds(ports, [each for each in lines if each.cents < 0], ours))


def _refunds(
    ports: ReconciliationPorts, lines: Iterable[TransactionLine], ours: Mapping[int, str]
) -> Iterator[tuple[int, CardMovement]]:
    """Yield the refund of each line, by its own number; one of another hand by its call and amount."""
    taken: set[str] = set()
    for line in lines:
        for each in _movements_of(ports, ours[line.row]) if ours[line.row] else ():
            is_own = each.transaction == line.transaction and each.reference == line.reference
            is_others = each.bears_payment and (each.call, each.cents) == (line.call, line.cents)
            if (is_own or is_others) and each.id not in taken:
                taken.add(each.id)
                yield line.row, each
                break


def _movements_of(ports: ReconciliationPorts, attempt_id: str) -> Iterable[CardMovement]:
    try:
        account = ports.accounts.account(person_of(attempt_id))
    except NotFound:
        return ()
    ids = [each.id for each in account.journal if each.event is MoneyEvent.REFUND]
    return ports.reconciliations.movements(ids).values()


def _assign(
    ports: ReconciliationPorts, lines: Iterable[TransactionLine], matched: Mapping[int, CardMovement]
) -> None:
    """Write the remittance that the file tells of movements that had none."""
    for line in lines:
        movement = matched.get(line.row)
        if movement and line.remittance and not movement.remittance and movement.cents == line.cents:
            after = assigned(movement, line.remittance, paris_day(ports.now()))
            ports.store.commit(Changes(existing(after, remitted(ports, movement, after))))


def _remittances(ports: ReconciliationPorts, series: str, export: Export) -> Compared:
    told = []
    for line in export.remittances:
        known = ports.reconciliations.remittance(series, line.number)
        before = known or Remittance(series, line.number, line.day - MADE_AFTER, version=0)
        after = replace(
            before,
            contract=line.contract,
            told_count=line.count,
            told_cents=line.cents,
            version=before.version + 1,
        )
        if (before.contract, before.told_count, before.told_cents) != (line.contract, line.count, line.cents):
            ports.store.commit(Changes((after,)))
        told.append(after)
    findings = [*file_findings(told)]
    findings += missing_remittances(export, ports.reconciliations.open_remittances(series))
    covered = {each.number for each in told}

    def may_settle(difference: Difference) -> bool:
        return difference.kind in _OF_REMITTANCES and difference.subject in covered

    return Compared(len(export.remittances), 0, tuple(findings), may_settle, export.sha256)
