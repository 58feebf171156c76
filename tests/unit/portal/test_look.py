"""The school's colours and logo have addresses of their own; a school without them has none."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.delivery.mail_html import compose_html
from chalicelib.domain.campaigns.look import Look
from chalicelib.domain.languages import Language
from chalicelib.domain.outbox import Topic
from infra.local.mail_previews import sample_facts
from tests.unit.portal.conftest import Browser

LOGO = '<svg xmlns="http://www.w3.org/2000/svg"/>'
LOOK = Look("#1d6b3a", "#8fd6a6", LOGO)


@pytest.fixture
def looked(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    campaigns = browser.ports.campaigns
    found = replace(campaigns.current(), look=LOOK)
    monkeypatch.setattr(campaigns, "get", lambda _campaign_id: found)
    monkeypatch.setattr(campaigns, "current", lambda: found)
    return browser


def address(page: str, name: str) -> str:
    found = re.search(rf'"(/look/[^"]*/{re.escape(name)}\?v=[0-9a-f]+)"', page)
    assert found is not None, name
    return found.group(1)


def test_school_without_a_look_has_no_addresses(browser: Browser) -> None:
    campaign_id = browser.ports.campaigns.current().id
    assert "/look/" not in browser.get("/login").text
    for path in (f"/look/{campaign_id}/look.css", f"/look/{campaign_id}/logo.svg", "/look/x/look.css"):
        assert browser.get(path).status_code == 404


def test_pages_take_the_style_sheet_and_the_logo(looked: Browser) -> None:
    page = looked.get("/login").text
    name = looked.ports.campaigns.current().school.name
    assert re.search(rf'<img class="logo" src="[^"]*" alt="{name}">', page)
    sheet = looked.http.get(address(page, "look.css"))
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "--brand: #1d6b3a;" in sheet.text
    assert "--school: #8fd6a6;" in sheet.text
    assert ".logo" in sheet.text
    logo = looked.http.get(address(page, "logo.svg"))
    assert logo.text == LOGO
    assert logo.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in logo.headers["content-security-policy"]
    for answer in (sheet, logo):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_address_of_another_version_is_not_kept(looked: Browser) -> None:
    path = address(looked.get("/login").text, "look.css").partition("?")[0]
    for asked in (path, f"{path}?v=000000000000"):
        assert looked.http.get(asked).headers["cache-control"] == "no-store"


def test_head_is_answered_as_get_without_the_body(looked: Browser) -> None:
    path = address(looked.get("/login").text, "look.css")
    answer = looked.http.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("language", Language)
def test_mails_are_in_the_schools_colours(language: Language) -> None:
    facts = sample_facts(Topic.PASSWORD_RESET, language, "https://portal.test")
    html = compose_html(Topic.PASSWORD_RESET, language, {**facts, "look": LOOK})
    assert 'bgcolor="#1d6b3a"' in html
    assert "#8fd6a6" in html
    for ours in ("#12404d", "#1c5768", "#a5d3df"):
        assert ours not in html
