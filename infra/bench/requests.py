"""A recap and a notification answered in this process, beside the calls of DynamoDB that they make."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.bench.recording import Call, ask_again, recorded, undo
from infra.bench.timing import Comparison, Timing, compare, timed
from infra.local.seed import ADDRESS, PASSWORD

if TYPE_CHECKING:
    from infra.bench.house import House

STUDENT = "polytech@demo.test"
SITUATION = "05"
WARM_UP, RUNS = 5, 60


class Request(NamedTuple):
    """An event that can be answered again and again; one answer makes the calls and asks the gateway."""

    label: str
    event: dict[str, Any]
    calls: list[Call]
    questions: list[bytes]

    @property
    def made(self) -> str:
        asked = [f"{len(self.questions)} questions to the gateway"] if self.questions else []
        return ", ".join([*(call.operation for call in self.calls), *asked])


def recap(house: House) -> Request:
    """Log a student in, declare a situation, and give the request for what it costs."""
    house.log_in(STUDENT, PASSWORD)
    here = _registration(house)
    house.ask("PUT", f"{here}/fee-situation", {"code": SITUATION})
    return _request(house, "recap (GET …/quote)", house.event("GET", f"/api/v1{here}/quote"))


def notification(house: House) -> Request:
    """Start a payment, and give the gateway's message that it is paid."""
    address = {"address": {"mode": "saved", "id": ADDRESS.id}}
    started = house.ask("POST", f"{_registration(house)}/card-payments", address)
    request = _request(house, "notification (POST /webhooks/paybox)", house.notification(started["form"]))
    if not request.calls[-1].is_transaction:
        raise RuntimeError("the notification booked nothing")
    return request


def beside_its_calls(house: House, request: Request) -> Comparison:
    """Time the answer and its bare calls, on the same items: what is written is undone between runs.

    The processor's time is this thread's: the simulator has its own.
    """

    def answered() -> Timing:
        timing = timed(lambda: house.answer(request.event), time.thread_time)
        _undo(house, request.calls)
        return timing

    def bare() -> Timing:
        timing = timed(lambda: _ask_again(house, request), time.thread_time)
        _undo(house, request.calls)
        return timing

    comparison = compare((request.label, answered), (request.made, bare), warm_up=WARM_UP, runs=RUNS)
    if _request(house, request.label, request.event).made != request.made:
        raise RuntimeError(f"{request.label} does not do again what it did first")
    return comparison


def _ask_again(house: House, request: Request) -> None:
    ask_again(house.client, request.calls)
    house.gateway.ask_again(request.questions)


def _undo(house: House, calls: list[Call]) -> None:
    undo(house.client, calls)
    house.gateway.forget_questions()


def _registration(house: House) -> str:
    return f"/registrations/{house.ask('GET', '/registrations')['items'][0]['id']}"


def _request(house: House, label: str, event: dict[str, Any]) -> Request:
    asked_before = len(house.gateway.questions)
    with recorded(house.client) as calls:
        house.answer(event)
    _undo(house, calls)
    return Request(label, event, calls, house.gateway.questions[asked_before:])
