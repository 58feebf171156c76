"""Problems in the language that a program asks for."""

from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.unit.portal.conftest import PASSWORD, Browser, without_spaces

SESSIONS = "/api/v1/auth/sessions"
ENGLISH = {"Accept-Language": "en-GB, fr;q=0.5"}


def answered(browser: Browser, method: str, path: str, **sent: Any) -> tuple[httpx.Response, dict[str, Any]]:
    answer = browser.http.request(method, path, **sent)
    return answer, answer.json()


@pytest.mark.parametrize(
    ("headers", "language", "title", "detail"),
    [
        ({}, "fr", "Connexion refusée", "Votre session est absente ou expirée. Connectez-vous de nouveau."),
        (ENGLISH, "en", "Sign-in refused", "Your session is missing or has expired. Sign in again."),
        ({"Accept-Language": "de"}, "fr", "Connexion refusée", "Votre session est absente ou expirée."),
    ],
)
def test_refusal_is_in_the_language_asked_for(
    browser: Browser, headers: dict[str, str], language: str, title: str, detail: str
) -> None:
    answer, problem = answered(browser, "GET", "/api/v1/me", headers=headers)
    assert (answer.status_code, problem["code"]) == (401, "session_missing")
    assert answer.headers["content-language"] == language
    assert problem["title"] == title
    assert problem["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("method", "sent", "code", "detail"),
    [
        ("POST", {"json": {}}, "validation_failed", "The request does not have the expected form."),
        ("POST", {"content": b"{", "headers": {"Content-Type": "application/json"}}, "body_not_json", "JSON"),
        ("POST", {"content": b"a=1"}, "unsupported_media_type", "This content type is not accepted here."),
    ],
)
def test_fault_of_a_request_too(
    browser: Browser, method: str, sent: dict[str, Any], code: str, detail: str
) -> None:
    headers = {"Content-Type": "text/plain"} if "content" in sent else {}
    given = sent | {"headers": headers | sent.get("headers", {}) | ENGLISH}
    answer, problem = answered(browser, method, SESSIONS, **given)
    assert (problem["code"], answer.headers["content-language"]) == (code, "en")
    assert detail in problem["detail"]


def test_menu_says_in_that_language_why_it_is_closed(browser: Browser) -> None:
    _, begun = answered(browser, "POST", SESSIONS, json={"email": "student@demo.test", "password": PASSWORD})
    asks = ENGLISH | {"Authorization": f"Bearer {begun['token']}"}
    _, menu = answered(browser, "GET", "/api/v1/menu", headers=asks)
    reasons = {item["key"]: item["reason"] for item in menu["items"]}
    assert reasons["pay_once"] == "First choose your situation, in menu 1 of the portal."
    assert reasons["dossier"] == ""


def test_page_stays_french(student: Browser) -> None:
    answer = student.http.get("/staff/registrations", headers=ENGLISH)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Votre rôle ne permet pas cette action." in without_spaces(answer.text)
