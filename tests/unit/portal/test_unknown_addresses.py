"""An address, or a method, that no view answers: a page for people, a problem for programs."""

import httpx
import pytest

from tests.unit.portal.conftest import Browser

PAGE = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def asked(browser: Browser, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    return browser.http.request(method, path, headers=headers)


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nowhere", 404, "Page introuvable"),
        ("POST", "/nowhere/at/all", 404, "Page introuvable"),
        ("DELETE", "/login", 405, "Demande refusée"),
    ],
)
def test_browser_reads_a_page_with_a_way_home(
    browser: Browser, method: str, path: str, status: int, title: str
) -> None:
    answer = asked(browser, method, path, PAGE)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{title}</h1>" in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "fr"),
        ({"Accept-Language": "en"}, "en"),
        ({"Accept-Language": "fr", "Cookie": "quittance-language=en"}, "en"),
        ({"Accept-Language": "en", "Cookie": "quittance-language=xx"}, "en"),
    ],
)
def test_that_page_is_in_the_language_that_the_reader_chose(
    browser: Browser, headers: dict[str, str], language: str
) -> None:
    assert f'<html lang="{language}">' in asked(browser, "GET", "/nowhere", PAGE | headers).text


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/nowhere", "/api/v1/invoices/1/2/3"])
def test_program_reads_a_problem(browser: Browser, path: str) -> None:
    answer = asked(browser, "GET", path, {"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-language"] == "en"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_method_that_is_not_taken_is_told_with_those_that_are(browser: Browser) -> None:
    answer = asked(browser, "DELETE", "/api/v1/me", {})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
