"""The heartbeat of the check of the debits: counted when it ends, and not when it fails."""

import json
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.campaigns.reader import load_shipped
from chalicelib.functions import schedules
from chalicelib.observability import Failed, MetricAlarms
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import CHRIS, Student, enrol_student


def counted(capsys: pytest.CaptureFixture[str]) -> set[str]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return {name for line in lines for name in line if name in {"DebitChecks", "MissedDebits"}}


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> FakePorts:
    made = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    registration = enrol_student(made, CHRIS, "I2223_Y1_1A", made.campaigns.current().id)
    Student(made, CHRIS, registration.id).starts_the_plan()
    made.alarms = MetricAlarms()  # type: ignore[assignment]  # the real one: its metrics are what is tested
    monkeypatch.setattr(wiring, "ports", lambda: made)  # a schedule builds its ports itself
    return made


def test_check_that_ends_is_counted(ports: FakePorts, capsys: pytest.CaptureFixture[str]) -> None:
    assert schedules.check_debits(None) == {"failed": 0, "lost": 0, "left": 0, "checked": 0, "missed": 0}
    assert counted(capsys) == {"DebitChecks"}


def test_missed_debit_is_counted_beside_it(ports: FakePorts, capsys: pytest.CaptureFixture[str]) -> None:
    ports.move(days=20)
    assert schedules.check_debits(None)["missed"] == 1
    assert counted(capsys) == {"DebitChecks", "MissedDebits"}


def test_check_that_fails_is_not(ports: FakePorts, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(_day: Any) -> Any:
        raise OSError

    ports.debits.due = fails  # type: ignore[method-assign]  # a fake is there to be bent
    with pytest.raises(Failed):
        schedules.check_debits(None)
    assert counted(capsys) == set()
