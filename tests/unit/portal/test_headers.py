"""What every answer carries, page or not, granted or refused: one look at each route."""

import httpx
import pytest

import app
from chalicelib.domain.people import Role
from tests.unit.portal.conftest import Browser

STUDENT = "0000000000000001"
ROUTES = sorted((path, method) for path, methods in app.app.routes.items() for method in methods)
VALUES = {
    "number": "9196",
    "registration_id": f"{STUDENT}-1",
    "way": "effectue",
    "rank": "2",
    "person_id": STUDENT,
    "change_id": f"{STUDENT}-r1",
    "name": "portal.css",
}
EVERYWHERE = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class AnyName(dict[str, str]):
    """Whatever a route calls its parameter, it gets one."""

    def __missing__(self, name: str) -> str:
        return VALUES.get(name, "x")


def asked(browser: Browser, path: str, method: str, headers: dict[str, str] | None = None) -> httpx.Response:
    kind = "json" if path.startswith(("/api/", "/webhooks/")) else "x-www-form-urlencoded"
    given = (
        {"Content-Type": f"application/{kind}"} | (headers or {})
        if method in {"POST", "PUT", "PATCH"}
        else headers
    )
    return browser.http.request(method, path.format_map(AnyName()), headers=given)


def check(answer: httpx.Response, path: str) -> None:
    for name, value in EVERYWHERE.items():
        assert answer.headers[name] == value, name
    assert "camera=()" in answer.headers["permissions-policy"]
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    is_page = answer.headers["content-type"].startswith("text/html")
    assert ("form-action 'self'" in policy) is is_page
    is_asset = path.startswith("/static/") and answer.is_success
    assert answer.headers["cache-control"] == (
        "public, max-age=31536000, immutable" if is_asset else "no-store"
    )


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_stranger_gets_every_answer_with_its_headers(browser: Browser, path: str, method: str) -> None:
    answer = asked(browser, path, method)
    assert answer.status_code < 500
    check(answer, path)


@pytest.mark.parametrize("role", [Role.STUDENT, Role.AUDITOR])
def test_who_is_logged_in_gets_every_answer_with_its_headers(browser: Browser, role: Role) -> None:
    browser.log_in(f"{role}@demo.test")
    token = browser.http.cookies["quittance"]
    for path in (path for path, method in ROUTES if method == "GET"):
        browser.http.cookies.set("quittance", token)
        answer = asked(browser, path, "GET", {"Authorization": f"Bearer {token}"})
        assert answer.status_code < 500, path
        check(answer, path)
    known = asked(browser, "/api/v1/me", "GET", {"Authorization": f"Bearer {token}"})
    assert known.status_code == 200, "still logged in"


def test_body_of_another_type_is_refused_with_the_headers(browser: Browser) -> None:
    answer = browser.http.post("/api/v1/auth/sessions", content=b"x", headers={"Content-Type": "text/xml"})
    assert answer.status_code == 415
    check(answer, "/api/v1/auth/sessions")


PAGES = sorted(
    path
    for path, methods in app.app.routes.items()
    if "GET" in methods and not path.startswith(("/api/", "/webhooks/"))
)


@pytest.mark.parametrize("path", PAGES)
def test_head_is_answered_by_what_answers_get(path: str) -> None:
    routes = app.app.routes[path]
    assert routes["HEAD"].view_function is routes["GET"].view_function


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/", "/aide"])
def test_head_answers_like_get_without_a_body(browser: Browser, path: str) -> None:
    told, shown = browser.http.head(path), browser.http.get(path)
    assert (told.status_code, told.content) == (shown.status_code, b"")
    assert told.headers.get("content-type") == shown.headers.get("content-type")
    assert told.headers.get("location") == shown.headers.get("location")


def test_head_chooses_no_language(student: Browser) -> None:
    before = student.ports.memory.people[STUDENT]
    student.http.head("/?lang=en")
    assert student.ports.memory.people[STUDENT] == before
