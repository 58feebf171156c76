"""The local CAS server as a foreign client sees it, one that knows the specification alone."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.identity.cas import CasServer
from infra.local import cas

if TYPE_CHECKING:
    from collections.abc import Iterator

CAS = "{http://www.yale.edu/tp/cas}"
PASSWORD = "only-for-this-test"
STUDENT = {"username": "student", "password": PASSWORD}
VALIDATIONS = ["/serviceValidate", "/proxyValidate", "/p3/serviceValidate", "/p3/proxyValidate"]


@dataclass
class Clock:
    now: datetime = datetime(2022, 6, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Shop:
    """A service that hears what is posted to it."""

    url: str
    heard: list[dict[str, list[str]]] = field(default_factory=list)
    called: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, calls: int) -> list[dict[str, list[str]]]:
        with self.called:
            assert self.called.wait_for(lambda: len(self.heard) >= calls, timeout=20)
            return list(self.heard)


@contextmanager
def listening(status: int) -> Iterator[Shop]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            with place.called:
                place.heard.append(parse_qs(body))
                place.called.notify_all()

        def log_message(self, *words: object) -> None:
            """The tests' terminal stays quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        place = Shop(f"http://127.0.0.1:{server.server_port}/callback")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield place
        server.shutdown()
        thread.join()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with listening(200) as shop:
        yield shop


@pytest.fixture
def other_shop() -> Iterator[Shop]:
    """A service that answers a logout by an error."""
    with listening(500) as shop:
        yield shop


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(shop: Shop, other_shop: Shop, clock: Clock) -> Any:
    return cas.create_app(
        now=clock,
        accounts=[
            cas.Account("student", PASSWORD, "Chris <TEST> & Cie", "student@demo.test"),
            cas.Account("auditor", PASSWORD, "Audit", "auditor@demo.test"),
        ],
        services={shop.url: "Boutique", other_shop.url: "Autre", f"{shop.url}?a=b#c": "Avec paramètre"},
    )


@pytest.fixture
def address(app: Any) -> Iterator[str]:
    with cas.serve(app) as address:
        yield address


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture
def other_browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=20) as client:
        yield client


