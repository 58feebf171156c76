"""One seed, one history: processes take turns at their I/O, die there, or freeze while others run."""

import gc
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from random import Random
from typing import Any

from tests.fakes.gateway import Behaviour, FakeGateway
from tests.fakes.ports import FakePorts
from tests.proof.interception import READS, Died
from tests.proof.scheduler import Process, Work

PATIENCE = (0, 0, 0, 1, 2, 5, 20)
"""How many stops a process passes over in one turn."""
DEADLINESS = (0.0, 0.01, 0.05)
BEHAVIOURS = (
    *[Behaviour.ACCEPT] * 4,
    *[Behaviour.REFUSE_SOFT] * 2,
    *[Behaviour.DROP] * 3,
    *[Behaviour.LOSE_ANSWER] * 3,
    Behaviour.LOSE_REFUSAL,
    Behaviour.REFUSE_HARD,
    Behaviour.NEED_AUTHENTICATION,
    Behaviour.REFUSE_SETUP,
    Behaviour.DELAY,
    *[Behaviour.LATE] * 3,
)
LATENESS = (timedelta(minutes=3), timedelta(minutes=8), timedelta(minutes=12), timedelta(minutes=30))
LEAVING = {"gateway.debit", "gateway.refund"}
BETWEEN_COLLECTIONS = 50_000
"""Objects made, against 700 by default: a history makes some ten thousands and keeps few."""
WIRE = timedelta(seconds=5)
"""How far the clock moves while a question is about to leave."""


class Director:
    """What every history has; `deadliness` is how likely a process dies at one call."""

    ports: FakePorts
    gateway: FakeGateway

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - a seed must give the same history
        self.running: list[Process] = []
        self.current: Process | None = None
        self.patience = 0
        self.deadliness = 0.0
        self.is_calm = False

    def run(self) -> None:
        """Play the history; raise as soon as an invariant breaks."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise if an invariant does not hold; called after every step."""
        raise NotImplementedError

    def begin(self, name: str, work: Work) -> None:
        self.running.append(Process(name, work))

    def turn(self, process: Process, *, is_last: bool = False) -> None:
        self.current = process
        self.patience = self.chance.choice(PATIENCE)
        self.change_the_gateway()
        if is_last:
            process.kill()
        else:
            process.turn()
        if process.is_over:
            self.running.remove(process)

    def change_the_gateway(self) -> None:
        if self.chance.random() < 0.5:
            self.gateway.otherwise = self.chance.choice(BEHAVIOURS)
            self.gateway.lateness = self.chance.choice(LATENESS)

    def end(self, process: Process) -> None:
        """What is still frozen thaws, or never does."""
        thaws = self.chance.random() < 0.7
        while not process.is_over:
            self.turn(process, is_last=not thaws)

    @property
    def is_asking(self) -> bool:
        """Whether a worker has looked at the clock for the last time before its question leaves."""
        return any(process.at in LEAVING for process in self.running)

    def call(self, point: str, call: Callable[[], Any]) -> Any:
        """What each call of a process meets."""
        if self.is_calm:
            return call()
        self._may_stop(point)
        if self.chance.random() < self.deadliness:
            raise Died
        answer = call()
        if point not in READS:
            self.check()
            self._may_stop(f"after {point}")
            if self.chance.random() < self.deadliness:
                raise Died
        return answer

    def _may_stop(self, point: str) -> None:
        process = self.current
        if self.patience > 0:
            self.patience -= 1
        elif process:
            process.stop(point)


def play(history: type[Director], seeds: Iterable[int], kept: str) -> None:
    """Play one history after another; the first that breaks prints its seed and raises.

    Garbage is collected rarely, and what was there before is not looked at.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(BETWEEN_COLLECTIONS)
    try:
        for seed in seeds:
            _play_one(history, seed, kept)
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _play_one(history: type[Director], seed: int, kept: str) -> None:
    try:
        history(seed).run()
    except BaseException:
        print(f"seed {seed} breaks a promise: keep it in tests/proof/{kept}", flush=True)  # noqa: T201 - its page
        raise


def play_the_arguments(history: type[Director], kept: str) -> None:
    """Play the seeds of the command line: the first, and the one beyond the last."""
    first, beyond = map(int, sys.argv[1:])
    play(history, range(first, beyond), kept)
