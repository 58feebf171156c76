"""What holds for every page: who may come in, which forms are believed, what a browser may do with it."""

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest

import app
from chalicelib.domain.changes import Changes
from chalicelib.domain.identities import Identity
from chalicelib.domain.outbox import OutboxEntry, Topic, given_up
from chalicelib.domain.people import Role
from chalicelib.settings import settings
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from tests.access.route_access import ABOUT
from tests.fakes.gateway import Behaviour
from tests.unit.portal.conftest import CARD, PASSWORD, Browser, Page, PortalPorts, enrol, without_spaces

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
    if method != "HEAD" and not path.startswith(("/api/", "/webhooks/", "/static/", "/look/"))
}
PUBLIC = {
    *((f"/{name}", "GET") for name in ABOUT),
    ("/login", "GET"),
    ("/login", "POST"),
    ("/logout", "POST"),
    ("/payments/return/{way}", "GET"),
    ("/first-connection", "GET"),
    ("/first-connection", "POST"),
    ("/password-reset", "GET"),
    ("/password-reset", "POST"),
    ("/iban", "GET"),
    ("/iban", "POST"),
    ("/pay", "GET"),
    ("/pay", "POST"),
    ("/password", "GET"),
    ("/password", "POST"),
    ("/second-factor", "POST"),
    ("/second-factor/enrolment", "POST"),
}
STUDENT = "0000000000000001"
PAYER = "/staff/registrations/0000000000000001-1/payer"
RECEIPTS = "/staff/registrations/0000000000000001-1/payments"
BOUNCE = "/staff/payments/0000000000000001-t7001/bounce"
DONE_FROM = {
    "/choose-plan/withdraw": "/choose-plan",
    "/invoices/9196/pdf": "/invoices",
    **dict.fromkeys(
        ("/staff/invoices/9196/credit-notes/issue", "/staff/invoices/9196/credit-notes/preview"),
        "/staff/invoices/9196/credit-notes",
    ),
    "/staff/campaigns/isima-2023/versions/2/decision": "/staff/campaigns/isima-2023/versions/2",
    **{
        f"/staff/instalments/0000000000000001-1/{act}": "/staff/instalments/0000000000000001-1"
        for act in ("2/release", "stop", "resume", "recut")
    },
    "/staff/statements/matching": "/staff/statements",
    **{
        f"/staff/statement-lines/20220624-0-1/{act}": "/staff/statement-lines/20220624-0-1"
        for act in (
            "match",
            "match/check",
            "suspense",
            "fee",
            "discard",
            "owner",
            "transfers",
            "returned-refund",
            "returned-payments",
            "deposits",
            "undo",
        )
    },
    **{f"{RECEIPTS}/{act}": RECEIPTS for act in ("check", "confirmation")},
    **{f"{BOUNCE}/{act}": BOUNCE for act in ("check", "confirmation", "dispute")},
}
"""The page that each act is done from, where that is not its desk or the home."""


def address(path: str) -> str:
    return path.format(
        number="9196",
        note_number="1",
        registration_id="0000000000000001-1",
        way="effectue",
        rank="2",
        person_id=STUDENT,
        change_id="0000000000000001-r1",
        entry_id="password_set-1",
        payment_id="0000000000000001-1-0000000000000001",
        booked_payment_id="0000000000000001-t7001",
        campaign_id="isima-2023",
        link_id="0000000000000001-1-l1",
        refund_id="0000000000000001-1-r1",
        transfer_file_id="INP-000001",
        statement_line_id="20220624-0-1",
        slip_id="INP-000001",
        month="2022-05",
        rapprochement_id="INP-1",
        batch_id="INP-L000001",
        run_id="run-1",
        difference_id="0" * 32,
        waiver_id="0000000000000001-1-w1",
        key_id="00000000000000ee",
        endpoint_id="00000000000000ef",
        event_id="evt-1",
        version="2",
    )


