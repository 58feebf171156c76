"""docs/costs.md is what `make costs` writes of what was counted, and a season costs what README says."""

import re
from pathlib import Path

import pytest

from infra.costs import counting
from infra.costs.sheet import dollars, euros, sheet
from infra.costs.usage import QUEUED, RUNS_A_MONTH, counted, of_idle_month, of_season, told
from infra.local.function_start.recorded_calls import acting_as
from tests.infra.test_package import QUEUES, SCHEDULES

RATES = {"rate(1 minute)": 43_200, "rate(5 minutes)": 8_640, "rate(1 hour)": 720, "rate(1 day)": 30}


def test_page_is_what_the_command_writes(root: Path) -> None:
    assert (root / "docs" / "costs.md").read_text() == sheet(counted(), told())


def test_season_in_an_account_of_its_own_costs_less_than_ten_euros() -> None:
    facts = told()
    season = of_season(counted(), facts)

    assert dollars(season, facts, is_first=True) / facts["dollars_a_euro"] < 10
    assert euros(season, facts) < 12


def test_readme_tells_the_same_figures(root: Path) -> None:
    facts = told()
    season, idle = of_season(counted(), facts), of_idle_month(counted(), facts)
    expected = [
        dollars(season, facts, is_first=True),
        dollars(season, facts),
        dollars(idle, facts, is_first=True),
        dollars(idle, facts),
    ]
    (said,) = re.findall(
        r"season costs\s+about (\d+) € \((\d+) € at\s+list\s+price\), an\s+idle\s+month (\d+) € \((\d+) €\)",
        (root / "README.md").read_text(),
    )

    assert [int(each) for each in said] == [round(each / facts["dollars_a_euro"]) for each in expected]


def test_each_schedule_and_queue_is_counted() -> None:
    assert {name: RATES[rate] for name, rate in SCHEDULES.items()} == RUNS_A_MONTH
    assert {function for function, _, _ in QUEUES} == QUEUED
    assert {f"idle {name}" for name in SCHEDULES} <= counted()["steps"].keys()


def test_what_is_idle_writes_nothing() -> None:
    idle = {name: step for name, step in counted()["steps"].items() if name.startswith("idle ")}
    assert [name for name, step in idle.items() for each in step.values() if each["write_units"]] == []


def test_invocations_are_read_once_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(counting.FOLDER, str(tmp_path))
    monkeypatch.setattr("infra.local.function_start.recorded_calls.AROUND", [counting.invocation])
    reader = counting.Reader(tmp_path)
    with acting_as("APIHandler", "GET /menu"):
        pass

    (found,) = reader.new()
    assert (found.function, found.asked, found.calls) == ("APIHandler", "GET /menu", {})
    assert reader.new() == []
