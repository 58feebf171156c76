"""People at a terminal and at a browser, over HTTP alone."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from tests.conftest import Stack
from tests.journeys.described import require_described

PATIENCE = 30
"""Seconds that an answer may take: a part that was just started again, on a busy machine, is slow."""
ACCEPTED = "1111222233334444"
CHALLENGED = "4012001037141112"
REFUSED = "1111222233335555"


class _Forms(HTMLParser):
    """The forms of a page: action and named fields with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        if tag == "input" and self.forms and given.get("name"):
            self.forms[-1][1][given["name"]] = given.get("value", "")


def forms(page: httpx.Response) -> list[tuple[str, dict[str, str]]]:
    parser = _Forms()
    parser.feed(page.text)
    return [(urljoin(str(page.url), action), fields) for action, fields in parser.forms]


_CLIENTS: list[httpx.Client] = []


def client(**options: Any) -> httpx.Client:
    """Open a client that the end of the test closes."""
    _CLIENTS.append(httpx.Client(timeout=PATIENCE, **options))
    return _CLIENTS[-1]


@pytest.fixture(autouse=True)
def _closed_clients() -> Iterator[None]:
    yield
    while _CLIENTS:
        _CLIENTS.pop().close()


@dataclass
class Payer:
    """A browser on the gateway's pages. It stops where the gateway sends it back to the portal."""

    browser: httpx.Client = field(default_factory=client)

    def opens(self, form: dict[str, Any]) -> httpx.Response:
        fields = {each["name"]: each["value"] for each in form["fields"]}
        return self._followed(self.browser.post(form["action"], data=fields))

    def goes_to(self, address: str) -> httpx.Response:
        """Follow a redirect of the portal to the gateway's page."""
        return self._followed(self.browser.get(address))

    def pays(
        self, page: httpx.Response, card: str, code: str = "123456", expires: str = "12/28"
    ) -> httpx.Response:
        (action, fields), *_ = forms(page)
        month, year = expires.split("/")
        fields |= {"NUMERO_CARTE": card, "MOIS_VALIDITE": month, "AN_VALIDITE": year, "CVVX": "123"}
        answer = self._followed(self.browser.post(action, data=fields))
        if 'name="CODE"' in answer.text:
            (action, fields), *_ = forms(answer)
            answer = self._followed(self.browser.post(action, data=fields | {"CODE": code}))
        return self.clicks_on_the_way_back(answer)

    def clicks_on_the_way_back(self, ticket: httpx.Response) -> httpx.Response:
        """Follow "Retour boutique" of a ticket: the redirect that an immediate return would have been."""
        found = re.search(r'<a href="([^"]+)" class="return">', ticket.text)
        if found is None:
            return ticket
        back = {"location": html.unescape(found[1])}
        return httpx.Response(303, headers=back, request=ticket.request, html=ticket.text)

    def _followed(self, answer: httpx.Response) -> httpx.Response:
        while answer.is_redirect and "/payments/return/" not in answer.headers["location"]:
            answer = self.browser.get(urljoin(str(answer.url), answer.headers["location"]))
        return answer


