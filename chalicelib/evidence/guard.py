"""How often a service is asked: a budget a day, and a circuit that opens after failures.

The counters are rows of the table that the table itself increments, so every Lambda sees the same: a circuit
in one process would let each of a hundred others fail for itself. Decision 32 says more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from chalicelib.domain.evidence.sources import SourceRefused, SourceUnavailable
from chalicelib.domain.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Told = TypeVar("Told")
DAY = timedelta(days=1)
MOST_FAILURES = 5
FAILURES_WITHIN = timedelta(minutes=10)
OPEN_FOR = timedelta(minutes=5)
LONGEST_OPEN = timedelta(hours=6)
CIRCUIT = "circuit"


class Counters(Protocol):
    """The table's counters of tries (`Limits`), of which these are needed."""

    def take(self, limit: Limit, key: str, now: datetime) -> int: ...

    def remember(self, account: str, place: str, until: datetime) -> None: ...

    def known(self, account: str, places: Sequence[str], now: datetime) -> Mapping[str, datetime]: ...


@dataclass(frozen=True)
class Guard:
    """The guard of the service `name`, which is asked `most_a_day` times at most."""

    name: str
    most_a_day: int
    counters: Counters
    now: Callable[[], datetime]

    def asked(self, ask: Callable[[], Told]) -> Told:
        """Return what `ask` returns; raise `SourceUnavailable` without asking while the circuit is open."""
        now = self.now()
        if until := self.counters.known(self._row, (CIRCUIT,), now).get(CIRCUIT):
            raise SourceUnavailable(_seconds(until - now))
        budget = Limit(f"{self.name} budget", self.most_a_day, DAY)
        if self.counters.take(budget, self.name, now) > budget.most:
            raise SourceUnavailable(budget.ends_at(now) - int(now.timestamp()))
        try:
            return ask()
        except SourceUnavailable as error:
            self._count_failure(error.retry_in)
            raise
        except SourceRefused:
            self._count_failure(None)
            raise

    def _count_failure(self, retry_in: int | None) -> None:
        """Open the circuit for as long as the service asks, or after repeated failures."""
        now = self.now()
        failures = Limit(f"{self.name} failures", MOST_FAILURES, FAILURES_WITHIN)
        repeated = self.counters.take(failures, self.name, now) >= failures.most
        pause = timedelta(seconds=retry_in) if retry_in else (OPEN_FOR if repeated else None)
        if pause:
            self.counters.remember(self._row, CIRCUIT, now + min(pause, LONGEST_OPEN))

    @property
    def _row(self) -> str:
        return f"SOURCE#{self.name}"


def _seconds(pause: timedelta) -> int:
    return max(1, int(pause.total_seconds()))
