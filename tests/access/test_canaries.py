"""P13: canaries through every route, queue and schedule, while all goes well and while everything fails."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.functions import background
from chalicelib.observability import Failed, logger
from chalicelib.pages.frame.journeys import Journey
from chalicelib.pages.responses import form_token
from tests.access.conftest import ANOTHERS, Portal, Portals
from tests.access.route_access import TABLE, RouteAccess
from tests.proof.interception import Tapped
from tests.ticks import TICK
from tests.unit.portal.conftest import BASE

CARD = "4012001037141112"
TOKEN = "canary-token-0123456789abcdefghijklmnop"  # pragma: allowlist secret
PASSWORD = "canary-Password-9"  # pragma: allowlist secret
TICKET = "ST-canary-ticket-1"
MAIL = "canary.mail@demo.test"
NAME = "Canaryname"
INE = "0987654321Z"
STUDENT_NUMBER = "22987654"
IBAN = "FR7630006000011234567890189"
CANARIES = (CARD, TOKEN, PASSWORD, TICKET, MAIL, NAME, INE, STUDENT_NUMBER, IBAN)
JOURNEY = Journey(is_renewal=False, onward="/", word=TOKEN)
FORM = "application/x-www-form-urlencoded"
EVERY_FIELD = {
    "email": MAIL,
    "password": PASSWORD,
    "current_password": PASSWORD,
    "token": TOKEN,
    "ticket": TICKET,
    "journey": TOKEN,
    "otp": TOKEN[:30],
    "code": CARD,
    "reason": NAME,
    "last_name": NAME,
    "line1": NAME,
    "ine": INE,
    "student_number": STUDENT_NUMBER,
    "numbers": [STUDENT_NUMBER],
    "iban": IBAN,
    "q": STUDENT_NUMBER,
    "phone": CARD,
    "logoutRequest": TICKET,
    "form_token": TOKEN,
    "Ref": TOKEN,
    "Abo": TOKEN,
    "Porteur": CARD,
}
SILENT = {"now", "memory", "at", "pause", "new_id", "new_token", "requires_second_factor", "campaigns"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that any logger of the process writes: ours as it is, others' filled in, from warnings on."""
    stream, others = io.StringIO(), io.StringIO()
    handler: Any = logger().registered_handler
    monkeypatch.setattr(handler, "stream", stream)
    root = logging.StreamHandler(others)
    root.setLevel(logging.WARNING)
    root.addFilter(lambda record: not record.name.startswith("quittance"))
    logging.getLogger().addHandler(root)
    level = logger().log_level
    logger().setLevel(logging.DEBUG)
    yield stream
    logger().setLevel(level)
    logging.getLogger().removeHandler(root)
    found = [canary for canary in CANARIES if canary in stream.getvalue() + others.getvalue()]
    assert found == []


def failing(point: str, _call: Callable[[], Any]) -> Any:
    raise RuntimeError(f"{point} failed for {', '.join(CANARIES)}")


def break_every_port(world: Portal, *, but: frozenset[str] = frozenset()) -> None:
    for name, port in list(vars(world.ports).items()):
        if not name.startswith("_") and name not in SILENT | but:
            setattr(world.ports, name, Tapped(port, name, failing))


def knock(world: Portal, key: str) -> list[int]:
    """Ask one route with canaries wherever a request has room; return the answers' status codes.

    A session that is not known ends at the door, whatever the body: one body is tried there. No view of a GET
    reads a body: two are tried.
    """
    method, path = key.split(" ", 1)
    known, door = path.format(**world.holdings[ANOTHERS]), TABLE[key]
    invented = path.format(**dict.fromkeys(world.holdings[ANOTHERS], TOKEN))
    token = world.enters()
    sends = {**(door.sends or {}), **EVERY_FIELD}
    query = {**EVERY_FIELD, "next": f"/{TOKEN}", "subject": TOKEN, "after": MAIL}
    whole: list[dict[str, Any]] = [{"json": sends}, {"data": {**sends, "form_token": form_token(token)}}]
    others: list[dict[str, Any]] = [
        {"json": door.sends},
        {"content": json.dumps(sends)[:-1].encode(), "headers": {"Content-Type": "application/json"}},
        {"data": sends},
    ]
    bodies = whole if method == "GET" else others + whole
    at_the_door = whole[-1:] if isinstance(door, RouteAccess) else bodies
    answers = []
    for address in {known: None, invented: None}:
        url = httpx.URL(f"{BASE}{address}", params=query)
        for given, body in [(TOKEN, each) for each in at_the_door] + [(token, each) for each in bodies]:
            headers = {
                "Authorization": f"Bearer {given}",
                "Cookie": f"quittance={given}; {JOURNEY.name}={JOURNEY.written()}",
                "Idempotency-Key": TOKEN,
                "User-Agent": MAIL,
                **body.get("headers", {}),
            }
            rest = {name: value for name, value in body.items() if name != "headers"}
            answers.append(world.http.request(method, url, headers=headers, **rest).status_code)
    return answers


@pytest.mark.parametrize("key", sorted(TABLE))
def test_no_route_logs_a_secret(worlds: Portals, written: io.StringIO, key: str) -> None:
    door = TABLE[key]
    who = min(door.roles) if isinstance(door, RouteAccess) else "student"
    assert max(knock(worlds.of(who), key)) < 500
    assert "unexpected" not in written.getvalue()


@pytest.mark.parametrize("key", sorted(TABLE))
def test_no_route_logs_a_secret_while_its_ports_fail(worlds: Portals, written: io.StringIO, key: str) -> None:
    """Who asks is still known: otherwise nothing behind the door would be reached."""
    door = TABLE[key]
    world = worlds.of(min(door.roles) if isinstance(door, RouteAccess) else "student")
    break_every_port(world, but=frozenset({"sessions", "people"}))
    answers = knock(world, key)
    assert ("fault" in written.getvalue()) == (max(answers) >= 500)


@pytest.mark.parametrize(
    "name",
    [each.name for each in background.app.event_sources if type(each).__name__ == "ScheduledEventConfig"],
)
def test_no_schedule_logs_a_secret_while_its_ports_fail(
    worlds: Portals, written: io.StringIO, name: str
) -> None:
    break_every_port(worlds.of("student"))
    context = SimpleNamespace(function_name=name, aws_request_id="1")
    with pytest.raises(Failed) as failed:
        getattr(background, name)(TICK, context)
    assert not [canary for canary in CANARIES if canary in str(failed.value)], "Lambda prints what it says"
    assert "fault" in written.getvalue()


@pytest.mark.parametrize("name", ["deliver_outbox", "debit_instalment"])
def test_no_queue_logs_a_secret(worlds: Portals, written: io.StringIO, name: str) -> None:
    world = worlds.of("student")
    entry = OutboxEntry("canary", Topic.PASSWORD_RESET, "", "", world.ports.at, email=MAIL)
    world.ports.outbox.add(entry)
    bodies = [
        json.dumps({"entry_id": TOKEN, "email": MAIL}),
        json.dumps({"entry_id": "canary"}),
        json.dumps({"instalment_id": CARD, "planned_on": "2022-07-10"}),
        MAIL,
    ]
    event = {
        "Records": [
            {"messageId": str(rank), "body": body, "receiptHandle": TOKEN} for rank, body in enumerate(bodies)
        ]
    }
    break_every_port(world)
    context = SimpleNamespace(function_name=name, aws_request_id="1")
    assert getattr(background, name)(event, context)["batchItemFailures"]
    assert "fault" in written.getvalue()