@dataclass
class Student:
    """A program that uses the API with one student's session."""

    api: httpx.Client
    stack: Stack
    email: str = "student@demo.test"
    nth: int = 0
    """Which of the student's registrations the steps are about."""

    def logs_in_again(self) -> None:
        """A session lives hours, a plan months."""
        self.api = log_in(self.stack, self.email)

    @property
    def registration(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/registrations")["items"][self.nth]
        return found

    def get(self, path: str) -> dict[str, Any]:
        answer = self.api.get(path)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def declares(self, code: str) -> httpx.Response:
        return self.api.put(f"/registrations/{self.registration['id']}/fee-situation", json={"code": code})

    def starts(
        self, address: dict[str, Any] | None = None, key: str | None = None, rank: int | None = None
    ) -> httpx.Response:
        return self.api.post(
            f"/registrations/{self.registration['id']}/card-payments",
            json={"address": address or {"mode": "none"}}
            | ({} if rank is None else {"instalment_rank": rank}),
            headers={"Idempotency-Key": key} if key else {},
        )

    def pays(self, card: str, rank: int | None = None, expires: str = "12/28") -> str:
        """Pay what is owed, or one instalment, with `card`; return the attempt's id."""
        started = self.starts(rank=rank).json()
        payer = Payer()
        payer.pays(payer.opens(started["form"]), card, expires=expires)
        attempt_id: str = started["id"]
        return attempt_id

    def gives_up(self, attempt_id: str) -> httpx.Response:
        return self.api.delete(f"/card-payments/{attempt_id}")

    def keeps_a_page(self) -> dict[str, Any]:
        """Start a payment, give it up, and keep its form: it may be paid all the same."""
        started: dict[str, Any] = self.starts().json()
        self.gives_up(started["id"]).raise_for_status()
        return started

    def state_of(self, attempt_id: str) -> str:
        state: str = self.get(f"/card-payments/{attempt_id}")["state"]
        return state

    def asks_for(self, plan: str) -> httpx.Response:
        return self.api.put(f"/registrations/{self.registration['id']}/plan-request", json={"plan": plan})

    def takes_back_the_request(self) -> httpx.Response:
        return self.api.delete(f"/registrations/{self.registration['id']}/plan-request")

    def instalments(self) -> dict[str, Any]:
        return self.get(f"/registrations/{self.registration['id']}/instalments")

    def instalment_states(self) -> list[str]:
        return [each["state"] for each in self.instalments()["items"]]

    def menu(self) -> dict[str, str]:
        return {item["key"]: item["state"] for item in self.get("/menu")["items"]}


def log_in(stack: Stack, email: str, password: str = "quittance-demo") -> httpx.Client:
    given = {"email": email, "password": password}
    opened = httpx.post(f"{stack.portal}/api/v1/auth/sessions", json=given, timeout=PATIENCE)
    opened.raise_for_status()
    return client(
        base_url=f"{stack.portal}/api/v1",
        headers={"Authorization": f"Bearer {opened.json()['token']}"},
        event_hooks={"response": [require_described]},
    )


@pytest.fixture
def isima(stack: Stack) -> Student:
    return Student(log_in(stack, "student@demo.test"), stack)


@pytest.fixture
def prepa(stack: Stack) -> Student:
    return Student(log_in(stack, "prepa@demo.test"), stack, "prepa@demo.test")


@pytest.fixture
def registrar(stack: Stack) -> httpx.Client:
    return log_in(stack, "registrar@demo.test")


def accountant(stack: Stack) -> httpx.Client:
    return log_in(stack, "accountant@demo.test")


def decides(student: Student, decision: str, reason: str = "") -> httpx.Response:
    path = f"/staff/plan-requests/{student.registration['id']}/decision"
    return accountant(student.stack).post(path, json={"decision": decision, "reason": reason})


def started(student: Student, card: str = CHALLENGED, situation: str = "01", plan: str = "paybox-3") -> None:
    """Ask for a plan, have it approved, pay its first instalment."""
    student.declares(situation).raise_for_status()
    student.asks_for(plan).raise_for_status()
    decides(student, "approve").raise_for_status()
    assert student.state_of(student.pays(card, rank=1)) == "paid"


def seen_by_staff(student: Student) -> list[dict[str, Any]]:
    path = f"/staff/registrations/{student.registration['id']}/instalments"
    items: list[dict[str, Any]] = accountant(student.stack).get(path).json()["items"]
    return items


@dataclass
class Operator:
    """Who moves the clock, runs schedules, breaks the gateway and reads its books."""

    stack: Stack

    def moves_the_clock_to(self, now: str) -> None:
        httpx.put(f"{self.stack.control}/clock", json={"now": now}, timeout=PATIENCE).raise_for_status()

    def time(self) -> datetime:
        told = httpx.get(f"{self.stack.control}/clock", timeout=PATIENCE)
        return datetime.fromisoformat(told.json()["now"])

    def runs(self, schedule: str) -> dict[str, Any]:
        answer = httpx.post(f"{self.stack.control}/schedules/{schedule}", timeout=60)
        answer.raise_for_status()
        report: dict[str, Any] = answer.json()
        return report

    def mails(self) -> list[dict[str, Any]]:
        told = httpx.get(f"{self.stack.control}/mailbox", timeout=PATIENCE)
        items: list[dict[str, Any]] = told.json()["items"]
        return items

    def subjects(self) -> list[str]:
        """Return the subjects of all mails once those that are due are sent, with ordinary spaces."""
        self.runs("publish_outbox")
        return [mail["subject"].replace("\N{NO-BREAK SPACE}", " ") for mail in self.mails()]

    def breaks(self, *rules: dict[str, Any]) -> None:
        answer = httpx.put(f"{self.stack.paybox}/_faults", json={"rules": list(rules)}, timeout=PATIENCE)
        answer.raise_for_status()

    def sets_the_gateway(self, **settings: str) -> None:
        """Choose what a contract decides or what is not known outside the bank."""
        answer = httpx.put(f"{self.stack.paybox}/_settings", json={"settings": settings}, timeout=PATIENCE)
        answer.raise_for_status()

    def debits_on(self, now: str) -> None:
        """Move the clock and let what is due be debited."""
        self.moves_the_clock_to(now)
        self.runs("plan_debits")

    def captures(self) -> list[int]:
        """Return what the bank says was taken, in cents."""
        operations = httpx.get(f"{self.stack.paybox}/_ledger", timeout=PATIENCE).json()["operations"]
        return [
            each["amount_cents"]
            for each in operations
            if each["type"] == "capture" and each["code"] == "00000"
        ]


@pytest.fixture
def operator(stack: Stack) -> Operator:
    return Operator(stack)
