"""The story of issue "people" as a foreign program and a browser live it: only addresses, mails and forms."""

import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from pyotp import TOTP

from tests.conftest import Stack
from tests.journeys.conftest import Operator, Student, client, decides, forms, log_in

DEMO = "quittance-demo"
CHOSEN = "quatre mots sans rapport"
STUDENT = "student@demo.test"


def api(stack: Stack) -> httpx.Client:
    return client(base_url=f"{stack.portal}/api/v1")


def tries(stack: Stack, email: str, password: str, **otp: str) -> httpx.Response:
    return api(stack).post("/auth/sessions", json={"email": email, "password": password, **otp})


def mailed_links(operator: Operator, to: str) -> list[str]:
    operator.runs("publish_outbox")
    texts = (mail["text"] for mail in operator.mails() if mail["to"] == to)
    return [link for text in texts for link in re.findall(r"\S+/password\?token=\S+", text)]


def token_of(link: str) -> str:
    return link.partition("token=")[2]


def time_in(stack: Stack) -> datetime:
    return datetime.fromisoformat(httpx.get(f"{stack.control}/clock").json()["now"])


class TestLink:
    def test_first_connection_by_mail_link_password_and_log_in(
        self, stack: Stack, operator: Operator, isima: Student
    ) -> None:
        asked = api(stack).post("/auth/first-connection", json={"email": STUDENT})
        assert (asked.status_code, asked.content) == (202, b"")
        (link,) = mailed_links(operator, STUDENT)
        assert link.startswith(f"{stack.portal}/password?token=")
        new = {"token": token_of(link), "password": CHOSEN}
        assert api(stack).post("/auth/password", json=new).status_code == 204
        assert tries(stack, STUDENT, DEMO).status_code == 401
        opened = tries(stack, STUDENT, CHOSEN)
        assert (opened.status_code, opened.json()["person"]["last_name"]) == (201, "TESTCD")
        assert isima.api.get("/me").status_code == 401, "what was open under the old password is over"
        again = api(stack).post("/auth/password", json=new)
        assert (again.status_code, again.json()["code"]) == (410, "link_not_valid")

    def test_weak_password_is_refused_and_the_link_stays_good(self, stack: Stack, operator: Operator) -> None:
        api(stack).post("/auth/password-reset", json={"email": STUDENT})
        (link,) = mailed_links(operator, STUDENT)
        weak = api(stack).post("/auth/password", json={"token": token_of(link), "password": "azertyuiop"})
        assert (weak.status_code, weak.json()["code"]) == (422, "password_too_weak")
        kept = {"token": token_of(link), "password": CHOSEN, "end_sessions": False}
        assert api(stack).post("/auth/password", json=kept).status_code == 204

    def test_unknown_address_is_answered_alike_and_nothing_is_mailed(
        self, stack: Stack, operator: Operator
    ) -> None:
        known, unknown = (
            api(stack).post("/auth/password-reset", json={"email": email})
            for email in (STUDENT, "nobody@demo.test")
        )
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"")
        assert set(known.headers) == set(unknown.headers)
        operator.runs("publish_outbox")
        assert [mail["to"] for mail in operator.mails()] == [STUDENT]

    def test_link_names_the_configured_address_whatever_the_request_says(
        self, stack: Stack, operator: Operator
    ) -> None:
        forged = {"Host": "evil.test", "X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"}
        api(stack).post("/auth/password-reset", json={"email": STUDENT}, headers=forged)
        (link,) = mailed_links(operator, STUDENT)
        assert link.startswith(f"{stack.portal}/")
        assert not any("evil.test" in str(mail) for mail in operator.mails())

    def test_link_dies_after_half_an_hour(self, stack: Stack, operator: Operator) -> None:
        api(stack).post("/auth/password-reset", json={"email": STUDENT})
        (link,) = mailed_links(operator, STUDENT)
        operator.moves_the_clock_to((time_in(stack) + timedelta(minutes=30)).isoformat())
        late = api(stack).post("/auth/password", json={"token": token_of(link), "password": CHOSEN})
        assert late.status_code == 410


