"""Loops over rows and messages in which a failing item is counted, reported and skipped."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from chalicelib.correlation import correlated
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.trail.traced import Traced

Item = TypeVar("Item")
HasTime = Callable[[], bool]
RUN_EVERY_SECONDS = 300
LONGEST_REQUEST = timedelta(seconds=18)
"""The time after which a request leaves the rest to a later run: it has 29 seconds."""
_GOLDEN = 40503  # of 65 536: the starts of successive runs spread evenly over any length


class FailureAlarm(Protocol):
    def raise_failure(self, what: str, error: Exception) -> None:
        """Tell the operators that one row or message failed; `what` is a constant of ours."""


class IsolationPorts(Protocol):
    @property
    def alarms(self) -> FailureAlarm: ...


@dataclass
class Passed:
    """What a loop did not do: items that failed, races lost, items left for lack of time."""

    failed: int = 0
    lost: int = 0
    left: int = 0

    def add(self, walk: "Passed") -> None:
        self.failed += walk.failed
        self.lost += walk.lost
        self.left += walk.left


def always() -> bool:
    """Return True: no time limit."""
    return True


def within(now: Callable[[], datetime], limit: timedelta) -> HasTime:
    """Return a function that returns True until `limit` has passed from this moment on."""
    until = now() + limit
    return lambda: now() < until


def for_each(
    ports: IsolationPorts,
    what: str,
    items: Iterable[Item],
    act: Callable[[Item], None],
    has_time: HasTime = always,
) -> Passed:
    """Apply `act` to the items while there is time; return what was passed over.

    A lost race is not a failure: another writer came first, and the next run checks again. A row is handled
    under the correlation id of the request that caused it.
    """
    passed = Passed()
    for item in items:
        if passed.left or not has_time():
            passed.left += 1
            continue
        with correlated(item.correlation_id if isinstance(item, Traced) else ""):
            try:
                act(item)
            except ConcurrentUpdate:
                passed.lost += 1
            except Exception as error:  # noqa: BLE001 - one bad row delays no other
                ports.alarms.raise_failure(what, error)
                passed.failed += 1
    return passed


def in_turns(items: Iterable[Item], owner: Callable[[Item], str]) -> Sequence[Item]:
    """Put each owner's first item before any owner's second, so that one with many starves no other."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, Item]] = []
    for item in items:
        turns.append((seen[owner(item)], item))
        seen[owner(item)] += 1
    return tuple(item for _, item in sorted(turns, key=lambda each: each[0]))


def rotated(items: Sequence[Item], now: datetime) -> Sequence[Item]:
    """Start at another item in each run, so that items which use up the time do not starve the others."""
    run = int(now.timestamp()) // RUN_EVERY_SECONDS
    start = (run * _GOLDEN % 65536) * len(items) >> 16
    return (*items[start:], *items[:start])
