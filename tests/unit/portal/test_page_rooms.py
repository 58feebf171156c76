"""What holds for every page: who may come in, which forms are believed, what a browser may do with it."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import httpx
import pytest

import app
from chalicelib.domain.people import Role
from chalicelib.settings import settings
from tests.fake_gateway import Behaviour
from tests.unit.portal.conftest import BASE, CARD, Browser, Page, PortalPorts, enrol, without_spaces

STUDENT_PAGES = (
    "/dossier",
    "/pay-once",
    "/pay-once/recap",
    "/choose-plan",
    "/pay-plan",
    "/pay-plan/2",
    "/invoices",
    "/account",
)
ROUTES = {
    (path, method)
    for path, methods in app.app.routes.items()
    for method in methods
    if not path.startswith(("/api/", "/webhooks/", "/static/"))
}
PUBLIC = {("/login", "GET"), ("/login", "POST"), ("/logout", "POST"), ("/payments/return/{way}", "GET")}


def address(path: str) -> str:
    return path.format(number="9196", registration_id="0000000000000001-1", way="effectue", rank="2")


@pytest.mark.parametrize(("path", "method"), sorted(ROUTES - PUBLIC))
def test_page_without_a_session_leads_to_the_log_in(browser: Browser, path: str, method: str) -> None:
    answer = browser.http.request(method, address(path), data={"code": "05"} if method == "POST" else None)
    assert answer.status_code == 303
    back = address(path) if method == "GET" else "/"
    assert answer.headers["location"] == f"/login?next={back}"


def who_acts_on(path: str) -> str:
    if path.startswith("/staff/registrations"):
        return "registrar"
    return "accountant" if path.startswith("/staff") else "student"


@pytest.mark.parametrize(("path", "method"), sorted(ROUTES - {("/login", "POST")}))
def test_form_without_its_token_is_refused_and_changes_nothing(
    browser: Browser, path: str, method: str
) -> None:
    if method != "POST":
        return
    browser.log_in("student@demo.test")
    browser.declares("01")
    browser.asks_for("paybox-3")
    browser.acts_as(who_acts_on(path))
    memory = browser.ports.memory
    before = (dict(memory.registrations_by_id), dict(memory.plan_requests), dict(memory.attempts))
    for token in ({}, {"form_token": "é"}, {"form_token": "0" * 64}):
        data = {
            "code": "05",
            "mode": "none",
            "plan": "paybox-3",
            "decision": "refuse",
            "reason": "x",
            **token,
        }
        assert browser.http.post(address(path), data=data).status_code == 403
    assert (memory.registrations_by_id, memory.plan_requests, memory.attempts) == before
    assert browser.get("/").status_code == 200, "still logged in"


def test_form_token_of_another_session_is_refused(student: Browser, browser: Browser) -> None:
    token = Page(student.get("/dossier")).form("/dossier").fields["form_token"]
    student.send(student.get("/"), "/logout")
    student.log_in("student@demo.test")
    assert student.http.post("/dossier", data={"code": "05", "form_token": token}).status_code == 403


@pytest.mark.parametrize("path", STUDENT_PAGES)
def test_staff_has_no_student_page(registrar: Browser, path: str) -> None:
    answer = registrar.get(path)
    assert answer.status_code == 403
    assert "Votre rôle ne permet pas cette action." in answer.text


REGISTRARS_ACTS = ("registrations/{}/decision", "registrations/{}/seen-steps")
ACCOUNTANTS_ACTS = ("plan-requests/{}/decision", "instalments/{}/2/release")


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.STUDENT])
@pytest.mark.parametrize("act", [*REGISTRARS_ACTS, *ACCOUNTANTS_ACTS])
def test_only_the_registrar_and_the_accountant_act_and_each_on_their_own(
    browser: Browser, role: Role, act: str
) -> None:
    token = Page(browser.log_in(f"{role}@demo.test")).form("/logout").fields["form_token"]
    path = f"/staff/{act.format('0000000000000001-1')}"
    data = {"decision": "approve", "step": "cvec", "form_token": token}
    answer = browser.http.post(path, data=data)
    allowed = {Role.REGISTRAR: REGISTRARS_ACTS, Role.ACCOUNTANT: ACCOUNTANTS_ACTS}.get(role, ())
    assert (answer.status_code == 403) is (act not in allowed)


@pytest.mark.parametrize(
    ("role", "desk"),
    [
        (Role.REGISTRAR, "/staff/registrations"),
        (Role.AUDITOR, "/staff/registrations"),
        (Role.ACCOUNTANT, "/staff/plan-requests"),
    ],
)
def test_staff_lands_on_the_queue(browser: Browser, role: Role, desk: str) -> None:
    assert browser.log_in(f"{role}@demo.test").url.path == desk


@pytest.mark.parametrize("role", list(Role))
def test_navigation_names_the_desks_of_the_role_and_no_other(browser: Browser, role: Role) -> None:
    home = browser.log_in(f"{role}@demo.test").text
    has_both = role in {Role.ACCOUNTANT, Role.AUDITOR}
    assert ('aria-label="Bureaux"' in home) is has_both
    assert ('href="/staff/plan-requests"' in home) is has_both


def test_administrator_is_told_that_no_page_is_theirs(browser: Browser) -> None:
    assert "Aucune page n'est encore proposée à votre rôle." in browser.log_in("administrator@demo.test").text


def test_student_does_not_see_the_queue(student: Browser) -> None:
    assert student.get("/staff/registrations").status_code == 403


def paying_once(student: Browser) -> list[httpx.Response]:
    """Every page of a student's story, in its several states."""
    pages = [student.get("/login"), *(student.get(path) for path in ("/", *STUDENT_PAGES))]
    pages += [student.send(student.get("/dossier"), "/dossier"), student.declares("05")]
    pages += [student.get("/choose-plan"), student.send(student.get("/choose-plan"), "/choose-plan")]
    pages += [student.get("/"), student.get("/pay-once"), student.get("/pay-once/recap")]
    pages += [student.opens_the_payment(mode="new"), student.opens_the_payment()]
    reference = student.pays()
    pages += [
        student.get(f"/payments/return/effectue?Ref={reference}"),
        student.get("/payments/return/annule"),
    ]
    pages += [student.get(path) for path in ("/", *STUDENT_PAGES)]
    pages += [student.send(student.get("/invoices"), "/invoices/9196/pdf"), student.get("/account")]
    student.send(pages[-1], "/logout")
    pages += [student.get("/login"), student.log_in("student@demo.test", "wrong"), student.get("/static/x")]
    pages += [student.log_in("registrar@demo.test"), student.get("/staff/registrations?status=validated&q=x")]
    return pages


