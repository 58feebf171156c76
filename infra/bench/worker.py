"""`debit_instalment` by several workers at once, beside the bare questions to the gateway by as many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import urllib3

from chalicelib.domain.plan.instalments import DebitState
from chalicelib.settings import settings
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.wiring import Services
from infra.bench.capacity import units_of
from infra.bench.gateway import DIRECT, FORM
from infra.bench.journey import Step
from infra.bench.plan_fixture import bulk_client, write
from infra.bench.planner import MORNING
from infra.bench.recording import recorded
from infra.bench.timing import Comparison, compare, timed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.bench.gateway import Gateway
    from infra.bench.local_app import LocalApp
    from infra.bench.plan_fixture import BegunPlan
    from infra.bench.recording import Call
    from infra.bench.timing import Timing

WORKERS, EACH_RUN = 4, 40
WARM_UP, RUNS = 1, 12
FIRST = 0xB0_0000
"""Where the numbers of the copied students begin."""


class Rates(NamedTuple):
    """`comparison` times `EACH_RUN` debits by `WORKERS` at once against as many bare questions."""

    comparison: Comparison

    @property
    def a_second(self) -> tuple[float, float]:
        subject, base = self.comparison.seconds
        return EACH_RUN / subject, EACH_RUN / base

    @property
    def ratio(self) -> float:
        """Of the rates: the share of the gateway's own that the workers reach."""
        return 1 / self.comparison.ratio

    @property
    def spread(self) -> tuple[float, float]:
        low, high = self.comparison.spread
        return 1 / high, 1 / low


class Workers:
    """Debit copies of one begun plan, each once, on the day that its second part is due."""

    def __init__(self, local_app: LocalApp, table: str, plan: BegunPlan, pool: ThreadPoolExecutor) -> None:
        self._house, self._table, self._plan, self._pool = local_app, table, plan, pool
        self._numbers = count(FIRST)
        self._ports = Services(settings(), lambda: MORNING)
        self._network = urllib3.PoolManager(maxsize=WORKERS, headers={"Content-Type": FORM})
        self.questions: list[bytes] = []

    @property
    def gateway(self) -> Gateway:
        return self._house.gateway

    def debit_one(self) -> Step:
        """Debit one instalment alone, for what it costs."""
        (instalment_id,) = self.enrol(1)
        with recorded(self.client) as calls:
            self._debit(instalment_id)
        return Step("debit_instalment", len(calls), units_of(calls))

    def calls_of_one(self) -> tuple[list[Call], list[bytes]]:
        """Debit one instalment; return its calls of the table and its questions to the gateway."""
        (instalment_id,) = self.enrol(1)
        asked_before = len(self.gateway.questions)
        with recorded(self.client) as calls:
            self._debit(instalment_id)
        return calls, self.gateway.questions[asked_before:]

    def debited(self, number: int = EACH_RUN) -> Timing:
        """Time some debits; the questions that they asked are the next to be asked bare."""
        instalments = self.enrol(number)
        self._house.gateway.questions.clear()
        timing = timed(lambda: self._at_once(self._debit, instalments))
        self.questions = list(self._house.gateway.questions)
        return timing

    def asked(self) -> Timing:
        self._house.gateway.forget_questions()
        return timed(lambda: self._at_once(self._ask, self.questions))

    def require_all_paid(self) -> None:
        debits = self._ports.debits.of_day(MORNING.date())
        expected = next(self._numbers) - FIRST
        if [each.state for each in debits] != [DebitState.PAID] * expected:
            raise RuntimeError(f"of {expected} debits not all were paid once")

    @property
    def client(self) -> Any:
        return self._ports.table.row._get_connection().connection.client  # noqa: SLF001 - pynamodb shows it no other way

    def enrol(self, number: int) -> list[str]:
        plans = [self._plan.of(next(self._numbers)) for _ in range(number)]
        write(bulk_client(), self._table, (row for plan in plans for row in plan.rows))
        for plan in plans:
            self._house.gateway.know_too(self._plan.person_id, plan.person_id)
        return [f"{plan.person_id}-1-i2" for plan in plans]

    def _debit(self, instalment_id: str) -> None:
        debit_instalment(self._ports, instalment_id, MORNING.date())

    def _ask(self, body: bytes) -> None:
        answer = self._network.request("POST", self._house.gateway.url + DIRECT, body=body)
        if b"CODEREPONSE=00000" not in answer.data:
            raise RuntimeError(f"the gateway answers {answer.data!r}")

    def _at_once(self, act: Any, each: Iterable[Any]) -> None:
        list(self._pool.map(act, each))


def measure(local_app: LocalApp, plan: BegunPlan) -> tuple[Rates, Step]:
    with ThreadPoolExecutor(WORKERS) as pool:
        workers = Workers(local_app, settings().table, plan, pool)
        step = workers.debit_one()
        workers.debited()  # so that there are questions, whoever begins
        comparison = compare(
            ("debit_instalment", workers.debited),
            ("PPPS 00053", workers.asked),
            warm_up=WARM_UP,
            runs=RUNS,
        )
        workers.require_all_paid()
    return Rates(comparison), step
