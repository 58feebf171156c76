"""Problems in the language that a program asks for."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from chalicelib.domain.languages import Language
from tests.unit.portal.conftest import PASSWORD, Browser, without_spaces

SESSIONS = "/api/v1/auth/sessions"
STUDENT = f"{1:016x}"
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


@pytest.mark.parametrize(("asked", "language"), [(None, "en"), ("de", "en"), ("fr", "fr")])
def test_without_a_wish_it_is_the_persons_own(browser: Browser, asked: str | None, language: str) -> None:
    people = browser.ports.memory.people
    people[STUDENT] = replace(people[STUDENT], language=Language.EN)
    asks = {"Authorization": f"Bearer {token_of_student(browser)}"} | (
        {"Accept-Language": asked} if asked else {}
    )
    answer, problem = answered(browser, "GET", "/api/v1/staff/registrations", headers=asks)
    assert (problem["code"], answer.headers["content-language"]) == ("forbidden", language)


@pytest.mark.parametrize(("asked", "language"), [("en", "en"), ("de", "fr")])
def test_answer_names_its_language(browser: Browser, asked: str, language: str) -> None:
    asks = {"Authorization": f"Bearer {token_of_student(browser)}", "Accept-Language": asked}
    answer, _ = answered(browser, "GET", "/api/v1/menu", headers=asks)
    assert answer.headers["content-language"] == language


def test_every_operation_is_described_with_its_language(browser: Browser) -> None:
    _, description = answered(browser, "GET", "/api/v1/openapi.json")
    for operation in (each for methods in description["paths"].values() for each in methods.values()):
        assert {"$ref": "#/components/parameters/AcceptLanguage"} in operation["parameters"]
        told = [each for each in operation["responses"].values() if says(each)]
        assert all("Content-Language" in each["headers"] for each in told)


def says(answer: dict[str, Any]) -> bool:
    """Tell whether an answer holds sentences or labels: a file is none."""
    return any(media.endswith("json") for media in answer.get("content", ()))


def token_of_student(browser: Browser) -> str:
    credentials = {"email": "student@demo.test", "password": PASSWORD}
    return str(answered(browser, "POST", SESSIONS, json=credentials)[1]["token"])


def test_menu_says_in_that_language_why_it_is_closed(browser: Browser) -> None:
    asks = ENGLISH | {"Authorization": f"Bearer {token_of_student(browser)}"}
    _, menu = answered(browser, "GET", "/api/v1/menu", headers=asks)
    reasons = {item["key"]: item["reason"] for item in menu["items"]}
    assert reasons["pay_once"] == "First choose your situation, in menu 1 of the portal."
    assert reasons["dossier"] == ""


def test_desk_refuses_in_that_language(student: Browser) -> None:
    answer = student.http.get("/staff/registrations", headers=ENGLISH)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Your role does not allow this action." in without_spaces(answer.text)
