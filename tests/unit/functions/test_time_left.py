"""A run that asks the gateway begins no row that it may not end within its function's time."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from chalice.app import Request

from chalicelib.functions import schedules
from chalicelib.functions.time_left import NEARLY_OVER_MS, watch_time
from chalicelib.gateway.paybox import Timeouts

REQUEST = dict.fromkeys(("multiValueQueryStringParameters", "pathParameters", "body", "stageVariables")) | {
    "headers": {},
    "isBase64Encoded": False,
    "requestContext": {"httpMethod": "GET", "resourcePath": "/login", "identity": {}},
}
CONFIG = Path(__file__).parents[3] / ".chalice" / "config.json"


def event(left_ms: int) -> Any:
    return SimpleNamespace(context=SimpleNamespace(get_remaining_time_in_millis=lambda: left_ms))


def test_margin_covers_two_calls_of_an_inquiry_and_a_debit_past_a_dead_address() -> None:
    wait = Timeouts()
    inquiry = 2 * wait.connect_seconds + wait.read_seconds
    debit = 2 * wait.connect_seconds + wait.debit_seconds
    assert 1000 * (2 * inquiry + debit) < schedules.ROW_TAKES_MS


@pytest.mark.parametrize(
    ("left_ms", "has_time"), [(schedules.ROW_TAKES_MS, False), (schedules.ROW_TAKES_MS + 1, True)]
)
def test_row_begins_only_with_its_whole_time_left(left_ms: int, has_time: bool) -> None:  # noqa: FBT001 - the answer
    assert schedules._time_left(event(left_ms))() is has_time  # noqa: SLF001 - the schedules' own question


@pytest.mark.parametrize("name", ["reconcile_payments", "reconcile_debits"])
def test_function_has_time_for_more_than_one_row(name: str) -> None:
    functions = json.loads(CONFIG.read_text(encoding="utf-8"))["stages"]["production"]["lambda_functions"]
    assert 1000 * functions[name]["lambda_timeout"] >= 3 * schedules.ROW_TAKES_MS


def test_run_outside_lambda_has_all_the_time() -> None:
    assert schedules._time_left(None)()  # noqa: SLF001 - the same


@pytest.mark.parametrize(("left_ms", "is_counted"), [(NEARLY_OVER_MS, False), (NEARLY_OVER_MS - 1, True)])
def test_run_that_ends_just_before_its_time_out_is_counted(
    left_ms: int,
    is_counted: bool,  # noqa: FBT001 - the answer
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert watch_time(event(left_ms), lambda each: each.context is not None)
    assert ('"LongRuns"' in capsys.readouterr().out) is is_counted


def test_request_that_fails_late_is_counted_too(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(_event: Any) -> None:
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        watch_time(Request(REQUEST, event(9).context), fails)
    assert '"LongRuns"' in capsys.readouterr().out


def test_run_outside_lambda_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    watch_time(SimpleNamespace(context=None), lambda _each: None)
    assert capsys.readouterr().out == ""


def test_loops_leave_what_is_counted_as_nearly_over() -> None:
    needed = (schedules.ROW_TAKES_MS, schedules.LOOK_TAKES_MS, schedules.CHUNK_TAKES_MS)
    assert min(needed) >= 2 * NEARLY_OVER_MS
