"""Debits by workers that are processes of their own, beside as many that put the bare questions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.settings import settings
from infra.bench import cpu, plan_fixture
from infra.bench import local_app as product
from infra.bench.recording import ask_again, undo
from infra.bench.sections import Mark, Section
from infra.bench.tables import ratio, table
from infra.bench.timing import Comparison, Timing, compare, timed
from infra.bench.worker import EACH_RUN, Workers
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.bench.recording import Call

AT_ONCE = (1, 4, 8)
WARM_UP, RUNS, BARE_RUNS = 1, 7, 20
LEAST = {1: 0.15, 4: 0.25, 8: 0.25}
"""Of the simulator's own rate."""
AWS = "ministack_process"

TEXT = """\
Each worker is a process, the simulator and the local AWS are another each. {each} instalments are
debited by one, four and eight workers, against the same {each} questions (PPPS 00053, the same bytes)
put by as many processes over kept connections.

{table}

All of them share the {cores} cores of this machine. One debit takes {aws:.1f} ms of the processor in the
local AWS and {simulator:.1f} ms in the simulator, measured while four workers debit. Its {calls} calls
and its question, made bare one after the other, take {bare:.1f} ms of a worker. One worker waits for each
answer, so that it debits at most once in the sum of the three; several have {cores} cores, and no more than
{cores} debits in that time. That rate, as a share of the simulator's own, is the floor.
"""


class Costs(NamedTuple):
    """What one debit takes of the processor, in seconds: bare calls, simulator, local AWS."""

    bare: float
    simulator: float
    aws: float

    def most_a_second(self, workers: int) -> float:
        """Return the highest rate: one worker waits for each answer, several use all the cores."""
        return min(workers, os.cpu_count() or 1) / sum(self)


class Fleet:
    """Worker processes that wait for work."""

    def __init__(self, number: int) -> None:
        command = [sys.executable, "-m", "infra.bench.debiting"]
        self._all = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
            for _ in range(number)
        ]

    def work(self, kind: str, work: Sequence[str]) -> None:
        """Deal the work out, and wait until all is done."""
        for nth, each in enumerate(self._all):
            if each.stdin is None:
                raise RuntimeError("a pipe is missing")
            each.stdin.write(json.dumps([kind, work[nth :: len(self._all)]]) + "\n")
            each.stdin.flush()
        for each in self._all:
            if each.stdout is None or each.stdout.readline() != "done\n":
                raise RuntimeError("a worker failed")

    def end(self) -> None:
        for each in self._all:
            each.communicate()


def measure() -> Section:
    with product.running() as at_home, ThreadPoolExecutor(1) as pool:
        plan = plan_fixture.begin(at_home, settings().table)
        workers = Workers(at_home, settings().table, plan, pool)
        calls, questions = workers.calls_of_one()
        bare = _bare_seconds(workers, calls, questions)
        found, others = {}, {}
        for number in AT_ONCE:
            print(f"    {number} workers", flush=True)
            found[number], others[number] = _rates(workers, number)
        workers.require_all_paid()
    costs = Costs(bare, *others[4])
    head = ("Workers", "Share", "Spread", "Floor", "Runs", "Debits a second", "Questions a second")
    shares = {number: _share(each, costs, number) for number, each in found.items()}
    ms = {name: each * 1000 for name, each in costs._asdict().items()}
    text = TEXT.format(
        each=EACH_RUN,
        table=table(head, [row for row, _ in shares.values()]),
        cores=os.cpu_count(),
        calls=len(calls),
        **ms,
    )
    return Section("processes", text, [mark for _, mark in shares.values()])


def _share(found: Comparison, costs: Costs, number: int) -> tuple[tuple[str, ...], Mark]:
    debits, questions = (EACH_RUN / seconds for seconds in found.seconds)
    low, high = found.spread
    floor = costs.most_a_second(number) / questions
    row = (
        str(number),
        *ratio(1 / found.ratio, (1 / high, 1 / low)),
        f"{floor:.2f}",
        str(RUNS),
        f"{debits:.0f}",
        f"{questions:.0f}",
    )
    what = f"debits by {number} processes, of the simulator's rate"
    told = f"{debits:.0f} debits a second of {questions:.0f} questions."
    return row, Mark(what, 1 / found.ratio, LEAST[number], is_least=True, told=told, floor=floor)


def _bare_seconds(workers: Workers, calls: list[Call], questions: list[bytes]) -> float:
    """Return the client's time of one debit's calls and question, made again on the same items."""
    seconds = []
    for _ in range(BARE_RUNS):
        undo(workers.client, calls)
        workers.gateway.forget_questions()
        began = time.thread_time()
        ask_again(workers.client, calls)
        workers.gateway.ask_again(questions)
        seconds.append(time.thread_time() - began)
    return median(seconds)


def _rates(workers: Workers, number: int) -> tuple[Comparison, tuple[float, float]]:
    """Compare the rates; return with them the time of simulator and local AWS for one debit."""
    debiting, asking = Fleet(number), Fleet(number)
    simulator, aws = [], []

    def debited() -> Timing:
        instalments = workers.enrol(EACH_RUN)
        workers.gateway.questions.clear()
        before = cpu.of_children(os.getpid(), (AWS,))[AWS]
        timing = timed(lambda: debiting.work("debit", instalments))  # the simulator is in this process
        simulator.append(timing.processor / EACH_RUN)
        aws.append((cpu.of_children(os.getpid(), (AWS,))[AWS] - before) / EACH_RUN)
        workers.questions = list(workers.gateway.questions)
        return timing

    def asked() -> Timing:
        workers.gateway.forget_questions()
        questions = [each.decode("latin-1") for each in workers.questions]
        return timed(lambda: asking.work("ask", questions))

    try:
        debited()  # so that there are questions, whoever begins
        found = compare(("debits", debited), ("questions", asked), warm_up=WARM_UP, runs=RUNS)
    finally:
        debiting.end()
        asking.end()
    return found, (median(simulator), median(aws))