def paying_by_plan(student: Browser) -> list[httpx.Response]:
    """Every page of a plan's story, of the student and of the accountant, in its several states."""
    student.declares("01")
    pages = [student.get("/choose-plan"), student.asks_for("paybox-3")]
    pages += [student.get(path) for path in ("/", *STUDENT_PAGES)]
    pages += [student.acts_as("accountant"), student.decides("approve")]
    pages += [student.get("/staff/plan-requests?state=approved"), student.acts_as("student")]
    pages += [student.get("/choose-plan"), student.get("/pay-plan"), student.opens(1, mode="new")]
    pages += [first := student.opens(1)]
    reference = student.is_charged(first, **CARD)
    pages += [student.get(f"/payments/return/effectue?Ref={reference}"), student.get("/pay-plan")]
    student.is_debited(date(2022, 7, 10), Behaviour.REFUSE_HARD)
    student.log_in("student@demo.test")
    pages += [student.get(path) for path in ("/", *STUDENT_PAGES)]
    student.acts_as("auditor")
    return [*pages, student.get("/staff/instalments/0000000000000001-1")]


STORIES = pytest.mark.parametrize("story", [paying_once, paying_by_plan])
Story = Callable[[Browser], list[httpx.Response]]


@STORIES
def test_every_page_is_sober_accessible_html(student: Browser, story: Story) -> None:
    for answer in story(student):
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.text.startswith('<!DOCTYPE html>\n<html lang="fr">')
        page = Page(answer)
        assert "script" not in page.tags
        assert " style=" not in answer.text
        assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("title") == 1
        assert len(page.ids) == len(set(page.ids)), answer.url
        assert not set(page.unlabelled) - page.labelled, answer.url
        assert student.ports.campaigns.current().school.contact_email in answer.text


@STORIES
def test_every_page_tells_the_browser_what_it_may_do(student: Browser, story: Story) -> None:
    for answer in story(student):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; style-src 'self';" in policy
        assert "form-action 'self' https://one.gateway.test https://two.gateway.test;" in policy
        assert "frame-ancestors 'none'; base-uri 'none'" in policy


@STORIES
def test_every_form_that_changes_something_carries_the_token(student: Browser, story: Story) -> None:
    forms = [form for answer in story(student) for form in Page(answer).forms if form.method == "post"]
    ours = [form for form in forms if form.action.startswith("/") and form.action != "/login"]
    assert len({form.action for form in ours}) >= 4
    assert all("form_token" in form.fields for form in ours)
    assert all("form_token" not in form.fields for form in forms if not form.action.startswith("/"))


def test_session_cookie_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    page = Page(browser.get("/login")).form("/login")
    data = page.fields | {"email": "student@demo.test", "password": "password"}
    given = browser.http.post("/login", data=data).headers["set-cookie"]
    name, _, rest = given.partition("=")
    assert name == "quittance"
    assert rest.partition("; ")[2] == "Path=/; HttpOnly; SameSite=Lax"


