"""The language of a page: who decides, what the response says, and that nothing of another is left."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from chalicelib.domain.languages import Language
from tests.unit.portal.conftest import Browser, without_spaces
from tests.unit.portal.test_page_rooms import Story, coming_in, paying_by_plan, paying_once

ISIMA = "0000000000000001-1"
ADDRESS = "3 allée des Essais, 63170 Aubière"
FRENCH = re.compile(
    r"\b(?:au|aucun|avec|cette|dans|des|du|est|et|la|le|les|ou|par|pas|pour|sur|un|une|vos|votre|vous)\b"
)


class Heard(HTMLParser):
    """The words of a page, less those that are marked as of another language, and addresses."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.words: list[str] = []
        self._others: list[bool] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in {"input", "meta", "link", "br"}:
            self._others.append(tag != "html" and given.get("lang") == "fr")
        self.words += [value for name, value in attrs if name in {"aria-label", "title"} and value]

    def handle_endtag(self, _tag: str) -> None:
        self._others.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._others):
            self.words.append(data)


@pytest.mark.parametrize("story", [paying_once, paying_by_plan, coming_in])
def test_nothing_french_is_left_on_an_english_page(student: Browser, story: Story) -> None:
    student.http.headers["Accept-Language"] = "en"
    for answer in story(student):
        assert answer.text.startswith('<!DOCTYPE html>\n<html lang="en">')
        words = " ".join(Heard(answer).words).replace(ADDRESS, "")
        found = re.findall(rf".{{0,30}}{FRENCH.pattern}.{{0,30}}", words)
        assert found == [], answer.url


DESKS = {
    "registrar": ("desk", "registrations", "exemptions", f"registrations/{ISIMA}"),
    "accountant": (
        *("desk", "plan-requests?state=approved", "credits", "refunds", "payers", "transfers", "unpaid"),
        *("arrears", f"registrations/{ISIMA}", f"registrations/{ISIMA}/payments", f"instalments/{ISIMA}"),
    ),
    "admin": ("desk", "people", "campaigns", "imports", "outbox", "people/0000000000000001"),
    "auditor": ("audit",),
}


@pytest.mark.parametrize("role", DESKS)
def test_nothing_french_is_left_on_an_english_desk(student: Browser, role: str) -> None:
    student.starts_the_plan()
    student.acts_as(role)
    student.http.headers["Accept-Language"] = "en"
    for path in DESKS[role]:
        answer = student.get(f"/staff/{path}")
        assert answer.status_code == 200, path
        assert answer.text.startswith('<!DOCTYPE html>\n<html lang="en">')
        words = " ".join(Heard(answer).words).replace(ADDRESS, "")
        assert re.findall(rf".{{0,30}}{FRENCH.pattern}.{{0,30}}", words) == [], path


def test_address_decides_then_the_cookie_then_the_browser(browser: Browser) -> None:
    english = {"Accept-Language": "en-GB,fr;q=0.5"}
    assert language_of(browser.http.get("/login")) == "fr"
    assert language_of(browser.http.get("/login", headers=english)) == "en"
    chosen = browser.http.get("/login?lang=fr", headers=english)
    assert language_of(chosen) == "fr"
    assert (
        "quittance-language=fr; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
        in chosen.headers.get_list("set-cookie")
    )
    assert language_of(browser.http.get("/login", headers=english)) == "fr", "the cookie, not the browser"
    assert language_of(browser.http.get("/login?lang=en")) == "en"
    assert language_of(browser.http.get("/login?lang=de")) == "en", "an unknown one names none"


def test_last_the_person_decides(student: Browser) -> None:
    memory = student.ports.memory
    person = memory.people["0000000000000001"]
    object.__setattr__(person, "language", Language.EN)
    assert language_of(student.get("/")) == "en"
    other = student.http.get("/", headers={"Accept-Language": "fr"})
    assert language_of(other) == "fr"


def test_mails_follow_the_language_that_a_person_chooses(student: Browser) -> None:
    memory = student.ports.memory
    assert memory.people["0000000000000001"].language is Language.FR
    student.get("/?lang=en")
    chosen = memory.people["0000000000000001"]
    assert chosen.language is Language.EN
    student.get("/account?lang=en")
    student.get("/dossier?lang=de")
    assert memory.people["0000000000000001"] == chosen, "the same choice writes nothing"
    student.get("/?lang=fr")
    assert memory.people["0000000000000001"].language is Language.FR


