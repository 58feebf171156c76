"""The way of a student by keyboard alone, and pages in the colours that a system forces."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, axe_violations, patient
from tests.browser.results import note
from tests.conftest import Stack

MOST_TABS = 120
IS_VISIBLE = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const label = at.matches('input[type=radio], input[type=checkbox]') ? at.closest('label') : null;
  const shown = [style, label ? getComputedStyle(label) : style];
  return box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
    && shown.some(each => each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) >= 2);
}"""


class Keyboard:
    """Tab, arrows, Space and Enter; each stop must show where it is."""

    def __init__(self, page: Page, portal: str) -> None:
        self._page, self._portal = page, portal

    def reaches(self, selector: str) -> None:
        for _ in range(MOST_TABS):
            self._page.keyboard.press("Tab")
            if self._page.evaluate("document.activeElement === document.body"):
                continue
            is_visible = self._page.evaluate(IS_VISIBLE)
            where = self._page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            note("keyboard", self._page.url.removeprefix(self._portal), passes=is_visible)
            assert is_visible, f"{self._page.url}: {where}"
            if self._page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        pytest.fail(f"{self._page.url}: {selector} was not reached")

    def types(self, selector: str, words: str) -> None:
        self.reaches(selector)
        self._page.keyboard.type(words)

    def enters(self, selector: str) -> None:
        self.reaches(selector)
        with self._page.expect_navigation():
            self._page.keyboard.press("Enter")

    def chooses(self, value: str) -> None:
        """Go into a group of radios, and on by arrows until the wanted one is chosen."""
        self.reaches("input[type=radio]")
        for _ in range(MOST_TABS):
            if self._page.evaluate("document.activeElement.value") == value:
                self._page.keyboard.press("Space")
                return
            self._page.keyboard.press("ArrowDown")
        pytest.fail(f"{self._page.url}: no radio {value}")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = patient(chromium.new_context(viewport=DESKTOP, locale="fr-FR"))
    yield context.new_page()
    context.close()


def test_student_declares_and_comes_to_the_payment_by_keyboard(page: Page, stack: Stack) -> None:
    keys = Keyboard(page, stack.portal)
    page.goto(f"{stack.portal}/login")
    keys.types("#email", "student@demo.test")
    keys.types("#password", "quittance-demo")
    keys.enters("main form button")
    keys.enters(".now a.button")
    keys.chooses("05")
    keys.enters("main form button")
    page.goto(f"{stack.portal}/")
    keys.enters(".now a.button")
    keys.chooses("none")
    keys.enters("main form[action='/pay-once'] button")
    keys.reaches("form[action*='/leave'] button")


UNFRAMED = """() => [...document.querySelectorAll('main button, main a.button, main input')]
  .filter(each => each.getBoundingClientRect().width && getComputedStyle(each).borderStyle === 'none'
    && !each.matches('[type=radio], [type=checkbox], [type=hidden]'))
  .map(each => each.outerHTML.slice(0, 90))"""


def test_pages_hold_in_forced_colours(chromium: Browser, stack: Stack) -> None:
    """Contrast is the system's then; what a control is must show without a background."""
    context = patient(chromium.new_context(viewport=DESKTOP, locale="fr-FR", forced_colors="active"))
    page = context.new_page()
    page.goto(f"{stack.portal}/login")
    page.fill("#email", "student@demo.test")
    page.fill("#password", "quittance-demo")
    with page.expect_navigation():
        page.click("main form button")
    for path in ("/", "/dossier", "/account", "/security", "/aide", "/accessibilite"):
        page.goto(f"{stack.portal}{path}")
        found = axe_violations(page)
        unframed = page.evaluate(UNFRAMED)
        note("forced_colours", path, passes=not found and not unframed)
        assert (found, unframed) == ([], []), path
    context.close()