COMPANY = {
    "kind": "company",
    "name": "Démonstration",
    "siret": "73282932000074",
    "email": "payer@demo.test",
    "line1": "2 rue de la Démonstration",
    "zip_code": "63000",
    "city": "Clermont-Ferrand",
    "amount": "400,00",
}
PAYMENT = "/payments/0000000000000001-1-0000000000000001"


def done_from(path: str) -> str:
    """Where an act is tried again from after a log-in."""
    shown = (
        "/dossier",
        "/security/service-keys",
        "/security",
        "/payment-links",
        PAYMENT,
        f"/staff/people/{STUDENT}",
        PAYER,
        f"/staff/registrations/{STUDENT}-1",
        "/staff/refunds/0000000000000001-1-r1",
        "/staff/cheque-slips/INP-000001",
        f"/staff/letterings/{STUDENT}",
        "/staff/periods",
        "/staff/rapprochements/INP-1",
        "/staff/batches/INP-L000001",
        f"/staff/differences/{'0' * 32}",
        *(
            "/staff/service-keys",
            f"/staff/webhook-endpoints/{'0' * 14}ef",
            "/staff/people",
            "/staff/registrations",
            "/staff/plan-requests",
            "/staff/outbox",
            "/staff/imports",
            "/staff/campaigns",
            "/staff/waivers",
        ),
    )
    around = (each for each in shown if path.startswith(f"{each}/"))
    return DONE_FROM.get(path) or next(around, "/")


@pytest.mark.parametrize(("path", "method"), sorted(ROUTES - PUBLIC))
def test_page_without_a_session_leads_to_the_log_in(browser: Browser, path: str, method: str) -> None:
    answer = browser.http.request(method, address(path), data={"code": "05"} if method == "POST" else None)
    assert answer.status_code == 303
    has_page = method == "GET" or ((path, "GET") in ROUTES and not path.endswith("/pdf"))
    back = address(path) if has_page else done_from(address(path))
    assert answer.headers["location"] == f"/login?next={back}"


def who_acts_on(path: str) -> str:
    if path.startswith("/staff/registrations") and not re.search("/payment(s|-links)", path):
        return "registrar"
    own = (
        "/staff/people",
        "/staff/outbox",
        "/staff/imports",
        "/staff/campaigns",
        "/staff/service",
        "/security/s",
    )
    if path.startswith(own):
        return "administrator"
    return "accountant" if path.startswith("/staff") else "student"


POSTS = sorted(path for path, method in ROUTES if method == "POST")


@pytest.mark.parametrize("who", sorted({who_acts_on(path) for path in POSTS}))
def test_form_without_its_token_is_refused_and_changes_nothing(browser: Browser, who: str) -> None:
    """One portal for all forms of a role: later requests see what earlier ones changed."""
    browser.log_in("student@demo.test")
    browser.declares("01")
    browser.asks_for("paybox-3")
    browser.acts_as(who)
    memory = browser.ports.memory
    kept = ("registrations_by_id", "plan_requests", "attempts", "people", "sessions", "logins", "entries")
    before = {name: dict(getattr(memory, name)) for name in kept}
    for path in (each for each in POSTS if who_acts_on(each) == who):
        for token in ({}, {"form_token": "é"}, {"form_token": "0" * 64}):
            data = {
                "code": "05",
                "mode": "none",
                "plan": "paybox-3",
                "decision": "refuse",
                "reason": "x",
                "role": "auditor",
                "email": "student@demo.test",
                "password": "password",
                **token,
            }
            assert browser.http.post(address(path), data=data).status_code == 403, path
        assert {name: getattr(memory, name) for name in kept} == before, path
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


