"""Help and what the law asks for: open to everybody, in both languages, with what the school must fill in."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.languages import Language
from chalicelib.domain.publication import Publication
from chalicelib.pages.everyone import about
from chalicelib.portal.render import Frame, render
from tests.access.route_access import ABOUT
from tests.unit.delivery.test_mails import CAMPAIGN
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_page_languages import FRENCH, Heard

RESULTS: dict[str, Any] = {
    "tested_on": date(2022, 6, 24),
    "browser": "Chromium 1",
    "engine": "axe-core 4",
    "checks": [
        {"name": "axe", "pages": ["/", "/login"], "failed": ["/login"]},
        {"name": "narrow", "pages": ["/", "/login"], "failed": []},
    ],
}
WRITTEN = Publication(
    "Direction", "Hébergeur", "dpo@demo.test", "a11y@demo.test", 80, date(2022, 6, 1), "Cabinet"
)


def shown(template: str, publication: Publication, language: Language = Language.FR, **facts: Any) -> str:
    campaign = replace(CAMPAIGN, publication=publication)
    return render(template, Frame(campaign, language=language), **facts).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("name", ABOUT)
@pytest.mark.parametrize("language", Language)
def test_pages_are_open_to_everybody_and_lead_to_each_other(
    student: Browser, name: str, language: Language
) -> None:
    student.http.cookies.clear()
    answer = student.http.get(f"/{name}", headers={"Accept-Language": language.value})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    for each in ABOUT:
        assert f'href="/{each}"' in answer.text
    if language is Language.EN:
        assert not FRENCH.search(" ".join(Heard(answer).words).replace("Défenseur des droits", ""))


def test_legal_notice_names_what_the_school_has_to_fill_in() -> None:
    page = shown("about_legal", Publication())
    assert page.count("À compléter par l’école : le n") == 2
    assert "À compléter" not in shown("about_legal", WRITTEN)
    assert "Hébergeur" in shown("about_legal", WRITTEN)


def test_personal_data_tells_the_campaigns_own_periods_and_the_officer() -> None:
    page = shown("about_data", WRITTEN)
    assert f"{CAMPAIGN.retention.account_months} mois" in page
    assert "dpo@demo.test" in page
    assert "À compléter" in shown("about_data", Publication())


@pytest.mark.parametrize(
    ("publication", "said"),
    [
        (Publication(), "Accessibilité : non conforme"),
        (WRITTEN, "Accessibilité : partiellement conforme"),
        (replace(WRITTEN, audit_percent=100), "Accessibilité : totalement conforme"),
    ],
)
def test_statement_says_its_degree_on_its_page_and_at_the_foot_of_each(
    publication: Publication, said: str
) -> None:
    assert shown("about_accessibility", publication, results=RESULTS).count(said) == 2
    assert said in shown("about_help", publication)


def test_statement_tells_what_the_tests_found_and_what_they_did_not() -> None:
    page = shown("about_accessibility", WRITTEN, results=RESULTS)
    assert "1 pages sur 2 ne passent pas" in page
    assert ": /login" in page
    assert "toutes les pages essayées passent (2)" in page
    assert "Audit du 01/06/2022, par Cabinet." in page
    assert "a11y@demo.test" in page


def test_results_are_those_of_the_last_run() -> None:
    found = about._results()  # noqa: SLF001 - what the page shows
    assert {each["name"] for each in found["checks"]} == {
        "axe",
        "narrow",
        "script",
        "keyboard",
        "forced_colours",
    }
    assert isinstance(found["tested_on"], date)
