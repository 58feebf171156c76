"""The first event of each function: requests, a notification, messages of queues, ticks of schedules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3

from chalicelib.settings import settings
from infra.bench import plan_fixture
from infra.bench.planner import MORNING
from infra.bench.requests import SITUATION, page
from infra.local.accounts import PASSWORD
from infra.local.functions import scheduled_event
from infra.local.seed import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from infra.bench.local_app import LocalApp

API, BACKGROUND = ("app", "app"), "chalicelib.functions.background"
STUDENT, PAYER = "polytech@demo.test", "student@demo.test"
SCHEDULES = (
    "publish_outbox",
    "seal_audit",
    "number_journal",
    "reconcile_payments",
    "reconcile_debits",
    "reconcile_days",
    "plan_debits",
    "check_debits",
    "apply_retention",
)


HASHED = (
    "from argon2 import PasswordHasher",
    "PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash('a password')",
)
CHECKED = ("import bare", "bare.check_of(given['public_key'])()")
DRAWN = ("import typst", "typst.compile(b'one line')")


class Case(NamedTuple):
    """The first event of a function at a moment; `mark` is the highest ratio of CPU, 0 for none."""

    label: str
    module: str
    handler: str
    event: Any
    now: datetime
    mark: float = 0
    besides: tuple[str, ...] = ()
    """Lines of its floor: work of a library that no answer of its kind can do without."""


def ticks(local_app: LocalApp) -> Iterator[Case]:
    """Give the schedules with nothing to do: call it before anything has happened."""
    now = local_app.now()
    for name in SCHEDULES:
        event = scheduled_event(name, now)
        yield Case(f"{name}: an idle tick", BACKGROUND, name, event, now)


def requests(local_app: LocalApp) -> Iterator[Case]:
    """Give the requests of a student, one by one: what the next needs is done in between."""
    now = local_app.now()
    local_app.log_in(STUDENT, PASSWORD)
    here = f"/registrations/{local_app.ask('GET', '/registrations')['items'][0]['id']}"
    local_app.ask("PUT", f"{here}/fee-situation", {"code": SITUATION})
    recap = local_app.event("GET", f"/api/v1{here}/quote")
    yield Case("api_handler: the recap by the API", *API, recap, now, 1.3)
    for path, label, mark in (("/", "the home page", 1.4), ("/pay-once/recap", "the recap page", 1.4)):
        yield Case(f"api_handler: {label}", *API, page(local_app, path), now, mark)
    given = {"email": STUDENT, "password": PASSWORD}
    token, local_app.token = local_app.token, ""
    logged_in = local_app.event("POST", "/api/v1/auth/sessions", given)
    yield Case("api_handler: a log-in", *API, logged_in, now, 1.3, HASHED)
    local_app.token = token
    address = {"address": {"mode": "saved", "id": ADDRESS.id}}
    started = local_app.ask("POST", f"{here}/card-payments", address)
    told = local_app.notification(started["form"])
    yield Case("webhook: a notification", *API, told, now, 1.3, CHECKED)


def messages(local_app: LocalApp) -> Iterator[Case]:
    """Give what the queues bring: an invoice with its mail, an event for an endpoint that is gone."""
    now = local_app.now()
    local_app.log_in(PAYER, PASSWORD)
    here = f"/registrations/{local_app.ask('GET', '/registrations')['items'][0]['id']}"
    local_app.ask("PUT", f"{here}/fee-situation", {"code": SITUATION})
    address = {"address": {"mode": "saved", "id": ADDRESS.id}}
    started = local_app.ask("POST", f"{here}/card-payments", address)
    local_app.answer(local_app.notification(started["form"]))
    yield Case(
        "deliver_outbox: the first invoice", BACKGROUND, "deliver_outbox", _invoice_message(), now, 1.4, DRAWN
    )
    gone = _message({"endpoint_id": "gone", "number": 1})
    yield Case("deliver_event: an endpoint that is gone", BACKGROUND, "deliver_event", gone, now)


def debit(local_app: LocalApp) -> Iterator[Case]:
    plan = plan_fixture.begin(local_app, settings().table)
    instalment = plan.next_instalment["sk"]["S"].partition("#")[2]
    body = {"instalment_id": instalment, "planned_on": MORNING.date().isoformat()}
    yield Case("debit_instalment: a debit", BACKGROUND, "debit_instalment", _message(body), MORNING, 1.3)


def _invoice_message() -> dict[str, Any]:
    """Return the message of the entry that a payment has written: it draws the invoice and mails it."""
    found = boto3.client("dynamodb").scan(TableName=settings().table)["Items"]
    entries = [row for row in found if row["pk"]["S"].startswith("OUTBOX#")]
    entry = next(row for row in entries if "payment_booked" in str(row))
    return _message({"entry_id": entry["pk"]["S"].partition("#")[2]})


def _message(body: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"messageId": "1", "receiptHandle": "1", "body": json.dumps(body)}]}
