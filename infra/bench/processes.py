"""Debits by workers that are processes of their own, beside as many that put the bare questions."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from chalicelib.settings import settings
from infra.bench import local_app as product
from infra.bench import plan_fixture
from infra.bench.sections import Mark, Section
from infra.bench.tables import ratio, table
from infra.bench.timing import Comparison, Timing, compare, timed
from infra.bench.worker import EACH_RUN, Workers
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = (1, 4, 8)
WARM_UP, RUNS = 1, 7
LEAST = {1: 0.15, 4: 0.25, 8: 0.25}
"""Of the simulator's own rate; the bare parts (worker 5.4, simulator 2.1, AWS 4.7 ms) allow half of it."""

TEXT = """\
Each worker is a process, the simulator and the local AWS are another each. {each} instalments are
debited by one, four and eight workers, against the same {each} questions (PPPS 00053, the same bytes)
put by as many processes over kept connections.

{table}
"""


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
    rows, marks = [], []
    with product.running() as at_home, ThreadPoolExecutor(1) as pool:
        plan = plan_fixture.begin(at_home, settings().table)
        workers = Workers(at_home, settings().table, plan, pool)
        for number in AT_ONCE:
            found = _rates(workers, number)
            debits, questions = (EACH_RUN / seconds for seconds in found.seconds)
            low, high = found.spread
            share = ratio(1 / found.ratio, (1 / high, 1 / low))
            rows.append((str(number), *share, str(RUNS), f"{debits:.0f}", f"{questions:.0f}"))
            marks.append(
                Mark(
                    f"debits by {number} processes, of the simulator's rate",
                    1 / found.ratio,
                    LEAST[number],
                    is_least=True,
                    told=f"{debits:.0f} debits a second of {questions:.0f} questions.",
                )
            )
        workers.require_all_paid()
    head = ("Workers", "Share", "Spread", "Runs", "Debits a second", "Questions a second")
    return Section("processes", TEXT.format(each=EACH_RUN, table=table(head, rows)), marks)


def _rates(workers: Workers, number: int) -> Comparison:
    debiting, asking = Fleet(number), Fleet(number)

    def debited() -> Timing:
        instalments = workers.enrol(EACH_RUN)
        workers.gateway.questions.clear()
        timing = timed(lambda: debiting.work("debit", instalments))
        workers.questions = list(workers.gateway.questions)
        return timing

    def asked() -> Timing:
        workers.gateway.forget_questions()
        questions = [each.decode("latin-1") for each in workers.questions]
        return timed(lambda: asking.work("ask", questions))

    try:
        debited()  # so that there are questions, whoever begins
        return compare(("debits", debited), ("questions", asked), warm_up=WARM_UP, runs=RUNS)
    finally:
        debiting.end()
        asking.end()
