from collections.abc import Callable, Mapping
from datetime import date

from chalicelib.domain.books.chart import Book
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.reconciliation.gateway import movement_findings
from chalicelib.domain.reconciliation.policies import Difference, FindingKind, Policy, Reconciliation
from chalicelib.domain.reconciliation.refusals import DayNotOver
from chalicelib.domain.reconciliation.remitted import balance_findings, remittance_findings
from chalicelib.domain.treasury.remittances import Remittance
from chalicelib.usecases.isolation import HasTime, always
from chalicelib.usecases.reconciliation.ask_gateway import ask_gateway
from chalicelib.usecases.reconciliation.balances import balance_of
from chalicelib.usecases.reconciliation.compare_bank import compare_bank
from chalicelib.usecases.reconciliation.gather_movements import gather_movements
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts
from chalicelib.usecases.reconciliation.record_run import Compared, record_run

_ASKED = frozenset(
    {
        FindingKind.NOT_AT_GATEWAY,
        FindingKind.GIVEN_BACK_THERE,
        FindingKind.NOT_GIVEN_BACK,
        FindingKind.TAKEN_NOT_BOOKED,
    }
)
"""What the gateway's answers find; the other kinds of its policy are of a file."""


def reconcile_day(
    ports: ReconciliationPorts, series: str, policy: Policy, day: date, by: str, has_time: HasTime = always
) -> Reconciliation:
    """Compare the books of a Paris day with the other party of the policy; return the run that is kept.

    Raise `DayNotOver` for today and later.
    """
    if day >= paris_day(ports.now()):
        raise DayNotOver
    compared = _COMPARED[policy](ports, series, day, has_time)
    return record_run(ports, series, policy, day, by, compared)


def _gateway(ports: ReconciliationPorts, series: str, day: date, has_time: HasTime) -> Compared:
    gathered = gather_movements(ports, series, has_time)
    asked = ask_gateway(ports, series, day, _taken_before(ports, series), has_time)
    contradicted = movement_findings(ports.reconciliations.open_movements(series), day)
    left = asked.left + gathered.left + gathered.lost + gathered.failed
    return Compared(asked.checked, left, (*contradicted, *asked.findings), lambda each: each.kind in _ASKED)


def _taken_before(ports: ReconciliationPorts, series: str) -> tuple[str, ...]:
    known = ports.reconciliations.open_differences(series)
    return tuple(each.subject for each in known if each.kind is FindingKind.TAKEN_NOT_BOOKED)


def _remittance(ports: ReconciliationPorts, series: str, day: date, has_time: HasTime) -> Compared:
    gathered = gather_movements(ports, series, has_time)
    movements = ports.reconciliations.open_movements(series)
    open_ones = {each.number: each for each in ports.reconciliations.open_remittances(series)}
    remittances = tuple((open_ones | _named_before(ports, series)).values())
    findings = [*remittance_findings(movements, remittances, day)]
    cents = balance_of(ports, series, Book.CARDS)
    findings += balance_findings(cents, movements, open_ones.values(), series)
    left = gathered.left + gathered.lost + gathered.failed
    return Compared(len(movements) + len(remittances), left, tuple(findings), _is_not_of_file)


def _named_before(ports: ReconciliationPorts, series: str) -> dict[str, Remittance]:
    """Return the remittances that differences still name, credited or not, by number."""
    kinds = {FindingKind.REMITTANCE_AMOUNT, FindingKind.REMITTANCE_COUNT}
    numbers = {each.subject for each in ports.reconciliations.open_differences(series) if each.kind in kinds}
    found = (ports.reconciliations.remittance(series, number) for number in sorted(numbers))
    return {each.number: each for each in found if each}


def _is_not_of_file(difference: Difference) -> bool:
    return difference.kind is not FindingKind.NOT_IN_FILE


_COMPARED: Mapping[Policy, Callable[[ReconciliationPorts, str, date, HasTime], Compared]] = {
    Policy.GATEWAY: _gateway,
    Policy.REMITTANCE: _remittance,
    Policy.BANK: compare_bank,
}
