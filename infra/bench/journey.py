"""The student who pays once, request by request, and the schedules that run when nobody does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from chalice.app import Rate

from chalicelib.wiring import services
from infra.bench.capacity import Units, units_of
from infra.bench.recording import recorded
from infra.local.accounts import PASSWORD
from infra.local.seed import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.invoices import Invoice
    from infra.bench.local_app import LocalApp

STUDENT = "student@demo.test"
MONTH_DAYS = 30
RUNS_A_DAY = {Rate.MINUTES: 24 * 60, Rate.HOURS: 24, Rate.DAYS: 1}


class Step(NamedTuple):
    """One request: how many calls of DynamoDB it made, and their units."""

    label: str
    calls: int
    units: Units


class Idle(NamedTuple):
    """One schedule with nothing to do: runs in 30 days, units of one run."""

    schedule: str
    runs: int
    units: Units


class Journey:
    """Log in → … → paid → invoice, each request recorded on its own."""

    def __init__(self, local_app: LocalApp) -> None:
        self._house = local_app
        self.steps: list[Step] = []

    def walk(self) -> None:
        local_app = self._house
        self._step("POST /auth/sessions", lambda: local_app.log_in(STUDENT, PASSWORD))
        self._ask("GET", "/menu")
        registration = self._ask("GET", "/registrations")["items"][0]
        here = f"/registrations/{registration['id']}"
        self._ask("PUT", f"{here}/fee-situation", {"code": "05"})
        self._ask("GET", f"{here}/quote")
        started = self._ask("POST", f"{here}/card-payments", {"address": {"mode": "saved", "id": ADDRESS.id}})
        paid = local_app.notification(started["form"])
        self._step("POST /webhooks/paybox", lambda: local_app.answer(paid))
        self._ask("GET", f"/card-payments/{started['id']}")
        self._step(
            "schedule, queue: invoice drawn and kept, mail sent",
            lambda: local_app.functions.run("publish_outbox"),
        )
        invoice = self._ask("GET", "/invoices")["items"][0]
        self._ask("GET", f"/invoices/{invoice['number']}/pdf")
        self._ask("GET", "/account")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        event = self._house.event(method, f"/api/v1{path}", body)
        route = event["requestContext"]["resourcePath"].removeprefix("/api/v1")
        return self._step(f"{method} {route}", lambda: self._house.answer(event))

    def _step(self, label: str, act: Callable[[], Any]) -> Any:
        with recorded(self._house.client) as calls:
            found = act()
        self.steps.append(Step(label, len(calls), units_of(calls)))
        return found


def pay_once(local_app: LocalApp) -> list[Step]:
    journey = Journey(local_app)
    journey.walk()
    return journey.steps


def invoice_of(email: str) -> Invoice:
    """Give the facts of the invoice that the journey left."""
    wiring = services()
    credentials = wiring.people.credentials(email)
    if credentials is None:
        raise LookupError(email)
    return wiring.accounts.account(credentials.person_id).invoices[0]


def idle(local_app: LocalApp) -> list[Idle]:
    """Run each schedule on empty queues: call it before anything has happened."""
    found = []
    for source in local_app.application.event_sources:
        rate = getattr(source, "schedule_expression", None)
        if not isinstance(rate, Rate):
            continue
        with recorded(local_app.client) as calls:
            local_app.functions.run(source.name)
        found.append(Idle(source.name, MONTH_DAYS * RUNS_A_DAY[rate.unit] // rate.value, units_of(calls)))
    return found
