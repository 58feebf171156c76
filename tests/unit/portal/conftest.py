"""A browser on the whole portal in one process: real routes, real templates, ports on fakes."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin
from wsgiref.types import WSGIApplication

import httpx
import pytest

import app
from chalicelib import wiring
from chalicelib.campaigns.reader import load_shipped, read_campaign
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.payments import Answer, Evidence, Outcome
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.sessions import Credentials
from chalicelib.settings import settings
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.payments.record_notification import record_notification
from infra.local.front import create_front
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import FakePorts, enrol_student

BASE = "http://portal.test"
PASSWORD = "password"
IMAGINARY = Path(__file__).parents[2] / "campaigns" / "ecole-imaginaire-2031.yaml"
CARD: dict[str, Any] = {
    "token": "token-1",
    "token_expires": "2512",
    "evidence": Evidence(card_last_digits="44", authenticated="Y"),
}
VOID = {"input", "meta", "link", "br"}


class PortalPorts(FakePorts):
    """Tokens of the shape of real ones: the cookie refuses others."""

    def new_token(self) -> str:
        return f"{self.new_id():0>43}"


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """A page as a strict reader sees it: its forms, its ids, what is open and what is labelled."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.labelled: set[str] = set()
        self.unlabelled: list[str] = []
        self._open: list[str] = []
        self._select = ""
        self.feed(answer.text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), f"an attribute twice in <{tag}>"
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        if tag == "form":
            self.forms.append(Form(given["action"], given["method"]))
        if tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self._field(tag, given)
        if tag == "option" and ("selected" in given or not self.forms[-1].fields[self._select]):
            self.forms[-1].fields[self._select] = given["value"]
        if tag not in VOID:
            self._open.append(tag)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given["name"]
        kind = given.get("type", tag)
        if tag == "select":
            self._select = name
        if kind not in {"radio", "checkbox", "button"} or "checked" in given:
            form.fields[name] = given.get("value", "")
            form.order.append(name)
        if kind not in {"hidden", "button"} and "label" not in self._open:
            self.unlabelled.append(given.get("id", name))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes something else"

    def form(self, action: str) -> Form:
        return next(form for form in self.forms if form.action == action)


def ticked(page: httpx.Response) -> list[str]:
    """Return what the boxes of a list send, or those that the page of confirmation carries on."""
    return re.findall(r'name="id" value="([^"]+)"', page.text)


def reference_of(page: httpx.Response) -> str:
    """Return the gateway's reference of the attempt that a payment page is about."""
    return f"1999888-32-{page.url.path.rpartition('/')[2]}"


@dataclass
class Browser:
    """Fills in forms as a person does: hidden fields come along, redirects are followed."""

    http: httpx.Client
    ports: PortalPorts

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path, follow_redirects=True)

    def send(self, page: httpx.Response, action: str, **given: Any) -> httpx.Response:
        fields = Page(page).form(action).fields | given
        return self.http.post(urljoin(str(page.url), action), data=fields, follow_redirects=True)

    def confirms(self, page: httpx.Response, action: str, **given: Any) -> httpx.Response:
        """Send a form, and then the page of confirmation that it leads to."""
        asked = self.send(page, action, **given)
        assert "Rien n\N{RIGHT SINGLE QUOTATION MARK}est encore fait" in asked.text
        return self.send(asked, action)

    def log_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """Log in, or once more where this browser is logged in already."""
        return self.send(self.get("/login?again=1"), "/login", email=email, password=password)

    def declares(self, code: str) -> httpx.Response:
        return self.send(self.get("/dossier?edit=1"), "/dossier", code=code)

    def opens_the_payment(self, **address: str) -> httpx.Response:
        return self.send(self.get("/pay-once"), "/pay-once", **({"mode": "none"} | address))

    def leaves(self, page: httpx.Response) -> str:
        """Click on the button of a payment page; return the address that the browser is sent to."""
        action = f"{page.url.path}/leave"
        fields = Page(page).form(action).fields
        answer = self.http.post(urljoin(str(page.url), action), data=fields)
        assert answer.status_code == 303
        return answer.headers["location"]

    def pays(self) -> str:
        """Pay on the gateway; return the reference."""
        return self.is_charged(self.opens_the_payment())

    def is_charged(self, page: httpx.Response, transaction: str = "7001", **card: Any) -> str:
        """The gateway takes what the form asks for, and says so; return the reference."""
        reference = reference_of(page)
        attempt = self.ports.memory.attempts[reference.removeprefix("1999888-32-")]
        answer = Answer(reference, attempt.amount_cents, Outcome.PAID, "00000", transaction, "8001", **card)
        record_notification(self.ports, self.ports.gateway.says(reference.encode(), answer))
        return reference

    def acts_as(self, role: str) -> httpx.Response:
        self.send(self.get("/"), "/logout")
        return self.log_in(f"{role}@demo.test")

    def asks_for(self, plan: str) -> httpx.Response:
        return self.send(self.get("/choose-plan"), "/choose-plan", plan=plan)

    def decides(self, decision: str, reason: str = "") -> httpx.Response:
        """Accounting answers the first request of its queue."""
        queue = self.get("/staff/plan-requests")
        action = next(form.action for form in Page(queue).forms if form.action.endswith("/decision"))
        asked = self.send(queue, action, decision=decision, reason=reason)
        return self.send(asked, action) if 'name="sure"' in asked.text else asked

    def recuts(self, desk: str, **typed: str) -> httpx.Response:
        """Accounting spreads the rest of a plan anew, and confirms what the page says of it."""
        asked = self.send(self.get(desk), f"{desk}/recut", **typed)
        return self.send(asked, f"{desk}/recut")

    def opens(self, rank: int, **address: str) -> httpx.Response:
        """Open the gateway's form for one instalment."""
        page = self.get("/pay-plan" if rank == 1 else f"/pay-plan/{rank}")
        return self.send(page, f"/pay-plan/{rank}", **({"mode": "none"} | address))

    def starts_the_plan(self, plan: str = "paybox-3", code: str = "01") -> None:
        """Declared, asked for, accepted, and the first instalment paid today."""
        self.declares(code)
        self.asks_for(plan)
        self.acts_as("accountant")
        self.decides("approve")
        self.acts_as("student")
        self.is_charged(self.opens(1), **CARD)

    def is_debited(self, day: date, *behaviours: Behaviour) -> None:
        """The planner runs on that day, and the gateway does so with each debit."""
        self.ports.at = datetime.combine(day, time(9), PARIS)
        self.ports.gateway.script.extend(behaviours)
        plan_debits(self.ports)
        while self.ports.debit_queue.planned:
            debit_instalment(self.ports, *self.ports.debit_queue.planned.pop())


