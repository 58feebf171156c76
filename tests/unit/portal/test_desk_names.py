"""The heading of a desk's page begins with the name that leads to it, in each language."""

import html
import re

import httpx
import pytest

from chalicelib.domain.languages import Language
from chalicelib.pages.desks import DESKS, HOME
from chalicelib.portal.texts import said
from tests.unit.portal.conftest import Browser

ROLES = ("accountant", "administrator", "auditor")


def heading(page: httpx.Response) -> str:
    """The heading of a page, less its pills."""
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)
    return " ".join(html.unescape(re.sub("<[^>]*>.*", "", found)).split())


@pytest.mark.parametrize("language", Language)
def test_menu_and_page_use_one_name(browser: Browser, language: Language) -> None:
    seen = {}
    for role in ROLES:
        browser.log_in(f"{role}@demo.test")
        pages = {desk: browser.get(f"{desk.path}?lang={language}") for desk in DESKS if desk != HOME}
        seen |= {desk: heading(page) for desk, page in pages.items() if page.status_code == 200}
    names = {said(desk.label, language): name for desk, name in seen.items()}
    assert len(names) == len(DESKS) - 1
    assert {name: told for name, told in names.items() if not told.startswith(name)} == {}
