from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from chalicelib.domain.brakes.brake import Brake
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.plan.missed_instalments import first_due
from chalicelib.usecases.debits.ports import DebitPorts
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, rotated
from chalicelib.usecases.registrations.show_account import account_behind, open_file

RUNS_MISSED = timedelta(hours=2)
"""The planner runs each hour: what was due two hours ago and did not change since was missed."""
MOST_NAMED = 10


@dataclass
class DebitCheck(Passed):
    """What one check found: instalments still due, and of them those that a run should have debited."""

    checked: int = 0
    missed: int = 0


def check_debits(ports: DebitPorts, has_time: HasTime = always) -> DebitCheck:
    """Raise an alarm for each instalment that should have been debited and was not, ten of them at most.

    It relies on the rows alone, not on the planner, the queue or the workers, which may all have failed. What
    is due while debits are stopped is not missed, nor before the runs had their time after the release.
    """
    report = DebitCheck()
    since_before = ports.now() - RUNS_MISSED
    brakes = ports.brakes.current()
    released_at = brakes.debits_released_at
    if brakes.is_on(Brake.DEBITS) or (released_at and released_at > since_before):
        return report
    due = rotated(ports.debits.due(paris_day(since_before)), ports.now())
    act = partial(_check, ports, report, since_before)
    report.add(for_each(ports, "instalment not checked", due, act, _until_named(report, has_time)))
    return report


def _until_named(report: DebitCheck, has_time: HasTime) -> Callable[[], bool]:
    return lambda: report.missed < MOST_NAMED and has_time()


def _check(ports: DebitPorts, report: DebitCheck, since_before: datetime, instalment_id: str) -> None:
    report.checked += 1
    account = account_behind(ports, instalment_id)
    instalment = account.instalment(instalment_id) if account else None
    if account is None or instalment is None or (instalment.since and instalment.since > since_before):
        return
    file = open_file(ports, account, instalment.registration_id)
    if first_due(file, paris_day(since_before)) == instalment:
        ports.alarms.raise_missed(instalment)
        report.missed += 1
