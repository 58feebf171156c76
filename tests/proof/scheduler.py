"""Processes that take turns: one runs at a time, and a director says which.

A process stops at its points of I/O for its next turn, so a seed alone decides how they interleave.
"""

from collections.abc import Callable

from greenlet import getcurrent, greenlet

from tests.proof.interception import Died

Work = Callable[[], object]


class Process:
    """One process from its first turn to its end; `at` names the call that it is about to make."""

    def __init__(self, name: str, work: Work) -> None:
        self.name = name
        self.at = "start"
        self.is_over = False
        self._work = work
        self._has_begun = False
        self._is_doomed = False
        self._failure: BaseException | None = None
        self._life = greenlet(self._live)

    def turn(self) -> None:
        """Let it run to its next stop or its end; raise what it failed with."""
        self._has_begun, self._life.parent = True, getcurrent()
        self._life.switch()
        if self._failure:
            raise self._failure

    def kill(self) -> None:
        self._is_doomed = True
        if self._has_begun:
            self.turn()
        else:
            self.is_over = True

    def stop(self, at: str) -> None:
        """Wait for the next turn; the process itself calls this."""
        self.at = at
        if director := self._life.parent:
            director.switch()
        if self._is_doomed:
            raise Died

    def _live(self) -> None:
        try:
            self._work()
        except Died:
            pass
        except BaseException as failure:  # noqa: BLE001 - told to the director, who raises it
            self._failure = failure
        self.is_over = True
