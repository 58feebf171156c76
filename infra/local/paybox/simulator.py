"""What every room of the gateway shares: its store, its clock, its key, its accidents."""

import threading
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from flask import Response, current_app

from infra.local.paybox.faults import OPENING_EFFECTS, Rule, cut_connection, take_rule
from infra.local.paybox.settings import current_settings
from infra.local.paybox.signature import Fields, GatewayKey
from infra.local.paybox.store import Store

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Simulator:
    """`now` answers aware datetimes and may be moved; `stopping` ends every wait at once."""

    store: Store
    key: GatewayKey
    now: Callable[[], datetime]
    notification_timeout_seconds: float = 20.0
    stopping: threading.Event = field(default_factory=threading.Event)

    def paris_now(self) -> datetime:
        return self.now().astimezone(PARIS)

    def settings(self) -> dict[str, str]:
        with self.store.transaction() as db:
            return current_settings(db)

    def answer(
        self,
        fields: Mapping[str, str],
        process: Callable[[Rule | None], Response],
        effects: Container[str] = OPENING_EFFECTS,
    ) -> Response:
        """Processes a request under the first rule that its fields match."""
        with self.store.transaction() as db:
            rule = take_rule(db, fields, effects)
        effect = rule.effect if rule else ""
        if effect == "drop":
            return cut_connection()
        if effect == "http_500":
            return Response("Internal Server Error", status=500, mimetype="text/plain")
        if rule and effect == "delay" and self.stopping.wait(rule.seconds):
            return cut_connection()
        response = process(rule)
        return cut_connection() if effect == "apply_then_drop" else response


def current_simulator() -> Simulator:
    """The one that the running request belongs to."""
    return cast("Simulator", current_app.extensions["paybox"])


def received_fields(raw: bytes) -> Fields:
    """Name and value in the order in which they came; bytes that are not UTF-8 survive as they are."""
    text = raw.decode("utf-8", "surrogateescape")
    return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")


def forced_code(rule: Rule | None) -> str:
    return rule.code if rule and rule.effect == "refuse" else ""
