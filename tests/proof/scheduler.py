"""Processes that take turns: one runs at a time, and a director says which.

A process stops at its points of I/O for its next turn, so a seed alone decides how they interleave.
"""

import threading
from collections.abc import Callable

from tests.proof.interception import Died

Work = Callable[[], object]


class Worker(threading.Thread):
    """A thread that lends itself to one process after another: to start one for each takes too long."""

    idle: "list[Worker]" = []  # noqa: RUF012 - one crew for all

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._mine, self._directors = threading.Lock(), threading.Lock()
        self._mine.acquire()
        self._directors.acquire()
        self._work: Work = Died
        self.start()

    def take(self, work: Work) -> None:
        self._work = work
        self.turn()

    def turn(self) -> None:
        self._mine.release()
        self._directors.acquire()

    def rest(self) -> None:
        self._directors.release()
        self._mine.acquire()

    def run(self) -> None:
        self._mine.acquire()
        while True:
            self._work()
            Worker.idle.append(self)
            self.rest()


class Process:
    """One process from its first turn to its end; `at` names the call that it is about to make."""

    def __init__(self, name: str, work: Work) -> None:
        self.name = name
        self.at = "start"
        self.is_over = False
        self._work = work
        self._hand: Worker | None = None
        self._is_doomed = False
        self._failure: BaseException | None = None

    def turn(self) -> None:
        """Let it run to its next stop or its end; raise what it failed with."""
        if self._hand:
            self._hand.turn()
        else:
            self._hand = Worker.idle.pop() if Worker.idle else Worker()
            self._hand.take(self._live)
        if self._failure:
            raise self._failure

    def kill(self) -> None:
        self._is_doomed = True
        if self._hand:
            self.turn()
        else:
            self.is_over = True

    def stop(self, at: str) -> None:
        """Wait for the next turn; the process itself calls this."""
        self.at = at
        if self._hand:
            self._hand.rest()
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
