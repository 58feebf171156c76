"""How often each important request calls DynamoDB, by operation: one call more is 3 to 5 ms, and a price."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyotp import TOTP

from chalicelib import wiring
from chalicelib.domain.calendar import paris_day
from chalicelib.settings import settings
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from infra.bench import gateway
from infra.bench.gateway import FORM, Gateway
from infra.local import environment, resources
from infra.local.accounts import PASSWORD, STUDENTS
from infra.local.clock import MovableClock
from infra.local.resources import Names
from infra.local.seed import ADDRESS, seed
from infra.local.stack import HMAC_KEY_HEX, SEALING_KEY_HEX
from tests.integration.real_engine import hooked
from tests.unit.portal.conftest import Browser, serve

API = "/api/v1"
PLAN = "/plan-requests/"
STUDENT, ACCOUNTANT = "student@demo.test", "accountant@demo.test"
Calls = dict[str, int]


@dataclass
class School:
    """The whole portal in this process, on the local AWS and the simulator, with the demo's people."""

    browser: Browser
    gateway: Gateway
    clock: MovableClock
    asked: list[str] = field(default_factory=list)

    def note(self, model: Any, **_: Any) -> None:
        self.asked.append(model.name)

    def calls(self, act: Callable[[], object]) -> Calls:
        """Return how often an act calls each operation of the table."""
        self.asked.clear()
        act()
        return dict(Counter(self.asked))

    def of_page(self, path: str) -> Calls:
        return self.calls(lambda: well(self.browser.http.get(path)))

    def logs_in(self, email: str = STUDENT, **code: str) -> None:
        given = {"email": email, "password": PASSWORD} | code
        self.browser.http.headers.pop("authorization", None)
        token = self.asks("POST", "/auth/sessions", given)["token"]
        self.browser.http.headers["authorization"] = f"Bearer {token}"

    def asks(self, method: str, path: str, body: Any = None) -> Any:
        answer = well(self.browser.http.request(method, f"{API}{path}", json=body))
        return answer.json() if answer.text else None

    @property
    def registration(self) -> str:
        return f"/registrations/{self.asks('GET', '/registrations')['items'][0]['id']}"

    def is_paid(self, form: dict[str, Any]) -> None:
        """The gateway takes the amount of a form, and says so."""
        body = self.gateway.pay(form)
        well(self.browser.http.post("/webhooks/paybox", content=body, headers={"Content-Type": FORM}))

    def starts(self, registration: str, **asked: Any) -> dict[str, Any]:
        """Start a payment; return the form of the gateway's page."""
        body = {"address": {"mode": "saved", "id": ADDRESS.id}} | asked
        form: dict[str, Any] = self.asks("POST", f"{registration}/card-payments", body)["form"]
        return form