def without_spaces(text: str) -> str:
    """Plain spaces and apostrophes: how a sentence is set is another test's."""
    return re.sub(r"\s+", " ", html.unescape(text)).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def serve(ports: PortalPorts, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(wiring, "ports", lambda: ports)
    return Browser(httpx.Client(transport=httpx.WSGITransport(app=_with_uri), base_url=BASE), ports)


def _with_uri(environ: Any, start_response: Any) -> Any:
    query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
    path = environ["PATH_INFO"].encode("latin-1")
    return _front()({**environ, "REQUEST_URI": quote(path) + query}, start_response)


@cache
def _front() -> WSGIApplication:
    """Sort the routes once a process: the front keeps nothing of a request."""
    return create_front(app.app)


def enrol(ports: PortalPorts, number: int, email: str, programme: str, last_name: str = "TESTCD") -> Person:
    person = Person(
        f"{number:016x}", email, "Chris", last_name, frozenset({Role.STUDENT}), birth_on=date(2000, 1, 1)
    )
    enrol_student(ports, person, programme, ports.campaigns.current().id, PASSWORD)
    return person


def hire(ports: PortalPorts, number: int, role: Role) -> Person:
    person = Person(f"{number:016x}", f"{role}@demo.test", "Bureau", "Démo", frozenset({role}))
    ports.memory.enrol(person, Credentials(person.id, PASSWORD))
    return person


def colleague(ports: PortalPorts, role: Role) -> Person:
    """Return the demo's person of that role."""
    return ports.people.person(ports.memory.logins[f"{role}@demo.test"].person_id)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    chosen = {
        "STAGE": "local",
        "TABLE": "t",
        "BUCKET": "b",
        "OUTBOX_QUEUE_URL": "q",
        "DEBIT_QUEUE_URL": "d",
        "DELIVERY_QUEUE_URL": "e",
        "BASE_URL": BASE,
        "MAIL_FROM": "school@portal.test",
        "PAYBOX_SITE": "1999888",
        "PAYBOX_RANG": "32",
        "PAYBOX_IDENTIFIANT": "1",
        "PAYBOX_PAGE_URLS": "https://one.gateway.test/php/,https://two.gateway.test/php/",
        "PAYBOX_DIRECT_URLS": "https://gateway.test/PPPS.php",
        "PAYBOX_HMAC_KEY_PARAMETER": "/key",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(f"QUITTANCE_{name}", value)
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


@pytest.fixture
def campaign() -> Campaign:
    return load_shipped("clermont-auvergne-inp-2022")


@pytest.fixture
def ports(campaign: Campaign) -> PortalPorts:
    ports = PortalPorts(campaign)
    enrol(ports, 1, "student@demo.test", "I2223_Y1_1A")
    for number, role in enumerate(Role, start=10):
        if role is not Role.STUDENT:
            hire(ports, number, role)
    return ports


@pytest.fixture
def browser(ports: PortalPorts, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return serve(ports, monkeypatch)


@pytest.fixture
def student(browser: Browser) -> Browser:
    browser.log_in("student@demo.test")
    return browser


@pytest.fixture
def accountant(browser: Browser) -> Browser:
    browser.log_in("accountant@demo.test")
    return browser


@pytest.fixture
def registrar(browser: Browser) -> Browser:
    browser.log_in("registrar@demo.test")
    return browser


@pytest.fixture
def home_address() -> Address:
    return Address("3 allée des Essais", "63170", "Aubière", "FR", "+33", "0600000000", id="home")


@pytest.fixture
def imaginary() -> Campaign:
    return read_campaign(IMAGINARY.read_text(encoding="utf-8"), IMAGINARY.name)


@pytest.fixture
def strict(browser: Browser) -> Browser:
    """A portal whose staff needs a second factor."""
    browser.ports.requires_second_factor = True
    return browser
