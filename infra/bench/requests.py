"""Requests answered in this process, beside the calls of DynamoDB that they make."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.bench import bare
from infra.bench.local_app import context as local_context
from infra.bench.recording import Call, ask_again, recorded, undo
from infra.bench.timing import Comparison, Timing, compare_all, timed
from infra.local.accounts import PASSWORD
from infra.local.seed import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.bench.local_app import LocalApp

STUDENT = "polytech@demo.test"
SITUATION = "05"
WARM_UP, RUNS = 5, 60


class Request(NamedTuple):
    """An event that can be answered again and again; one answer makes the calls and asks the gateway."""

    label: str
    event: dict[str, Any]
    calls: list[Call]
    questions: list[bytes]
    answer: dict[str, Any]

    @property
    def told(self) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
        return [(each.operation, each.parameters, each.answer) for each in self.calls]

    @property
    def made(self) -> str:
        asked = [f"{len(self.questions)} questions to the gateway"] if self.questions else []
        return ", ".join([*(call.operation for call in self.calls), *asked])


def recap(local_app: LocalApp) -> Request:
    """Log a student in, declare a situation, and give the request for what it costs."""
    local_app.log_in(STUDENT, PASSWORD)
    here = _registration(local_app)
    local_app.ask("PUT", f"{here}/fee-situation", {"code": SITUATION})
    return _request(local_app, "recap (GET …/quote)", local_app.event("GET", f"/api/v1{here}/quote"))


def shown(local_app: LocalApp, path: str, label: str) -> Request:
    """Give a page of the student who is logged in."""
    return _request(local_app, label, page(local_app, path))


def log_in(local_app: LocalApp) -> Request:
    local_app.token = ""
    given = {"email": STUDENT, "password": PASSWORD}
    event = local_app.event("POST", "/api/v1/auth/sessions", given)
    return _request(local_app, "log-in (POST /auth/sessions)", event)


def notification(local_app: LocalApp) -> Request:
    """Start a payment, and give the gateway's message that it is paid."""
    address = {"address": {"mode": "saved", "id": ADDRESS.id}}
    started = local_app.ask("POST", f"{_registration(local_app)}/card-payments", address)
    request = _request(
        local_app, "notification (POST /webhooks/paybox)", local_app.notification(started["form"])
    )
    if not request.calls[-1].is_transaction:
        raise RuntimeError("the notification booked nothing")
    return request


def _nothing() -> None:
    """Do nothing."""


def beside_its_calls(
    local_app: LocalApp,
    request: Request,
    besides: Callable[[], object] = _nothing,
    of_floor: Callable[[], object] = _nothing,
) -> tuple[Comparison, Comparison]:
    """Time the answer, its floor and its bare calls, on the same items: what is written is undone between.

    `besides` is work of base and floor that is no call, `of_floor` of the floor alone.

    The processor's time is this thread's: the simulator has its own.
    """

    def calls() -> None:
        _ask_again(local_app, request)
        besides()

    def floored() -> None:
        calls()
        of_floor()

    def timer(act: Callable[[], object]) -> Callable[[], Timing]:
        def undone() -> Timing:
            timing = timed(act, time.thread_time)
            _undo(local_app, request.calls)
            return timing

        return undone

    floor = bare.answering(request.event, request.answer, bare.facts_of(request.told), floored)
    if (told := floor(request.event, local_context()))["statusCode"] != request.answer["statusCode"]:
        raise RuntimeError(f"the floor of {request.label}: {told['body']}")
    _undo(local_app, request.calls)
    subjects = [
        (request.label, timer(lambda: local_app.call(request.event))),
        ("its floor", timer(lambda: floor(request.event, local_context()))),
    ]
    found = compare_all(subjects, (request.made, timer(calls)), warm_up=WARM_UP, runs=RUNS)
    again = _answered(local_app, request.label, request.event)
    if again.made != request.made:
        raise RuntimeError(f"{request.label} did {request.made} first, and {again.made} now")
    print(f"    {request.label}: {found[0].processor_ratio:.2f}, {found[1].processor_ratio:.2f}", flush=True)
    return found[0], found[1]


@contextmanager
def nothing_read_again() -> Iterator[None]:
    """Stop the clock of what a process keeps for seconds: now and then an answer would make one call more."""
    from chalicelib.wiring import services  # noqa: PLC0415 - once settings are there

    kept: list[Any] = [services().campaigns, services().brakes]
    clocks = [each._ticks for each in kept]  # noqa: SLF001 - nobody else stops it
    for each, clock in zip(kept, clocks, strict=True):
        each._ticks = partial(float, clock())  # noqa: SLF001 - the same
    try:
        yield
    finally:
        for each, clock in zip(kept, clocks, strict=True):
            each._ticks = clock  # noqa: SLF001 - the same


def page(local_app: LocalApp, path: str) -> dict[str, Any]:
    """Give the event of a browser that has the cookie of the session."""
    from chalicelib.pages.responses import SESSION, cookie_name  # noqa: PLC0415 - once settings are there

    event = local_app.event("GET", path)
    event["headers"] = {"accept": "text/html", "cookie": f"{cookie_name(SESSION)}={local_app.token}"}
    return event


def _ask_again(local_app: LocalApp, request: Request) -> None:
    ask_again(local_app.client, request.calls)
    local_app.gateway.ask_again(request.questions)


def _undo(local_app: LocalApp, calls: list[Call]) -> None:
    undo(local_app.client, calls)
    local_app.gateway.forget_questions()


def _registration(local_app: LocalApp) -> str:
    return f"/registrations/{local_app.ask('GET', '/registrations')['items'][0]['id']}"


def _request(local_app: LocalApp, label: str, event: dict[str, Any]) -> Request:
    """Answer twice: what a process keeps is read by the first."""
    _answered(local_app, label, event)
    return _answered(local_app, label, event)


def _answered(local_app: LocalApp, label: str, event: dict[str, Any]) -> Request:
    asked_before = len(local_app.gateway.questions)
    with recorded(local_app.client) as calls:
        answer = local_app.application(event, local_context())
    _undo(local_app, calls)
    return Request(label, event, calls, local_app.gateway.questions[asked_before:], answer)