def test_over_https_the_cookie_is_of_this_host_alone(
    browser: Browser, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("QUITTANCE_BASE_URL", "https://portal.test")
    settings.cache_clear()
    data = {"email": "student@demo.test", "password": "password", "next": "/"}
    given = browser.http.post("/login", data=data).headers["set-cookie"]
    assert given.startswith("__Host-quittance=")
    assert given.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")


def test_session_is_found_beside_other_cookies_and_not_in_a_malformed_one(student: Browser) -> None:
    token = student.http.cookies["quittance"]
    student.http.cookies.clear()
    for cookie, status in (
        (f"a=1; quittance={token}; b", 200),
        (f'quittance="{token}', 303),
        (f"xquittance={token}", 303),
        ("quittance=" + "x" * 5000, 303),
    ):
        assert student.http.get("/", headers={"Cookie": cookie}).status_code == status


@pytest.mark.parametrize("email", ["student@demo.test", "nobody@demo.test", "", "x" * 400, "é\x00"])
def test_failed_log_in_says_the_same_to_everyone(browser: Browser, email: str) -> None:
    answer = browser.log_in(email, "wrong")
    assert answer.status_code == 401
    assert "Adresse mail ou mot de passe incorrect." in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_log_somebody_in(browser: Browser, headers: dict[str, str]) -> None:
    data = {"email": "student@demo.test", "password": "password"}
    answer = browser.http.post("/login", data=data, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": BASE}])
def test_our_own_page_logs_in(browser: Browser, headers: dict[str, str]) -> None:
    data = {"email": "STUDENT@demo.test ", "password": "password"}
    assert browser.http.post("/login", data=data, headers=headers).status_code == 303


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/pay-once/recap", "/pay-once/recap"),
        ("https://evil.test", "/"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("/%09/evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("", "/"),
    ],
)
def test_log_in_leads_only_into_the_portal(browser: Browser, asked: str, led_to: str) -> None:
    data = {"email": "student@demo.test", "password": "password", "next": asked}
    assert browser.http.post("/login", data=data).headers["location"] == led_to
    shown = browser.http.get("/login", params={"next": asked})
    assert shown.headers["location"] == led_to, "already logged in"


def test_page_asked_for_before_the_log_in_comes_after_it(browser: Browser) -> None:
    page = browser.get("/account")
    data = {"email": "student@demo.test", "password": "password"}
    assert browser.send(page, "/login", **data).url.path == "/account"


def test_log_out_ends_the_session_itself(student: Browser) -> None:
    token = student.http.cookies["quittance"]
    assert student.send(student.get("/"), "/logout").url.path == "/login"
    assert "quittance" not in student.http.cookies
    assert student.http.get("/", headers={"Cookie": f"quittance={token}"}).status_code == 303


def test_log_out_of_a_session_that_is_over_leads_to_the_log_in(student: Browser) -> None:
    page = student.get("/")
    student.ports.move(hours=9)
    assert student.send(page, "/logout").url.path == "/login"
    assert student.http.post("/logout", data={"form_token": "x"}).status_code == 303


def test_names_and_reasons_are_text_never_markup(
    ports: PortalPorts, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(ports, 2, "mallory@demo.test", "I2223_Y1_1A", last_name='"><script>alert(1)</script>')
    browser.log_in("mallory@demo.test")
    browser.declares("05")
    for path in ("/", "/pay-once", "/account"):
        assert "<script" not in browser.get(path).text
    assert "&lt;script&gt;" in browser.get("/pay-once").text


@pytest.mark.parametrize("body", [b"a=1&" * 101, b"a=" + b"x" * 17000], ids=["many", "long"])
def test_form_that_is_too_large_is_refused(student: Browser, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert student.http.post("/dossier", content=body, headers=headers).status_code == 413


def test_fault_of_ours_is_a_page_without_its_stack(student: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_person_id: str) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(student.ports.accounts, "account", broken)
    answer = student.get("/dossier")
    assert answer.status_code == 500
    assert "Une erreur est survenue de notre côté." in answer.text
    assert "secret" not in answer.text


def test_stylesheet_and_icon_can_be_kept_for_ever(browser: Browser) -> None:
    text = browser.get("/login").text
    for name, content_type in (("portal.css", "text/css; charset=utf-8"), ("icon.svg", "image/svg+xml")):
        link = next(part for part in text.split('"') if f"/static/{name}" in part)
        assert urlsplit(link).query.startswith("v=")
        answer = browser.http.get(link)
        assert answer.headers["content-type"] == content_type
        assert "immutable" in answer.headers["cache-control"]


def test_local_stack_says_that_staff_has_no_second_factor(
    browser: Browser, environment: pytest.MonkeyPatch
) -> None:
    banner = "Pile locale de démonstration : le personnel se connecte sans second facteur"
    assert banner in without_spaces(browser.get("/login").text)
    environment.setenv("QUITTANCE_STAGE", "production")
    settings.cache_clear()
    assert banner not in without_spaces(browser.get("/login").text)