def test_forged_header_gives_nobody_further_guesses(stack: Stack) -> None:
    guess = {"email": "nobody@demo.test", "password": "a guess"}
    answers = [
        api(stack).post("/auth/sessions", json=guess, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(11)
    ]
    assert [each.status_code for each in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


class TestSessions:
    def test_are_listed_and_end_together(self, stack: Stack, isima: Student) -> None:
        other = log_in(stack, STUDENT)
        items = isima.get("/auth/sessions")["items"]
        assert [(each["method"], each["is_current"]) for each in items] == [
            ("password", False),
            ("password", True),
        ]
        assert other.delete("/auth/sessions").status_code == 204
        assert {each.get("/me").status_code for each in (other, isima.api)} == {401}

    def test_changed_password_ends_them(self, stack: Stack, isima: Student) -> None:
        wrong = isima.api.put("/auth/password", json={"current_password": "x", "password": CHOSEN})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
        right = isima.api.put("/auth/password", json={"current_password": DEMO, "password": CHOSEN})
        assert right.status_code == 204
        assert isima.api.get("/me").status_code == 401
        assert tries(stack, STUDENT, CHOSEN).status_code == 201


def test_staff_log_in_with_their_second_factor_alone_once_it_is_set_up(
    stack: Stack, operator: Operator
) -> None:
    email = "accountant@demo.test"
    session = log_in(stack, email)
    shown = session.post("/auth/second-factor").json()
    assert shown["uri"].startswith("otpauth://totp/")
    authenticator = TOTP(shown["secret"])
    wrong = session.post("/auth/second-factor/confirmation", json={"otp": "no code"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "code_not_valid")
    code = authenticator.at(time_in(stack))
    confirmed = session.post("/auth/second-factor/confirmation", json={"otp": code})
    recovery = confirmed.json()["recovery_codes"]
    assert {tries(stack, email, DEMO).status_code, tries(stack, email, DEMO, otp=code).status_code} == {401}
    operator.moves_the_clock_to((time_in(stack) + timedelta(minutes=1)).isoformat())
    assert tries(stack, email, DEMO, otp=authenticator.at(time_in(stack))).status_code == 201
    assert tries(stack, email, DEMO, otp=recovery[0]).status_code == 201
    assert tries(stack, email, DEMO, otp=recovery[0]).status_code == 401
    told = " ".join(operator.subjects())
    assert "second facteur" in told.lower()
    assert session.delete("/auth/second-factor").status_code == 204
    assert tries(stack, email, DEMO).status_code == 201


def test_old_proof_of_identity_approves_nothing_until_the_next_log_in(
    stack: Stack, operator: Operator, isima: Student
) -> None:
    isima.declares("01").raise_for_status()
    isima.asks_for("paybox-3").raise_for_status()
    path = f"/staff/plan-requests/{isima.registration['id']}/decision"
    accountant = log_in(stack, "accountant@demo.test")
    operator.moves_the_clock_to((time_in(stack) + timedelta(minutes=16)).isoformat())
    late = accountant.post(path, json={"decision": "approve"})
    assert (late.status_code, late.json()["code"]) == (401, "reauthentication_needed")
    assert "insufficient_user_authentication" in late.headers["www-authenticate"]
    assert accountant.get("/staff/plan-requests").status_code == 200, "reading needs no such proof"
    fresh = log_in(stack, "accountant@demo.test").post(path, json={"decision": "approve"})
    assert (fresh.status_code, fresh.json()["state"]) == (200, "approved")


def test_auditor_reads_who_approved_a_plan(stack: Stack, operator: Operator, isima: Student) -> None:
    isima.declares("01").raise_for_status()
    isima.asks_for("paybox-3").raise_for_status()
    decides(isima, "approve").raise_for_status()
    operator.runs("seal_audit")
    auditor = log_in(stack, "auditor@demo.test")
    student, accountant = isima.get("/me"), log_in(stack, "accountant@demo.test").get("/me").json()
    page = auditor.get("/staff/audit", params={"subject": student["person"]["id"]}).json()
    approved = next(each for each in page["items"] if each["act"] == "plan_approved")
    assert approved["by"] == accountant["person"]["id"]
    assert approved["target"] == isima.registration["id"]
    assert approved["details"]["plan"] == "paybox-3"
    assert page["next"] is None
    approvals = {"act": "plan_approved", "actor": approved["by"], "from": "2022-06-24", "to": "2022-06-24"}
    assert approved in auditor.get("/staff/audit", params=approvals).json()["items"]
    assert auditor.get("/staff/audit", params=approvals | {"to": "2022-06-23"}).json()["items"] == []
    taken = auditor.get("/staff/exports/audit.csv", params=approvals).text
    assert f";plan_approved;{student['person']['id']};" in taken
    assert isima.api.get("/staff/audit?subject=x").status_code == 403


def found(staff: httpx.Client, email: str) -> dict[str, Any]:
    (person,) = staff.get("/staff/people", params={"email": email}).json()["items"]
    return dict(person)


class TestStaff:
    def test_roles_change_by_two_people_and_at_the_next_request(
        self, stack: Stack, registrar: httpx.Client
    ) -> None:
        admin, auditor = log_in(stack, "admin@demo.test"), log_in(stack, "auditor@demo.test")
        path = f"/staff/people/{found(admin, 'registrar@demo.test')['id']}"
        both = {"roles": ["registrar", "accountant"], "reason": "remplacement"}
        never = admin.post(f"{path}/role-changes", json=both)
        assert (never.status_code, never.json()["code"]) == (422, "roles_not_compatible")
        asked = {"roles": ["accountant"], "reason": "remplacement"}
        change = admin.post(f"{path}/role-changes", json=asked)
        assert (change.status_code, change.json()["state"]) == (201, "proposed")
        (waiting,) = auditor.get("/staff/role-changes").json()["items"]
        assert waiting == change.json()
        decision = f"/staff/role-changes/{waiting['id']}/decision"
        assert admin.post(decision, json={"decision": "approve"}).status_code == 403
        assert registrar.get("/staff/conflicts").status_code == 403
        applied = auditor.post(decision, json={"decision": "approve"}).json()
        assert applied["state"] == "applied"
        assert registrar.get("/staff/conflicts").status_code == 200
        assert auditor.get(path).json()["roles"] == ["accountant"]
        assert auditor.get("/staff/role-changes").json()["items"] == []

    def test_closed_account_is_out_at_the_next_request(self, stack: Stack, isima: Student) -> None:
        admin = log_in(stack, "admin@demo.test")
        path = f"/staff/people/{found(admin, STUDENT)['id']}/access"
        assert admin.put(path, json={"is_active": False}).json()["code"] == "reason_missing"
        closed = admin.put(path, json={"is_active": False, "reason": "carte perdue"})
        assert (closed.status_code, closed.json()["is_active"]) == (200, False)
        assert isima.api.get("/me").status_code == 401
        assert tries(stack, STUDENT, DEMO).status_code == 401
        admin.put(path, json={"is_active": True, "reason": "vérifié"}).raise_for_status()
        assert isima.api.get("/me").status_code == 401, "what was open before is not"
        assert tries(stack, STUDENT, DEMO).status_code == 201

    def test_lost_second_factor_is_removed_by_the_administrator(self, stack: Stack) -> None:
        email = "auditor@demo.test"
        auditor, admin = log_in(stack, email), log_in(stack, "admin@demo.test")
        code = TOTP(auditor.post("/auth/second-factor").json()["secret"]).at(time_in(stack))
        auditor.post("/auth/second-factor/confirmation", json={"otp": code}).raise_for_status()
        assert tries(stack, email, DEMO).status_code == 401
        path = f"/staff/people/{found(admin, email)['id']}/second-factor-removal"
        assert admin.post(path, json={"reason": " "}).status_code == 422
        assert admin.post(path, json={"reason": "téléphone perdu"}).status_code == 204
        assert tries(stack, email, DEMO).status_code == 201
        own = f"/staff/people/{found(admin, 'admin@demo.test')['id']}/second-factor-removal"
        assert admin.post(own, json={"reason": "téléphone perdu"}).status_code == 403

    def test_staff_are_listed(self, stack: Stack) -> None:
        staff = log_in(stack, "admin@demo.test").get("/staff/people").json()
        assert {each["email"] for each in staff["items"]} == {
            f"{name}@demo.test" for name in ("registrar", "accountant", "accountant2", "admin", "auditor")
        }
        assert staff["next"] is None


def signs_in_at_cas(browser: httpx.Client, page: httpx.Response, user: str) -> httpx.Response:
    """Fill in the school's form; the box that warns stays empty."""
    (action, fields), *_ = forms(page)
    typed = {name: value for name, value in fields.items() if name != "warn"}
    return browser.post(action, data=typed | {"username": user, "password": DEMO})


class TestCas:
    @pytest.fixture
    def browser(self, stack: Stack) -> httpx.Client:
        return client(base_url=stack.portal, follow_redirects=True)

    def test_school_lets_in_and_its_logout_lets_out(self, stack: Stack, browser: httpx.Client) -> None:
        asked = browser.get("/api/v1/auth/cas")
        assert str(asked.url).startswith(f"{stack.cas}/cas/login")
        home = signs_in_at_cas(browser, asked, "student")
        assert str(home.url) == f"{stack.portal}/"
        assert "TESTCD" in home.text
        browser.get(f"{stack.cas}/cas/logout")
        assert any(str(browser.get("/").url).startswith(f"{stack.portal}/login") for _ in range(300))

    def test_second_visit_needs_no_password(self, stack: Stack, browser: httpx.Client) -> None:
        signs_in_at_cas(browser, browser.get("/api/v1/auth/cas"), "student")
        browser.cookies.delete("quittance")
        again = browser.get("/api/v1/auth/cas?next=/account")
        assert str(again.url) == f"{stack.portal}/account"

    def test_two_tabs_end_each_in_its_own(self, stack: Stack, browser: httpx.Client) -> None:
        first, second = (browser.get(f"/api/v1/auth/cas?next=/{page}") for page in ("account", "security"))
        for asked, page in ((first, "account"), (second, "security")):
            assert str(signs_in_at_cas(browser, asked, "student").url) == f"{stack.portal}/{page}"

    def test_ticket_brought_twice_or_by_a_stranger_opens_nothing(
        self, stack: Stack, browser: httpx.Client
    ) -> None:
        signed = signs_in_at_cas(browser, browser.get("/api/v1/auth/cas"), "student")
        ticket = next(str(each.url) for each in signed.history if "ticket=" in str(each.url))
        assert str(browser.get(ticket).url) == f"{stack.portal}/", "a step back, and logged in"
        browser.cookies.delete("quittance")
        assert browser.get(ticket).status_code == 401
        stranger = client(base_url=stack.portal)
        stranger.get("/api/v1/auth/cas")
        assert stranger.get(ticket).status_code == 401
        assert "quittance" not in stranger.cookies
