"""Garbage is collected from the first answer on, whatever that was, and not before."""

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from chalicelib.functions.cold_start import end_cold_start

FIRST_ANSWER = """
import gc, app
print(gc.isenabled())
from chalice.local import LambdaContext, LambdaEventConverter, RouteMatcher
converter = LambdaEventConverter(RouteMatcher(list(app.app.routes)))
event = converter.create_lambda_event("GET", "/static/portal.css", {}, None)
app.app(event, LambdaContext("quittance", 1024, 29_000))  # refused: nothing is configured
print(gc.isenabled())
"""


@pytest.fixture
def starting() -> Iterator[None]:
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


def fails(_event: object) -> None:
    raise RuntimeError


@pytest.mark.usefixtures("starting")
def test_garbage_is_collected_after_the_first_answer() -> None:
    assert end_cold_start("event", lambda event: (event, gc.isenabled())) == ("event", False)
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


@pytest.mark.usefixtures("starting")
def test_garbage_is_collected_after_a_first_failure() -> None:
    with pytest.raises(RuntimeError):
        end_cold_start("event", fails)
    assert gc.isenabled()


def test_later_answers_leave_collection_as_it_is() -> None:
    frozen = gc.get_freeze_count()
    assert end_cold_start("event", lambda event: event) == "event"
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, frozen)


def test_application_starts_without_collection() -> None:
    command = [sys.executable, "-c", FIRST_ANSWER]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own line
    lines = told.stdout.splitlines()
    assert (lines[0], lines[-1]) == ("False", "True")
