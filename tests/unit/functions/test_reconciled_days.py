"""The hourly comparison is counted once every day that is over has complete runs, and not before."""

import json
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.reconciliation.policies import Policy
from chalicelib.functions import schedules
from chalicelib.observability import Failed, MetricAlarms
from chalicelib.usecases.journal.number_journal import number_journal
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import CHRIS, Student, enrol_student
from tests.usecases.refund_steps import pays_once

COUNTED = {"ReconciledDays", "UnexplainedDifferences", "Failures"}


def counted(capsys: pytest.CaptureFixture[str]) -> set[str]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return {name for line in lines for name in line if name in COUNTED}


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> FakePorts:
    made = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    registration = enrol_student(made, CHRIS, "I2223_Y1_1A", made.campaigns.current().id)
    pays_once(Student(made, CHRIS, registration.id))
    made.move(days=1)
    number_journal(made)
    made.alarms = MetricAlarms()  # type: ignore[assignment]  # the real one: its metrics are what is tested
    monkeypatch.setattr(wiring, "ports", lambda: made)  # a schedule builds its ports itself
    return made


def test_days_that_are_compared_are_counted(ports: FakePorts, capsys: pytest.CaptureFixture[str]) -> None:
    assert schedules.reconcile_days(None)["runs"] == len(Policy)
    assert schedules.reconcile_days(None)["runs"] == 0
    assert counted(capsys) == {"ReconciledDays"}


def test_difference_is_counted_beside_it(ports: FakePorts, capsys: pytest.CaptureFixture[str]) -> None:
    ports.gateway.held.clear()
    ports.gateway.answers.clear()
    schedules.reconcile_days(None)
    assert counted(capsys) == {"ReconciledDays", "UnexplainedDifferences"}


def test_day_that_the_gateway_leaves_open_is_not(
    ports: FakePorts, capsys: pytest.CaptureFixture[str]
) -> None:
    ports.gateway.is_clear = False
    assert schedules.reconcile_days(None)["incomplete"] == 1
    assert counted(capsys) == set()


def test_run_that_fails_is_not(ports: FakePorts, capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> Any:
        raise OSError

    ports.campaigns.every = fails  # type: ignore[method-assign]  # a fake is there to be bent
    with pytest.raises(Failed):
        schedules.reconcile_days(None)
    assert counted(capsys) == set()
