from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.reconciliation.policies import Policy
from chalicelib.domain.trail.audit import SCHEDULE
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts
from chalicelib.usecases.reconciliation.reconcile_day import reconcile_day

NIGHT_ENDS = timedelta(hours=5)
"""A day is compared from 05:00 of the next one on: the gateway has made its remittances by then."""
MOST_DAYS = 7
"""How many days that no run compared are caught up at most, one of each policy after the other."""


@dataclass
class Nightly(Passed):
    """What one tick did: runs kept, and how many of them are not complete."""

    runs: int = 0
    incomplete: int = 0

    @property
    def is_done(self) -> bool:
        """True if each day that is over has a complete run of each policy."""
        return not (self.incomplete or self.failed or self.lost or self.left)


def reconcile_nights(ports: ReconciliationPorts, has_time: HasTime = always) -> Nightly:
    """Run each policy for the days that no complete run has compared yet; a tick without any writes nothing.

    What is left for lack of time, or because the gateway was silent, is tried again by the next tick.
    """
    report = Nightly()
    last = paris_day(ports.now() - NIGHT_ENDS) - timedelta(days=1)
    series = sorted({each.numbering.series for each in ports.campaigns.every()})
    missing = [
        (one, policy, day) for one in series for policy in Policy for day in _days(ports, one, policy, last)
    ]

    def run(item: tuple[str, Policy, date]) -> None:
        kept = reconcile_day(ports, *item, SCHEDULE, has_time)
        report.runs += 1
        if not kept.is_complete:
            report.incomplete += 1
        if kept.unexplained:
            ports.alarms.raise_differences(kept)

    report.add(for_each(ports, "day not reconciled", missing, run, has_time))
    return report


def _days(ports: ReconciliationPorts, series: str, policy: Policy, last: date) -> Iterator[date]:
    """Yield the days up to `last` after the newest that a complete run compared; `last` alone at first."""
    runs, _ = ports.reconciliations.runs(series, policy)
    done = [each.day for each in runs if each.is_complete and not each.source]
    first = max(done, default=last - timedelta(days=1)) + timedelta(days=1)
    for before in reversed(range(MOST_DAYS)):
        day = last - timedelta(days=before)
        if day >= first:
            yield day