def well(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code < 400, answer.text
    return answer


@pytest.fixture
def school(names: Names, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    clock = MovableClock()
    resources.write_secret(environment.HMAC_KEY_PARAMETER, HMAC_KEY_HEX)
    resources.write_secret(environment.SEALING_KEY_PARAMETER, SEALING_KEY_HEX)
    with gateway.running(tmp_path, clock.now) as paybox:
        for name, value in environment.quittance(
            names,
            base_url=paybox.shop_url,
            paybox_url=paybox.url,
            paybox_public_key=paybox.public_key,
            cas_url="",
        ).items():
            monkeypatch.setenv(name, value)
        _forget()
        wiring.use_clock(clock.now)
        seed()
        ports: Any = wiring.services()
        for kept_for_seconds in (ports.campaigns, ports.brakes):  # or they are read again now and then
            monkeypatch.setattr(kept_for_seconds, "_ticks", lambda: 0.0)
        school = School(serve(ports, monkeypatch), paybox, clock)
        with hooked(ports.table, "before-call.dynamodb", school.note):
            yield school
    _forget()


def _forget() -> None:
    settings.cache_clear()
    wiring.services.cache_clear()


def test_page_of_a_student_reads_session_and_account(school: School) -> None:
    school.browser.log_in(STUDENT, PASSWORD)
    school.browser.declares("05")

    for path in ("/", "/dossier", "/invoices", "/account"):
        assert (path, school.of_page(path)) == (path, {"GetItem": 1, "Query": 1})
    recap = school.of_page("/pay-once")
    assert recap == {"GetItem": 1, "Query": 1, "BatchGetItem": 1}, "the name of who loaded the tariff"


def test_request_of_a_student_to_the_api_reads_session_and_account(school: School) -> None:
    school.logs_in()
    here = school.registration
    school.asks("PUT", f"{here}/fee-situation", {"code": "05"})

    for path in ("/me", "/menu", "/registrations", here, "/invoices", "/account"):
        found = school.calls(partial(school.asks, "GET", path))
        assert (path, found) == (path, {"GetItem": 1, "Query": 1})
    quote = school.calls(lambda: school.asks("GET", f"{here}/quote"))
    assert quote == {"GetItem": 1, "Query": 1, "BatchGetItem": 1}, "the name of who loaded the tariff"


def test_log_in_by_password(school: School) -> None:
    """The first from a network remembers it; a guess costs the same whoever it is at."""
    given = {"email": STUDENT, "password": "a guess"}
    guess = partial(school.browser.http.post, f"{API}/auth/sessions")

    assert school.calls(school.logs_in) == {"BatchGetItem": 2, "UpdateItem": 4, "PutItem": 2}
    assert school.calls(school.logs_in) == {"BatchGetItem": 2, "UpdateItem": 4, "PutItem": 1}
    for email in (STUDENT, "prepa@demo.test", "nobody@demo.test"):
        found = school.calls(partial(guess, json=given | {"email": email}))
        assert (email, found) == (email, {"BatchGetItem": 1, "UpdateItem": 2})


def test_log_in_with_a_second_factor(school: School) -> None:
    school.logs_in(ACCOUNTANT)
    factor = TOTP(school.asks("POST", "/auth/second-factor")["secret"])
    school.asks("POST", "/auth/second-factor/confirmation", {"otp": factor.at(school.clock.now())})
    school.clock.move_to(school.clock.now() + timedelta(seconds=30))  # a code is taken once

    assert school.calls(lambda: school.logs_in(ACCOUNTANT, otp=factor.at(school.clock.now()))) == {
        "BatchGetItem": 2,
        "UpdateItem": 8,
        "TransactWriteItems": 1,
        "PutItem": 1,
    }


def test_notification_and_debit_of_a_plan(school: School) -> None:
    school.logs_in()
    here = school.registration
    school.asks("PUT", f"{here}/fee-situation", {"code": "01"})
    school.asks("PUT", f"{here}/plan-request", {"plan": "paybox-3"})
    school.logs_in(ACCOUNTANT)
    school.asks("POST", f"/staff{PLAN}{here.rpartition('/')[2]}/decision", {"decision": "approve"})
    school.logs_in()
    form: dict[str, Any] = {}

    assert school.calls(lambda: form.update(school.starts(here, instalment_rank=1))) == {
        "GetItem": 3,  # session, person, brakes
        "Query": 1,
        "TransactWriteItems": 1,
    }
    assert school.calls(lambda: school.is_paid(form)) == {
        "PutItem": 1,
        "Query": 1,
        "UpdateItem": 2,
        "GetItem": 1,
        "TransactWriteItems": 1,
    }
    due = school.asks("GET", f"{here}/instalments")["items"][1]["due_on"]
    school.clock.move_to(datetime.fromisoformat(f"{due}T10:00:00+02:00"))
    second, ports = f"{here.rpartition('/')[2]}-i2", wiring.services()
    debit = school.calls(lambda: debit_instalment(ports, second, paris_day(school.clock.now())))
    assert debit == {"GetItem": 2, "Query": 1, "UpdateItem": 1, "TransactWriteItems": 3}
    school.logs_in()
    assert school.asks("GET", f"{here}/instalments")["items"][1]["state"] == "paid"


def test_pages_of_staff(school: School) -> None:
    """The audit trail names whom it is about by one read, however many they are."""
    for email, *_ in STUDENTS[:3]:
        school.logs_in(email)
        school.asks("PUT", f"{school.registration}/fee-situation", {"code": "01"})
    seal_audit(wiring.services())
    school.browser.log_in("auditor@demo.test", PASSWORD)

    assert school.of_page("/staff/audit") == {"GetItem": 2, "Query": 3, "BatchGetItem": 1}
    school.browser.log_in("registrar@demo.test", PASSWORD)
    assert school.of_page("/staff/registrations") == {"GetItem": 2, "Query": 3}
