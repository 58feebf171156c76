"""Who came in and who was kept out stands in the log: by ids, never by what was typed."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.people import Role
from chalicelib.observability import logger
from tests.access.conftest import Portal, Portals
from tests.unit.portal.conftest import PASSWORD

SESSIONS = "/api/v1/auth/sessions"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler: Any = logger().registered_handler
    monkeypatch.setattr(handler, "stream", stream)
    level = logger().log_level
    logger().setLevel(logging.INFO)
    yield stream
    logger().setLevel(level)
    assert "@" not in stream.getvalue()


def told(written: io.StringIO) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    return [(line["message"], line["outcome"]) for line in lines]


def log_in(world: Portal, password: str) -> int:
    sends = {"email": world.person.email, "password": password}
    return world.http.post(SESSIONS, json=sends).status_code


def test_log_in_is_written_with_who_and_how(worlds: Portals, written: io.StringIO) -> None:
    world = worlds.of(Role.STUDENT)
    assert log_in(world, PASSWORD) == 201
    (line,) = [json.loads(each) for each in written.getvalue().splitlines()]
    assert (line["message"], line["outcome"], line["method"]) == ("identity proved", "open", "password")
    assert line["person"] == world.person.id


def test_failed_log_ins_and_the_limit_are_written(worlds: Portals, written: io.StringIO) -> None:
    world = worlds.of(Role.STUDENT)
    answers = [log_in(world, "wrong") for _ in range(11)]
    assert answers == [401] * 10 + [429]
    assert told(written) == [("kept out", "invalid_credentials")] * 10 + [("kept out", "too_many_attempts")]


def test_right_that_somebody_lacks_is_written(worlds: Portals, written: io.StringIO) -> None:
    world = worlds.of(Role.STUDENT)
    world.ask("GET", "/api/v1/staff/people", world.enters(), None, is_page=False)
    world.ask("GET", "/staff/people", world.enters(), None, is_page=True)
    assert told(written) == [("kept out", "forbidden")] * 2


def test_form_that_is_not_ours_is_written(worlds: Portals, written: io.StringIO) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    worlds.of(Role.STUDENT).http.post("/login", content=b"email=a", headers=form)
    assert told(written) == [("kept out", "forbidden")]


def test_session_that_is_over_is_everyday(worlds: Portals, written: io.StringIO) -> None:
    worlds.of(Role.STUDENT).http.get("/api/v1/me", headers={"Authorization": "Bearer over"})
    assert told(written) == []