@pytest.mark.parametrize("role", list(Role))
def test_navigation_names_the_desks_of_the_role_and_no_other(browser: Browser, role: Role) -> None:
    home = browser.log_in(f"{role}@demo.test").text
    desks = {
        Role.REGISTRAR: {"desk", "registrations", "payers", "waivers", "titles"},
        Role.ACCOUNTANT: {
            "desk",
            "registrations",
            "plan-requests",
            "credits",
            "refunds",
            "transfers",
            "payers",
            "unpaid",
            "arrears",
            "statements",
            "cheque-slips",
            "balances",
            "periods",
            "rapprochements",
            "reconciliations",
            "remittances",
            "waivers",
            "titles",
            "batches",
        },
        Role.ADMINISTRATOR: {
            "desk",
            "people",
            "campaigns",
            "imports",
            "outbox",
            "service-keys",
            "webhook-endpoints",
        },
        Role.AUDITOR: {
            "desk",
            "registrations",
            "plan-requests",
            "credits",
            "unpaid",
            "arrears",
            "statements",
            "reconciliations",
            "remittances",
            "waivers",
            "titles",
            "batches",
            "refunds",
            "transfers",
            "payers",
            "cheque-slips",
            "balances",
            "periods",
            "rapprochements",
            "people",
            "campaigns",
            "service-keys",
            "webhook-endpoints",
            "audit",
        },
    }.get(role, set())
    assert ('aria-label="Bureaux"' in home) is bool(desks)
    assert set(re.findall(r'<li><a href="/staff/([a-z-]+)"', home)) == desks


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
    pages += changing_the_plan(student)
    student.acts_as("auditor")
    return [*pages, student.get("/staff/instalments/0000000000000001-1"), student.get("/staff/credits")]


def changing_the_plan(student: Browser) -> list[httpx.Response]:
    """The accountant's pages of a plan that is stopped, cut again and resumed; the student's beside it."""
    student.acts_as("accountant")
    pages = [student.get("/staff/credits"), student.get("/staff/instalments/0000000000000001-1")]
    for act in ("stop", "recut", "resume", "stop"):
        path = f"/staff/instalments/0000000000000001-1/{act}"
        pages.append(student.send(pages[-1], path, reason="litige"))
        if 'name="sure"' in pages[-1].text:
            pages.append(student.send(pages[-1], path))
    student.acts_as("student")
    return [*pages, student.get("/pay-plan")]


def paid_by_a_company(student: Browser) -> list[httpx.Response]:
    """The pages of a third-party payer, named, invoiced and paying, and what the student sees."""
    student.declares("01")
    student.acts_as("registrar")
    pages = [student.get(PAYER), student.get("/staff/payers")]
    pages += [student.send(pages[0], f"{PAYER}/check", **COMPANY | {"siret": "1"})]
    pages += [student.send(pages[0], f"{PAYER}/check", **COMPANY | {"name": ""})]
    pages += [student.send(pages[0], f"{PAYER}/check", **COMPANY)]
    pages += [student.send(pages[0], f"{PAYER}/check", **COMPANY, edit="1")]
    student.send(pages[-2], f"{PAYER}/confirmation")
    pages += [student.get(PAYER), student.get("/staff/payers")]
    student.acts_as("accountant")
    pages += [student.get(f"{PAYER}/invoice")]
    student.send(pages[-1], f"{PAYER}/invoice")
    pages += [student.get(PAYER), student.get("/staff/payers"), student.get(RECEIPTS)]
    pages += [student.get("/staff/invoices/9196/credit-notes"), student.get(f"{PAYER}/invoice")]
    student.acts_as("student")
    return [*pages, student.get("/account"), student.get("/pay-once"), student.get("/dossier")]


