"""What a rule makes of an answer, for both services alike."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, cast

from flask import Response, current_app, request

from infra.local.evidence.faults import Rules
from infra.local.paybox.faults import cut_connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from infra.local.evidence.faults import Rule

HUGE = 2_000_000
DRIP_SECONDS = 1.0
ELSEWHERE = "http://127.0.0.1:9/elsewhere"
MOST_ASKED = 200
BY_THE_SERVICE = ("provider_down", "limited", "refused")
"""Effects that each service says in its own words."""


@dataclass
class Simulated:
    """What both services share: the clock, the rules in force and what was asked (never by whom)."""

    now: Callable[[], datetime]
    rules: Rules = field(default_factory=Rules)
    asked: list[dict[str, object]] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)

    def forget(self) -> None:
        """Begin again; an answer that is still under way is noted where it began, and shown no more."""
        self.rules.replace([])
        self.asked = []


def simulated() -> Simulated:
    return cast("Simulated", current_app.extensions["evidence"])


def answer(
    service: str,
    fields: Mapping[str, str],
    told: Callable[[bool], Response],
    in_own_words: Callable[[Rule], Response],
) -> Response:
    """Answer under the first rule that matches; `told` is given whether it is about somebody else."""
    here = simulated()
    asked = here.asked
    rule = here.rules.take({"service": service, **fields})
    effect = rule.effect if rule else ""
    if rule and effect == "slow" and here.stopping.wait(rule.seconds):
        return cut_connection()
    if rule and effect in BY_THE_SERVICE:
        response = in_own_words(rule)
    else:
        response = _damaged(told(effect == "wrong_identity"), effect)
    asked.append(
        {"at": here.now().isoformat(), "service": service, "status": response.status_code, "effect": effect}
    )
    del asked[:-MOST_ASKED]
    return response


def _damaged(response: Response, effect: str) -> Response:
    if effect == "drop":
        return cut_connection()
    if effect == "http_500":
        return Response("<h1>Internal Server Error</h1>", 500, mimetype="text/html")
    if effect == "redirect":
        return Response("", 302, {"Location": f"{ELSEWHERE}?{request.query_string.decode()}"})
    body = response.get_data()
    if effect in ("cut", "drip"):
        slowly = _cut(body) if effect == "cut" else _drip(body, simulated().stopping)
        return Response(slowly, 200, {"Content-Length": str(len(body))}, mimetype="application/json")
    bodies = {
        "broken_json": body[:-2],
        "other_schema": json.dumps([{"status": "ok"}]).encode(),
        "huge": b'{"data": "' + b"x" * HUGE + b'"}',
    }
    if effect in bodies:
        return Response(bodies[effect], response.status_code, mimetype="application/json")
    return response


def _cut(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]


def _drip(body: bytes, stopping: Event) -> Iterator[bytes]:
    for byte in body:
        if stopping.wait(DRIP_SECONDS):
            return
        yield bytes([byte])
