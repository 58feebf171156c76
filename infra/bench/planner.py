"""`plan_debits` where the same number is due among few instalments and among many."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from time import thread_time
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3

from chalicelib.delivery.debit_queue import SqsDebitQueue
from chalicelib.settings import settings
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.wiring import Services
from infra.bench.capacity import Units, units_of
from infra.bench.plan_fixture import bulk_client, copied, person_id, write
from infra.bench.recording import Call, Item, ask_again, recorded
from infra.bench.timing import Comparison, Timing, compare, timed
from infra.local import resources
from infra.local.clock import PARIS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.bench.plan_fixture import BegunPlan

DUE, FEW = 1_000, 10_000
MORNING = datetime(2022, 7, 10, 8, 0, tzinfo=PARIS)
LATER = tuple(date(2022, month, 10) for month in (8, 9, 10, 11, 12))
"""The days of those that are not yet due, in turns."""
WARM_UP, RUNS = 1, 5


class Consumed(NamedTuple):
    """One run of the planner: how many were due among how many, its calls and their request units."""

    due: int
    instalments: int
    queries: int
    sends: int
    units: Units


@dataclass
class Planner:
    """`plan_debits` over a table and a queue of its own."""

    instalments: int
    queue_url: str
    ports: Any
    queue: Any

    @property
    def label(self) -> str:
        return f"plan_debits, {DUE:,} due among {self.instalments:,}"

    @property
    def client(self) -> Any:
        return self.ports.table.row._get_connection().connection.client  # noqa: SLF001 - pynamodb shows it no other way

    def run(self) -> None:
        planned = plan_debits(self.ports)
        if planned.due != DUE:
            raise RuntimeError(f"{planned.due} instalments were planned, not {DUE}")

    def timed(self, act: Callable[[], object]) -> Timing:
        """The processor's time is this thread's: the local AWS has its own. The queue is empty each time."""
        timing = timed(act, thread_time)
        self.queue.purge_queue(QueueUrl=self.queue_url)
        return timing

    def consumed(self) -> tuple[Consumed, list[Call], list[Any]]:
        """Give what one run costs, with the questions and the messages that it was made of."""
        with recorded(self.client) as calls, _sends(self.queue) as sends:
            self.timed(self.run)
        return Consumed(DUE, self.instalments, len(calls), len(sends), units_of(calls)), calls, sends


def measure(plan: BegunPlan, many: int) -> tuple[list[Comparison], list[Consumed]]:
    """Compare the planner among `many` with itself among `FEW`, and there with its bare calls."""
    few, crowd = _planner(plan, FEW), _planner(plan, many)
    found, calls, sends = few.consumed()

    def reads() -> None:
        ask_again(few.client, calls)

    def reads_and_sends() -> None:
        reads()
        for each in sends:
            few.queue.send_message_batch(**each)

    made = f"{found.queries} Query, {found.sends} SendMessageBatch"
    comparisons = [
        _compare(crowd, crowd.run, few.label, few, few.run),
        _compare(few, few.run, made, few, reads_and_sends),
        _compare(few, few.run, f"its {found.queries} Query alone, nothing sent", few, reads),
    ]
    return comparisons, [found, crowd.consumed()[0]]


def _compare(
    planner: Planner, run: Callable[[], object], base: str, beside: Planner, base_run: Callable[[], object]
) -> Comparison:
    return compare(
        (planner.label, lambda: planner.timed(run)),
        (base, lambda: beside.timed(base_run)),
        warm_up=WARM_UP,
        runs=RUNS,
    )


def _planner(plan: BegunPlan, instalments: int) -> Planner:
    """Fill a table with copies of one waiting instalment: the first `DUE` are today's, others come later."""
    names = resources.create(os.environ["AWS_ENDPOINT_URL"], prefix=f"bench-{instalments}")
    write(bulk_client(), names.table, _rows(plan, instalments))
    ports = Services(settings().model_copy(update={"table": names.table}), lambda: MORNING)
    queue = boto3.client("sqs")
    ports.debit_queue = SqsDebitQueue(queue, names.debit_queue_url)
    return Planner(instalments, names.debit_queue_url, ports, queue)


def _rows(plan: BegunPlan, instalments: int) -> Iterator[Item]:
    waiting = plan.next_instalment
    today = waiting["queue_sk"]["S"].partition("#")[0]
    for number in range(instalments):
        row = copied(waiting, plan.person_id, person_id(number))
        yield row if number < DUE else copied(row, today, f"{LATER[number % len(LATER)]}")


@contextmanager
def _sends(queue: Any) -> Iterator[list[Any]]:
    """Note the messages that an SQS client sends while the block runs."""
    sends: list[Any] = []

    def note(params: Any, **_: Any) -> None:
        sends.append(dict(params))

    event = "provide-client-params.sqs.SendMessageBatch"
    queue.meta.events.register(event, note)
    try:
        yield sends
    finally:
        queue.meta.events.unregister(event, note)
