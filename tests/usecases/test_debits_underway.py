"""What a debit is while its answer is awaited: erasure and the day's list of debits read it."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.plan.instalments import DebitState
from tests.fakes.gateway import Behaviour
from tests.proof.interception import Died, Tapped
from tests.usecases.conftest import Student
from tests.usecases.test_unclear_debits import runs, started

__all__ = ["started"]


def watched(student: Student, *, dies: bool = False) -> list[DebitState]:
    """Return the states of the second debit whenever its question leaves; the worker may die there."""
    seen: list[DebitState] = []

    def call(point: str, asks: Callable[[], Any]) -> Any:
        if point == "gateway.debit":
            seen.append(student.debit(2).state)
            if dies:
                raise Died
        return asks()

    student.ports.gateway = Tapped(student.ports.gateway, "gateway", call)  # type: ignore[assignment]  # stands in
    return seen


def test_debit_is_sent_the_first_time_and_again(started: Student) -> None:
    states = watched(started)
    runs(started, Behaviour.DROP)
    assert started.debit(2).state is DebitState.UNKNOWN
    started.reconciles(minutes=6)
    started.reconciles(minutes=6)
    assert states == [DebitState.SENT] * 2


def test_debit_whose_worker_died_is_unknown_once_the_gateway_does_not_know_it(started: Student) -> None:
    gateway = started.ports.gateway
    watched(started, dies=True)
    with pytest.raises(Died):
        started.debits_run("2022-07-10T00:30")
    assert started.debit(2).state is DebitState.SENT
    started.ports.gateway = gateway
    started.reconciles(minutes=6)
    assert started.debit(2).state is DebitState.UNKNOWN
