from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.changes import Changes
from chalicelib.domain.reconciliation.differences import confronted
from chalicelib.domain.reconciliation.policies import (
    MOST_KEPT,
    Difference,
    Finding,
    Policy,
    Reconciliation,
    difference_id,
    unexplained_of,
)
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.races import again
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts

BATCH = 50


@dataclass(frozen=True)
class Compared:
    """What one run compared: counts, findings, and which known difference it would have found again.

    `source` is the digest of the file that was compared, "" for a run that asked. A known difference that is
    not found keeps the day from closing if it `concerns` it.
    """

    checked: int
    left: int
    findings: tuple[Finding, ...]
    may_settle: Callable[[Difference], bool]
    source: str = ""
    concerns: Callable[[Difference], bool] = lambda _: True


def record_run(
    ports: ReconciliationPorts, series: str, policy: Policy, day: date, by: str, compared: Compared
) -> Reconciliation:
    """Write the differences that a run changed, then the run with its audit entry; return the run.

    A run that left something out settles nothing. After a crash between the two the next run finds the same.
    """

    def write() -> dict[str, Difference]:
        known = _known(ports, series, policy, compared.findings)
        changed = confronted(series, policy, known, compared.findings, day, _settling(compared))
        for first in range(0, len(changed), BATCH):
            ports.store.commit(Changes(changed[first : first + BATCH]))
        return known | {each.id: each for each in changed}

    run = _run(ports, series, policy, day, by, compared, again(write).values())
    trace = audited(
        ports,
        by,
        Act.DAY_RECONCILED,
        SCHEDULE,
        run.id,
        policy=policy,
        day=day,
        checked=run.checked,
        left=run.left,
        found=run.found,
        found_cents=run.found_cents,
        unexplained_cents=run.unexplained_cents,
        source=run.source,
    )
    ports.store.commit(Changes((run,), audit=trace))
    return run


def _settling(compared: Compared) -> Callable[[Difference], bool]:
    return (lambda _: False) if compared.left else compared.may_settle


def _known(
    ports: ReconciliationPorts, series: str, policy: Policy, findings: Iterable[Finding]
) -> dict[str, Difference]:
    """Return the open differences of the policy, and the settled ones that are found again, by id."""
    known = {
        each.id: each for each in ports.reconciliations.open_differences(series) if each.policy is policy
    }
    for finding in findings:
        name = difference_id(series, policy, finding.kind, finding.subject)
        if name not in known and (settled := ports.reconciliations.difference(name)):
            known[name] = settled
    return known


def _run(
    ports: ReconciliationPorts,
    series: str,
    policy: Policy,
    day: date,
    by: str,
    compared: Compared,
    differences: Iterable[Difference],
) -> Reconciliation:
    findings: Sequence[Finding] = compared.findings
    names = {difference_id(series, policy, each.kind, each.subject) for each in findings}
    unexplained = unexplained_of(each for each in differences if each.id in names or compared.concerns(each))
    return Reconciliation(
        id=f"{series}-{policy}-{day}-{ports.new_id()}",
        series=series,
        policy=policy,
        day=day,
        at=ports.now(),
        by=by,
        checked=compared.checked,
        left=compared.left,
        found=len(findings),
        found_cents=sum(each.cents for each in findings),
        findings=tuple(findings[:MOST_KEPT]),
        unexplained=unexplained.count,
        unexplained_cents=unexplained.cents,
        source=compared.source,
    )