def test_browsers_language_alone_is_no_choice(student: Browser) -> None:
    student.http.get("/", headers={"Accept-Language": "en"})
    assert student.ports.memory.people["0000000000000001"].language is Language.FR


def test_redirect_keeps_the_language_that_its_address_names(browser: Browser) -> None:
    answer = browser.http.get("/?lang=en")
    assert (answer.status_code, "quittance-language=en" in answer.headers["set-cookie"]) == (303, True)
    assert language_of(browser.get("/")) == "en"


def test_switch_leads_to_the_same_page(student: Browser) -> None:
    student.declares("01")
    page = student.get("/pay-once/recap?registration=0000000000000001-1")
    shown = '<a href="/pay-once/recap?registration=0000000000000001-1&amp;lang=en" lang="en" hreflang="en">'
    assert shown in page.text
    mistaken = student.opens_the_payment(mode="new")
    assert 'href="/pay-once?lang=en"' in mistaken.text
    english = student.get("/dossier?lang=en")
    assert 'href="/dossier?lang=fr" lang="fr" hreflang="fr">Français</a>' in english.text


def test_switch_keeps_the_link_that_a_form_brought_along(browser: Browser) -> None:
    page = browser.send(browser.get("/login?next=/account"), "/login", email="x@demo.test", password="x")
    assert 'href="/login?next=%2Faccount&amp;lang=en"' in page.text


def test_staff_chooses_the_language_too(registrar: Browser) -> None:
    english = {"Accept-Language": "en"}
    for path in ("/security", "/staff/desk", "/staff/registrations"):
        assert language_of(registrar.http.get(path)) == "fr"
        page = registrar.http.get(path, headers=english)
        assert language_of(page) == "en"
        assert f'href="{path}?lang=fr"' in page.text


def test_amounts_and_days_are_written_as_the_language_writes_them(student: Browser) -> None:
    student.declares("05")
    student.asks_for("paybox-6")
    french, english = (student.get(f"/choose-plan?lang={each}") for each in ("fr", "en"))
    assert "3\N{NARROW NO-BREAK SPACE}770,00\N{NO-BREAK SPACE}€" in french.text
    assert "24/06/2022 à" in french.text
    assert "€3,770.00" in english.text
    assert "24 June 2022 at" in english.text


def test_french_is_typeset(student: Browser) -> None:
    text = student.get("/").text
    assert "L\N{RIGHT SINGLE QUOTATION MARK}inscription" in student.get("/dossier").text
    assert not re.search(r"\w'\w", re.sub(r"<[^>]*>", "", text))
    assert "Connecté\N{NO-BREAK SPACE}:" in text


def test_refusal_is_told_in_the_language_of_the_page(student: Browser) -> None:
    page = student.get("/pay-plan/1?lang=en")
    assert page.status_code == 409
    assert "No instalment plan is approved" in without_spaces(page.text)


def language_of(answer: httpx.Response) -> str:
    """Return the language of a page; its headers say the same and that it varies."""
    found = re.search(r'<html lang="(\w+)">', answer.text)
    assert found is not None
    assert answer.headers["content-language"] == found[1]
    assert answer.headers["vary"] == "Accept-Language, Cookie"
    return found[1]


@pytest.mark.parametrize(("asked", "told"), [("fr", "Autorisez les cookies"), ("en", "Allow cookies")])
def test_browser_that_keeps_no_cookie_is_told_so(browser: Browser, asked: str, told: str) -> None:
    data = {"email": "student@demo.test", "password": "password", "form_token": "x"}
    refused = browser.http.post("/login", data=data, headers={"Accept-Language": asked})
    assert (refused.status_code, told in refused.text) == (403, True)


def test_address_that_nothing_answers_is_told_in_the_readers_language(browser: Browser) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    missing = browser.http.get("/nowhere", headers=headers)
    assert (missing.status_code, '<html lang="en">' in missing.text) == (404, True)
    assert "Back to the home page" in missing.text
    other = browser.http.delete("/login", headers=headers)
    assert (other.status_code, "start again from the home page" in other.text) == (405, True)