def form_of(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's form, and that it has the others that the specification names."""
    assert re.search(r'<form method="post" action="/cas/login">', page.text)
    assert 'name="username"' in page.text
    assert 'name="password"' in page.text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def sign_in(browser: httpx.Client, service: str = "", **fields: str) -> httpx.Response:
    asked = {name: value for name, value in {"service": service, **fields}.items() if value}
    form = form_of(browser.get("/login", params=asked))
    assert form["lt"].startswith("LT-")
    return browser.post("/login", data={**form, **STUDENT})


def ticket_of(answer: httpx.Response) -> str:
    assert answer.is_redirect
    (ticket,) = parse_qs(urlsplit(answer.headers["Location"]).query)["ticket"]
    assert re.fullmatch(r"ST-[A-Za-z0-9-]{20,253}", ticket)
    return ticket


def ask(browser: httpx.Client, path: str = "/p3/serviceValidate", **parameters: str) -> ET.Element:
    """What the answer holds: a success or a failure."""
    answer = browser.get(path, params=parameters)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/xml;charset=UTF-8"
    root = ET.fromstring(answer.text)  # noqa: S314 - written by our own server a moment ago
    assert root.tag == f"{CAS}serviceResponse"
    (outcome,) = root
    return outcome


def failure_code(outcome: ET.Element) -> str | None:
    assert outcome.tag in {f"{CAS}authenticationFailure", f"{CAS}proxyFailure"}
    assert (outcome.text or "").strip()
    return outcome.get("code")


def test_login_leads_to_the_service_with_a_ticket_that_names_the_user(
    browser: httpx.Client, shop: Shop
) -> None:
    entered = sign_in(browser, shop.url)

    assert entered.status_code == 303
    assert entered.headers["Location"].startswith(f"{shop.url}?ticket=ST-")
    success = ask(browser, service=shop.url, ticket=ticket_of(entered))
    assert success.tag == f"{CAS}authenticationSuccess"
    assert [child.tag.removeprefix(CAS) for child in success] == ["user", "attributes"]
    assert success.findtext(f"{CAS}user") == "student"
    assert {each.tag.removeprefix(CAS): each.text for each in success[1]} == {
        "authenticationDate": "2022-06-24T10:00:00Z",
        "longTermAuthenticationRequestTokenUsed": "false",
        "isFromNewLogin": "true",
        "displayName": "Chris <TEST> & Cie",
        "mail": "student@demo.test",
    }


def test_older_protocols_name_the_user_alone(browser: httpx.Client, shop: Shop) -> None:
    success = ask(browser, "/serviceValidate", service=shop.url, ticket=ticket_of(sign_in(browser, shop.url)))
    assert [(child.tag, child.text) for child in success] == [(f"{CAS}user", "student")]

    ticket = ticket_of(browser.get("/login", params={"service": shop.url}))
    first = browser.get("/validate", params={"service": shop.url, "ticket": ticket})
    second = browser.get("/validate", params={"service": shop.url, "ticket": ticket})

    assert (first.text, second.text) == ("yes\nstudent\n", "no\n\n")
    assert first.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("path", VALIDATIONS)
def test_ticket_serves_once(browser: httpx.Client, shop: Shop, path: str) -> None:
    ticket = ticket_of(sign_in(browser, shop.url))

    assert ask(browser, path, service=shop.url, ticket=ticket).tag == f"{CAS}authenticationSuccess"
    assert failure_code(ask(browser, path, service=shop.url, ticket=ticket)) == "INVALID_TICKET"


def test_ticket_of_another_service_is_refused_and_spent(
    browser: httpx.Client, shop: Shop, other_shop: Shop
) -> None:
    ticket = ticket_of(sign_in(browser, shop.url))

    assert failure_code(ask(browser, service=other_shop.url, ticket=ticket)) == "INVALID_SERVICE"
    assert failure_code(ask(browser, service=shop.url, ticket=ticket)) == "INVALID_TICKET"


@pytest.mark.parametrize("change", ["/", "#", "&x=1", "/../x", "/?x=1"])
def test_unregistered_service_is_refused_and_spends_the_ticket(
    browser: httpx.Client, shop: Shop, change: str
) -> None:
    ticket = ticket_of(sign_in(browser, shop.url))

    assert failure_code(ask(browser, service=shop.url + change, ticket=ticket)) == "UNAUTHORIZED_SERVICE"
    assert failure_code(ask(browser, service=shop.url, ticket=ticket)) == "INVALID_TICKET"


def test_unregistered_service_gets_no_login(browser: httpx.Client, shop: Shop) -> None:
    lt = form_of(browser.get("/login"))["lt"]
    sign_in(browser)

    for answer in (
        browser.get("/login", params={"service": "https://thief.example/"}),
        browser.get("/login", params={"service": "https://thief.example/", "gateway": "true"}),
        browser.post("/login", data={**STUDENT, "lt": lt, "service": f"{shop.url}.thief.example"}),
    ):
        assert answer.status_code == 403
        assert "n'est pas inscrit" in answer.text
        assert "Location" not in answer.headers


def test_incomplete_questions_are_told(browser: httpx.Client, shop: Shop) -> None:
    ticket = ticket_of(sign_in(browser, shop.url))

    assert failure_code(ask(browser)) == "INVALID_REQUEST"
    assert failure_code(ask(browser, service=shop.url)) == "INVALID_REQUEST"
    assert failure_code(ask(browser, ticket=ticket)) == "INVALID_REQUEST"
    assert failure_code(ask(browser, service=shop.url, ticket=ticket, format="YAML")) == "INVALID_REQUEST"
    assert failure_code(ask(browser, service=shop.url, ticket="ST-1-unknown")) == "INVALID_TICKET"
    assert failure_code(ask(browser, service=shop.url, ticket="PT-1-unknown")) == "INVALID_TICKET_SPEC"
    assert browser.get("/validate").text == "no\n\n"


def test_nobody_may_proxy(browser: httpx.Client, shop: Shop) -> None:
    ticket = ticket_of(sign_in(browser, shop.url))
    refused = ask(browser, service=shop.url, ticket=ticket, pgtUrl="https://x.example/")

    assert failure_code(refused) == "UNAUTHORIZED_SERVICE_PROXY"
    assert failure_code(ask(browser, "/proxy")) == "INVALID_REQUEST"
    told = browser.get("/proxy", params={"format": "JSON"}).json()["serviceResponse"]
    assert told["proxyFailure"]["code"] == "INVALID_REQUEST"
    assert failure_code(ask(browser, "/proxy", pgt="PGT-1", targetService="x")) == "UNAUTHORIZED_SERVICE"


@pytest.mark.parametrize(("seconds", "lives"), [(29, True), (30, False), (3600, False), (-1, False)])
def test_ticket_lives_half_a_minute(
    browser: httpx.Client, shop: Shop, clock: Clock, seconds: int, *, lives: bool
) -> None:
    ticket = ticket_of(sign_in(browser, shop.url))
    clock.now += timedelta(seconds=seconds)

    outcome = ask(browser, service=shop.url, ticket=ticket)

    assert (outcome.tag == f"{CAS}authenticationSuccess") is lives


@pytest.mark.parametrize(
    "credentials",
    [
        {"username": "student", "password": "wrong"},
        {"username": "student", "password": ""},
        {"username": "nobody", "password": PASSWORD},
        {"username": "", "password": ""},
        {"username": "Student", "password": PASSWORD},
        {"username": "étudiant", "password": "é\0\ud83d"},  # pragma: allowlist secret
    ],
)
def test_wrong_password_shows_the_form_again_and_opens_nothing(
    browser: httpx.Client, shop: Shop, credentials: dict[str, str]
) -> None:
    form = form_of(browser.get("/login", params={"service": shop.url}))
    sent = {name: value.encode("utf-8", "replace") for name, value in credentials.items()}

    refused = browser.post("/login", data={**form, **sent})

    assert refused.status_code == 401
    assert "Identifiant ou mot de passe incorrect." in refused.text
    assert form_of(refused)["service"] == shop.url
    assert "TGC" not in browser.cookies
    assert PASSWORD not in refused.text


def test_login_ticket_serves_one_attempt(browser: httpx.Client, shop: Shop) -> None:
    form = form_of(browser.get("/login", params={"service": shop.url}))
    browser.post("/login", data={**form, "username": "student", "password": "wrong"})

    for lt in (form["lt"], "", "LT-1-guessed"):
        refused = browser.post("/login", data={**form, **STUDENT, "lt": lt})
        assert refused.status_code == 400
        assert "Recommencez" in refused.text


def test_cookie_signs_on_to_the_next_service_without_a_password(
    browser: httpx.Client, shop: Shop, other_shop: Shop
) -> None:
    entered = sign_in(browser, shop.url)
    cookie = entered.headers["Set-Cookie"]
    assert cookie.startswith("TGC=TGT-")
    assert {"HttpOnly", "Path=/cas", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Expires" not in cookie

    again = browser.get("/login", params={"service": other_shop.url})

    assert again.status_code == 302
    success = ask(browser, service=other_shop.url, ticket=ticket_of(again))
    assert success.findtext(f"{CAS}user") == "student"
    assert success.findtext(f"{CAS}attributes/{CAS}isFromNewLogin") == "false"


def test_session_ends_after_a_day_of_work(browser: httpx.Client, shop: Shop, clock: Clock) -> None:
    sign_in(browser)
    clock.now += timedelta(hours=8)

    form_of(browser.get("/login", params={"service": shop.url}))


def test_renewed_validation_demands_a_password_just_typed(
    browser: httpx.Client, shop: Shop, clock: Clock
) -> None:
    fresh = ticket_of(sign_in(browser, shop.url))
    assert ask(browser, service=shop.url, ticket=fresh, renew="true").tag == f"{CAS}authenticationSuccess"

    by_cookie = ticket_of(browser.get("/login", params={"service": shop.url}))
    assert failure_code(ask(browser, service=shop.url, ticket=by_cookie, renew="true")) == "INVALID_TICKET"

    clock.now += timedelta(minutes=10)
    again = ticket_of(sign_in(browser, shop.url, renew="true"))
    success = ask(browser, service=shop.url, ticket=again, renew="true")
    date = success.findtext(f"{CAS}attributes/{CAS}authenticationDate")
    assert date == "2022-06-24T10:10:00Z"


def test_gateway_asks_nothing(browser: httpx.Client, shop: Shop) -> None:
    asked = {"service": shop.url, "gateway": "true"}
    unknown = browser.get("/login", params=asked)
    assert (unknown.status_code, unknown.headers["Location"]) == (302, shop.url)

    sign_in(browser)

    ticket_of(browser.get("/login", params=asked))
    form_of(browser.get("/login", params={**asked, "renew": "true"}))


def test_gateway_without_a_service_shows_the_form(browser: httpx.Client) -> None:
    form_of(browser.get("/login", params={"gateway": "true"}))


def test_login_without_a_service_says_who_is_signed_in(browser: httpx.Client) -> None:
    first = sign_in(browser)
    again = browser.get("/login")

    for page in (first, again):
        assert page.status_code == 200
        assert "Vous êtes connecté" in page.text
        assert "Chris &lt;TEST&gt; &amp; Cie" in page.text


def test_who_wants_a_warning_is_asked_before_the_next_service(browser: httpx.Client, shop: Shop) -> None:
    form = form_of(browser.get("/login"))
    browser.post("/login", data={**form, **STUDENT, "warn": "true"})

    warned = browser.get("/login", params={"service": shop.url})
    assert warned.status_code == 200
    assert "Accès à « Boutique »" in warned.text
    (link,) = re.findall(r'href="(/cas/login\?[^"]*)"', warned.text)
    target = httpx.URL(str(browser.base_url)).join(link.replace("&amp;", "&"))

    ticket_of(browser.get(target))
    assert browser.get(target).status_code == 200  # the agreement was for one time


def test_ticket_comes_by_post_where_the_service_asks(browser: httpx.Client, shop: Shop) -> None:
    first = sign_in(browser, shop.url, method="POST")
    second = browser.get("/login", params={"service": shop.url, "method": "POST"})

    for page in (first, second):
        assert page.status_code == 200
        assert f'<form method="post" action="{shop.url}">' in page.text
        (ticket,) = re.findall(r'name="ticket" value="(ST-[^"]+)"', page.text)
        success = ask(browser, service=shop.url, ticket=ticket)
        assert success.findtext(f"{CAS}user") == "student"


def test_ticket_joins_the_parameters_of_the_service(browser: httpx.Client, shop: Shop) -> None:
    location = sign_in(browser, f"{shop.url}?a=b#c").headers["Location"]

    assert re.fullmatch(re.escape(shop.url) + r"\?a=b&ticket=ST-[\w-]+#c", location)


def test_answers_come_as_json_too(browser: httpx.Client, shop: Shop) -> None:
    asked = {"service": shop.url, "ticket": ticket_of(sign_in(browser, shop.url)), "format": "JSON"}

    first, second = (browser.get("/p3/serviceValidate", params=asked) for _ in range(2))

    assert first.headers["Content-Type"].startswith("application/json")
    success = first.json()["serviceResponse"]["authenticationSuccess"]
    assert success["user"] == "student"
    assert success["attributes"]["isFromNewLogin"] is True
    assert success["attributes"]["mail"] == "student@demo.test"
    failure = second.json()["serviceResponse"]["authenticationFailure"]
    assert failure["code"] == "INVALID_TICKET"
    assert failure["description"]


def test_logout_ends_the_session_and_tells_every_service(
    browser: httpx.Client, shop: Shop, other_shop: Shop
) -> None:
    other_ticket = ticket_of(sign_in(browser, other_shop.url))
    ticket = ticket_of(browser.get("/login", params={"service": shop.url}))
    ask(browser, service=shop.url, ticket=ticket)

    page = browser.get("/logout")

    assert page.status_code == 200
    assert "Vous êtes déconnecté" in page.text
    assert "TGC" not in browser.cookies
    form_of(browser.get("/login", params={"service": shop.url}))
    for place, spent in ((shop, ticket), (other_shop, other_ticket)):
        (heard,) = place.wait_for(1)
        (document,) = heard["logoutRequest"]
        assert CasServer("http://127.0.0.1:9/cas", place.url).ended_ticket(document) == spent
        root = ET.fromstring(document)  # noqa: S314 - written by our own server a moment ago
        assert root.tag == "{urn:oasis:names:tc:SAML:2.0:protocol}LogoutRequest"
        assert root.get("Version") == "2.0"
        assert root.get("IssueInstant") == "2022-06-24T10:00:00Z"
    assert failure_code(ask(browser, service=other_shop.url, ticket=other_ticket)) == "INVALID_TICKET"


def test_cookie_kept_after_logout_is_worth_nothing(browser: httpx.Client, shop: Shop) -> None:
    sign_in(browser)
    kept = browser.cookies["TGC"]
    browser.get("/logout")
    browser.cookies.set("TGC", kept, path="/cas")

    form_of(browser.get("/login", params={"service": shop.url}))


def test_logout_leads_back_to_registered_services_only(browser: httpx.Client, shop: Shop) -> None:
    back = browser.get("/logout", params={"service": shop.url})
    assert (back.status_code, back.headers["Location"]) == (302, shop.url)

    for elsewhere in ({"service": "https://thief.example/"}, {"url": shop.url}):
        assert browser.get("/logout", params=elsewhere).status_code == 200


def test_somebody_else_in_the_same_browser_ends_the_first_session(browser: httpx.Client, shop: Shop) -> None:
    ticket = ticket_of(sign_in(browser, shop.url))
    form = form_of(browser.get("/login", params={"service": shop.url, "renew": "true"}))

    entered = browser.post("/login", data={**form, "username": "auditor", "password": PASSWORD})

    success = ask(browser, service=shop.url, ticket=ticket_of(entered))
    assert success.findtext(f"{CAS}user") == "auditor"
    (heard,) = shop.wait_for(1)
    assert ticket in heard["logoutRequest"][0]


def test_logout_of_one_browser_leaves_the_other(
    browser: httpx.Client, other_browser: httpx.Client, shop: Shop
) -> None:
    sign_in(browser)
    sign_in(other_browser)

    browser.get("/logout")

    ticket_of(other_browser.get("/login", params={"service": shop.url}))


def test_server_ends_though_a_service_never_answers(clock: Clock) -> None:
    with socket.socket() as mute:  # takes connections, says nothing
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/callback"
        accounts = [cas.Account("student", PASSWORD, "Chris", "student@demo.test")]
        app = cas.create_app(
            now=clock, accounts=accounts, services={url: "Muette"}, logout_timeout_seconds=0.1
        )
        with cas.serve(app) as address, httpx.Client(base_url=address, timeout=20) as browser:
            sign_in(browser, url)
            assert browser.get("/logout").status_code == 200
    assert not [each for each in threading.enumerate() if each.name == "single logout"]


def test_reset_ends_every_session_without_a_word(app: Any, browser: httpx.Client, shop: Shop) -> None:
    ticket = ticket_of(sign_in(browser, shop.url))

    cas.reset(app)

    form_of(browser.get("/login", params={"service": shop.url}))
    assert failure_code(ask(browser, service=shop.url, ticket=ticket)) == "INVALID_TICKET"
    assert shop.heard == []


@pytest.fixture
def client(address: str, shop: Shop) -> CasServer:
    return CasServer(address, shop.url)


def test_our_client_and_the_server_agree(browser: httpx.Client, client: CasServer) -> None:
    form = form_of(browser.get(client.login_address("word", renew=False)))
    ticket = ticket_of(browser.post("/login", data={**form, **STUDENT}))

    assert client.subject(ticket, "word", renew=False) == "student"
    assert client.subject(ticket, "word", renew=False) is None


def test_our_client_can_demand_a_fresh_login(browser: httpx.Client, client: CasServer, shop: Shop) -> None:
    sign_in(browser)
    by_cookie = ticket_of(browser.get(client.login_address("word", renew=False)))
    form = form_of(browser.get(client.login_address("word", renew=True)))
    fresh = ticket_of(browser.post("/login", data={**form, **STUDENT}))

    assert client.subject(by_cookie, "word", renew=True) is None
    assert client.subject(fresh, "word", renew=True) == "student"


def test_our_client_takes_no_ticket_of_another_browsers_journey(
    browser: httpx.Client, client: CasServer
) -> None:
    form = form_of(browser.get(client.login_address("theirs", renew=False)))
    ticket = ticket_of(browser.post("/login", data={**form, **STUDENT}))

    assert client.subject(ticket, "word", renew=False) is None


def test_our_client_takes_no_ticket_of_another_service(
    address: str, browser: httpx.Client, client: CasServer, other_shop: Shop
) -> None:
    ticket = ticket_of(sign_in(browser, other_shop.url))

    assert client.subject(ticket, "word", renew=False) is None
    assert CasServer(address, other_shop.url).subject(ticket, "word", renew=False) is None


def test_pages_are_kept_by_nobody_and_run_no_script(browser: httpx.Client, shop: Shop) -> None:
    entered = sign_in(browser, shop.url)
    for answer in (
        browser.get("/login"),
        entered,
        browser.get("/logout"),
        browser.get("/p3/serviceValidate"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Pragma"] == "no-cache"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "<script" not in answer.text
        assert "style=" not in answer.text
    assert browser.get("/static/cas.css").headers["Content-Type"].startswith("text/css")
    assert browser.get("/", follow_redirects=True).url.path == "/cas/login"


def test_neither_password_nor_ticket_is_logged(
    browser: httpx.Client, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="infra")
    caplog.set_level("DEBUG", logger="waitress")
    ticket = ticket_of(sign_in(browser, shop.url))
    ask(browser, service=shop.url, ticket=ticket)
    browser.get("/logout")
    shop.wait_for(1)

    ours = "\n".join(each.getMessage() for each in caplog.records if not each.name.startswith("http"))
    assert PASSWORD not in ours
    assert "ST-" not in ours


odd_text = st.text(max_size=30) | st.sampled_from(["ST-1", "\0", "a" * 5_000, "%00", "\r\nX: y", "<x>"])
odd_fields = st.dictionaries(
    st.sampled_from(
        [
            "service",
            "ticket",
            "renew",
            "gateway",
            "method",
            "format",
            "pgtUrl",
            "lt",
            "username",
            "password",
            "warn",
        ]
    ),
    odd_text,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/login", "/logout", "/validate", "/proxy", *VALIDATIONS]),
    method=st.sampled_from(["GET", "POST"]),
    fields=odd_fields,
    cookie=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
)
def test_bad_request_is_never_an_error_of_the_server(
    app: Any, path: str, method: str, fields: dict[str, str], cookie: str
) -> None:
    answer = app.test_client().open(
        f"/cas{path}",
        method=method,
        query_string=fields if method == "GET" else None,
        data=fields if method == "POST" else None,
        headers={"Cookie": f"TGC={cookie}"},
    )

    assert answer.status_code < 500
    assert b"authenticationSuccess" not in answer.data


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /cas/login?service=%FF%FE HTTP/1.1",
        b"GET /cas/p3/serviceValidate?ticket=%00&service=%C0%80 HTTP/1.1",
        b"PUT /cas/login HTTP/1.1",
        b"GET /cas/../../etc/hostname HTTP/1.1",
        b"GET /cas/static/../server.py HTTP/1.1",
        b"GET /cas/static/%2e%2e/server.py HTTP/1.1",
        b"POST /cas/login HTTP/1.1\r\nContent-Length: 99999999",
        b"POST /cas/login HTTP/1.1\r\nContent-Length: x",
        b"POST /cas/login HTTP/1.1\r\nContent-Type: multipart/form-data\r\nContent-Length: 0",
    ],
)
def test_malformed_request_is_answered_without_an_error_of_the_server(
    address: str, request_line: bytes
) -> None:
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(request_line + b"\r\nHost: x y\r\nConnection: close\r\n\r\n")
        line.shutdown(socket.SHUT_WR)
        status = line.makefile("rb").readline().split()[1]

    assert 300 <= int(status) < 500 or status == b"200"


def test_form_too_large_is_refused(browser: httpx.Client) -> None:
    assert browser.post("/login", data={**STUDENT, "lt": "x" * 100_000}).status_code == 413


def test_lost_race_for_a_ticket_lets_one_in(address: str, browser: httpx.Client, shop: Shop) -> None:
    ticket = ticket_of(sign_in(browser, f"{shop.url}?journey=word"))
    client = CasServer(address, shop.url)
    subjects: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: subjects.append(client.subject(ticket, "word", renew=False)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, subjects)) == ["None"] * 7 + ["student"]