def coming_in(student: Browser) -> list[httpx.Response]:
    """Every page of how an account is entered, in its several states."""
    ports = student.ports
    pages = [student.get("/security"), student.get("/login?again=1&next=/security")]
    pages += [student.send(pages[0], "/security/password", current="wrong", password="x" * 9)]
    pages += [student.send(pages[0], "/security/password", current=PASSWORD, password="short")]
    pages += [student.send(pages[0], "/security/identity")]
    pages += [enrolling := student.get("/second-factor/enrolment?next=/security")]
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', enrolling.text)
    assert found is not None
    code = pyotp.TOTP(found[1].replace(" ", "")).at(ports.now())
    for each in ("000000", code):
        pages += [student.send(enrolling, "/second-factor/enrolment", code=each)]
    pages += [student.get("/security"), student.get("/second-factor/enrolment")]
    ports.store.commit(Changes((Identity("cas", "chris", "0000000000000001", ports.now()),)))
    student.log_in("registrar@demo.test")
    student.log_in("student@demo.test")
    pages += [asked := student.get("/second-factor"), student.send(asked, "/second-factor", code="0")]
    student.http.cookies.clear()
    for way in ("/first-connection", "/password-reset"):
        pages += [student.get(way), student.send(student.get(way), way, email="")]
        pages += [student.send(student.get(way), way, email="student@demo.test")]
    for entry_id in list(ports.memory.entries):
        deliver_outbox(ports, entry_id)
    pages += [link := student.get(f"/password?token={ports.mailer.tokens[-1]}")]
    pages += [
        student.send(link, "/password", password=each) for each in ("short", "quatre mots sans rapport")
    ]
    return [*pages, student.get("/password?token=x"), student.get("/api/v1/auth/cas/callback?ticket=x")]


def two_people(student: Browser) -> list[httpx.Response]:
    """Every page of the desks of people and of the audit trail, in their several states."""
    student.acts_as("administrator")
    pages = [student.get("/staff/people"), student.get("/staff/people/000000000000000d")]
    lost = OutboxEntry("lost", Topic.PASSWORD_SET, STUDENT, "", student.ports.at)
    student.ports.outbox.add(given_up(lost, "ClientError", student.ports.at))
    pages += [failed := student.get("/staff/outbox"), student.send(failed, "/staff/outbox/lost/retry")]
    desk, path = pages[0], "/staff/people/000000000000000b"
    pages += [student.send(desk, "/staff/people/search", email="nobody@demo.test")]
    pages += [person := student.send(desk, "/staff/people/search", email="registrar@demo.test")]
    for reason in ("", "Un congé."):
        pages += [student.send(person, f"{path}/roles", role="auditor", reason=reason)]
    pages += [student.send(person, f"{path}/access", access="close", reason="Un congé.")]
    pages += [student.get("/staff/people"), student.acts_as("auditor"), student.get("/staff/people")]
    action = next(form.action for form in Page(pages[-1]).forms if "role-changes" in form.action)
    pages += [student.send(pages[-1], action, decision="approve"), student.get("/staff/audit")]
    seal_audit(student.ports)
    return [*pages, student.get("/staff/audit"), student.get("/staff/audit?subject=000000000000000b")]


STORIES = pytest.mark.parametrize(
    "story", [paying_once, paying_by_plan, coming_in, two_people, paid_by_a_company]
)
Story = Callable[[Browser], list[httpx.Response]]


@STORIES
def test_every_page_is_sober_accessible_html(student: Browser, story: Story) -> None:
    for answer in story(student):
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.text.startswith('<!DOCTYPE html>\n<html lang="fr">')
        page = Page(answer)
        assert "script" not in page.tags
        assert " style=" not in answer.text
        titles = page.tags.count("title") - page.tags.count("svg")  # a picture has its own
        assert page.tags.count("h1") == page.tags.count("main") == titles == 1
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
    assert len({form.action for form in ours}) >= 4, "a story of many forms"
    assert all("form_token" in form.fields for form in forms if form.action == "/login")
    assert all("form_token" in form.fields for form in ours)
    assert all("form_token" not in form.fields for form in forms if not form.action.startswith("/"))


def test_session_cookie_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    page = Page(browser.get("/login")).form("/login")
    data = page.fields | {"email": "student@demo.test", "password": "password"}
    given, device = browser.http.post("/login", data=data).headers.get_list("set-cookie")
    name, _, rest = given.partition("=")
    assert name == "quittance"
    assert rest.partition("; ")[2] == "Path=/; HttpOnly; SameSite=Lax"
    assert device.startswith("quittance-device=")
    assert device.endswith("; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000")


