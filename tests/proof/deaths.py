"""Where the processes of a life can die, where they do, and which deaths leave different worlds."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.proof.interception import READS, Died

EVERY = 1 if os.environ.get("PROVE") else 3
"""Of so many pairs of deaths one is played."""
State = tuple[int, int]
"""The process that dies, and how often the world had changed before."""


@dataclass
class Deaths:
    """The points of one life in the order they are met; its process dies at those named `fatal`.

    A call that reads is one point; any other is two: "before" loses the call, "after" loses its answer.
    Up to its last death a life is that of one death less, which was judged: it is judged from there on.
    """

    fatal: tuple[int, ...] = ()
    points: int = 0
    calls: list[str] = field(default_factory=list)
    changes: int = 0
    _process: int = 0
    _states: dict[int, State] = field(default_factory=dict)
    _is_over: bool = False

    def survives(self, work: Callable[[], object]) -> bool:
        """Run a process of its own; return whether it came to its end."""
        self._process += 1
        try:
            work()
        except Died:
            return False
        return True

    def call(self, point: str, call: Callable[[], Any], check: Callable[[], None]) -> Any:
        """Make the call unless the process dies before it; `check` judges the world that it leaves."""
        is_read, before = point in READS, self.points
        is_known = before < max(self.fatal, default=0)
        if not self._is_over:
            self.points += 1 if is_read else 2
            self.calls.append(point)
        self._meet(before, check)
        self.changes += not is_read  # a call may make another: a question draws its number within it
        answer = call()
        if not is_read:
            self.changes += 1
            if not is_known:
                check()
            self._meet(before + 1, check)
        return answer

    def stop(self) -> None:
        """Let nothing die any more, and count no more points."""
        self._is_over = True

    @property
    def states(self) -> dict[int, State]:
        """What a death leaves at each point: reads between two changes leave the same."""
        return self._states

    def distinct(self) -> list[int]:
        """Return the first point of each state, in order."""
        firsts: dict[State, int] = {}
        for point, state in sorted(self._states.items()):
            firsts.setdefault(state, point)
        return list(firsts.values())

    def _meet(self, point: int, check: Callable[[], None]) -> None:
        if self._is_over:
            return
        self._states[point] = self._process, self.changes
        if point in self.fatal:
            check()
            raise Died


class Lived(Protocol):
    """A life that came to its end."""

    deaths: Deaths


def pairs(live: Callable[[tuple[int, ...]], Lived]) -> Iterator[tuple[int, int]]:
    """Yield two points for each two deaths in turn that leave worlds of their own.

    The second may fall into the recovery from the first: its points are counted anew each time. `make prove`
    plays every pair; `make test` one in three, other seconds after each first.
    """
    for nth, first in enumerate(live(()).deaths.distinct()):
        later = [second for second in live((first,)).deaths.distinct() if second > first]
        for second in later[nth % EVERY :: EVERY]:
            yield first, second