def test_over_https_the_cookie_is_of_this_host_alone(
    browser: Browser, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("QUITTANCE_BASE_URL", "https://portal.test")
    settings.cache_clear()
    data = {"email": "student@demo.test", "password": "password", "next": "/"}
    shown = browser.http.get("/login")
    visitor = shown.headers["set-cookie"]
    assert visitor.startswith("__Host-quittance-visitor=")
    assert visitor.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
    headers = {"Cookie": visitor.partition(";")[0]}
    given = browser.http.post("/login", data=Page(shown).form("/login").fields | data, headers=headers)
    cookie, device = given.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-quittance=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert device.startswith("__Host-quittance-device=")


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


def log_in_form(browser: Browser, **given: str) -> dict[str, str]:
    fields = Page(browser.get("/login")).form("/login").fields
    return fields | {"email": "student@demo.test", "password": "password"} | given


def test_another_site_cannot_log_somebody_in(browser: Browser, ports: PortalPorts) -> None:
    """It has a token of its own browser, and no way to give ours its cookie."""
    forged = log_in_form(browser)
    for token in ("", forged["form_token"]):
        browser.http.cookies.clear()
        answer = browser.http.post("/login", data=forged | {"form_token": token})
        assert answer.status_code == 403
        assert "quittance" not in browser.http.cookies
    assert ports.memory.sessions == {}


def test_another_site_cannot_send_somebody_through_the_central_server(browser: Browser) -> None:
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 302), ("none", 302)):
        answer = browser.http.get("/api/v1/auth/cas?next=/account", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status
        assert ("quittance-cas" in answer.headers.get("set-cookie", "")) is (status == 302)


def test_our_own_page_logs_in_however_the_address_is_written(browser: Browser) -> None:
    data = log_in_form(browser, email="STUDENT@demo.test ")
    assert browser.http.post("/login", data=data).status_code == 303


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
        ("/dossier?registration=0000000000000001-1", "/dossier?registration=0000000000000001-1"),
        ("/?registration=0000000000000001-12", "/?registration=0000000000000001-12"),
        ("/dossier?registration=", "/"),
        ("/dossier?registration=//evil.test", "/"),
        ("/dossier?registration=0000000000000001-1&next=//evil.test", "/"),
        ("/dossier?registration=0000000000000001-1#here", "/"),
        ("/dossier?edit=1", "/"),
        ("//evil.test?registration=0000000000000001-1", "/"),
        ("?registration=0000000000000001-1", "/"),
    ],
)
def test_log_in_leads_only_into_the_portal(browser: Browser, asked: str, led_to: str) -> None:
    data = log_in_form(browser, next=asked)
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
    for _ in range(2):
        assert student.send(page, "/logout").url.path == "/login"


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
    browser.ports.requires_second_factor = True
    assert "Pile locale de démonstration." in browser.get("/login").text
    assert "sans second facteur" not in browser.get("/login").text
    environment.setenv("QUITTANCE_STAGE", "production")
    settings.cache_clear()
    assert "démonstration" not in without_spaces(browser.get("/login").text)


def test_every_page_of_a_rehearsal_says_that_nothing_counts(
    browser: Browser, environment: pytest.MonkeyPatch
) -> None:
    assert "TEST – répétition" not in browser.get("/login").text
    environment.setenv("QUITTANCE_STAGE", "rehearsal")
    settings.cache_clear()
    for path in ("/login", "/first-connection", "/password?token=none"):
        assert "TEST – répétition : aucun argent n'est pris" in without_spaces(browser.get(path).text), path


@pytest.mark.parametrize(
    ("stage", "mark"), [("local", "local"), ("rehearsal", "rehearsal"), ("production", None)]
)
def test_every_answer_names_a_stage_without_real_money(
    stage: str, mark: str | None, browser: Browser, environment: pytest.MonkeyPatch
) -> None:
    """A program that reads JSON must not take test money for money."""
    environment.setenv("QUITTANCE_STAGE", stage)
    settings.cache_clear()
    for path in ("/login", "/api/v1/me", "/api/v1/openapi.json"):
        assert browser.http.get(path).headers.get("Quittance-Stage") == mark, path
