"""A real browser on `make run`: Debian's chromium by Playwright, and what holds on every page it reaches."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Response,
    ViewportSize,
    sync_playwright,
)

from tests.browser.contrast import Found, contrast_of, contrast_violations
from tests.browser.results import address_of_kind, note, read_engine, write_if_asked
from tests.conftest import Stack

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=320, height=844)
Scheme = Literal["light", "dark"]
PATIENCE_MS = 10_000
FRUGAL = (
    "--no-sandbox",  # it needs rights that root in a container has not; it opens nothing but this machine
    "--in-process-gpu",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,PaintHolding,SpareRendererForSitePerProcess",
    "--js-flags=--no-opt,--no-maglev",  # a page lives too short for the optimizing compilers to pay
)
"""What headless chromium does without: processes and threads for a screen and for its own menus."""
HEAVIEST_PAGE_BYTES = 50_000
SCRIPTS = "document.querySelectorAll('script').length"
LOADED = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AXE = """rules => axe.run({rules, resultTypes: ['violations'], preload: {assets: ['media']}}).then(
  ({violations, testEngine, testEnvironment}) => ({violations, testEngine, testEnvironment}))"""
"""Axe's own rules; no rule of theirs reads style sheets ahead, and what holds stays in the browser."""
ALL_BUT_CONTRAST = {"color-contrast": {"enabled": False}}
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}
_LOOKED: set[tuple[str, Scheme]] = set()
"""The kinds of pages that were looked at, in light and in dark."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for each file: Playwright keeps an event loop running, which other files must not find."""
    if CHROMIUM is None:
        pytest.skip("NO BROWSER: chromium was not found, so no page was opened in one (apt install chromium)")
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()
        write_if_asked()


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FRUGAL)


def patient(context: BrowserContext) -> BrowserContext:
    """Give axe to each page of a context before its own content, and wait for no element longer than told."""
    context.add_init_script(AXE_SCRIPT)
    context.set_default_timeout(PATIENCE_MS)
    return context


def axe_violations(page: Page) -> Found:
    """Return the rules that a page breaks, each with where; `contrast` judges that rule."""
    answer = page.evaluate(AXE, ALL_BUT_CONTRAST)
    read_engine(answer)
    found = answer["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@dataclass
class Reader:
    """A person at the portal, who looks at every page they come to."""

    page: Page
    stack: Stack
    scheme: Scheme = "light"
    read: dict[str, str] = field(default_factory=dict)
    """The addresses of the pages that were looked at and can be opened again, by their kind."""
    can_be_opened: bool = False
    """Whether a GET led to the page."""

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.stack.portal}{path}")
        self.looks()

    def follows(self, selector: str) -> None:
        """Click, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def clicks(self, selector: str) -> None:
        """Follow, and look at the page."""
        self.follows(selector)
        if self.page.url.startswith(self.stack.portal):
            self.looks()

    def logs_in(self, email: str) -> None:
        """Be logged in as a person, without the page."""
        given = {"email": email, "password": "quittance-demo"}
        opened = httpx.post(f"{self.stack.portal}/api/v1/auth/sessions", json=given, timeout=30)
        token = opened.raise_for_status().json()["token"]
        self.page.context.add_cookies([{"name": "quittance", "value": token, "url": self.stack.portal}])

    def logs_in_on_the_page(self, email: str) -> None:
        self.opens("/login?again=1")
        self.page.fill("#email", email)
        self.page.fill("#password", "quittance-demo")
        self.clicks("main form button")

    def reads_again(self) -> None:
        """Open each kind of page that was looked at, in English, on a wide screen and in the dark."""
        usual, english = self.page.viewport_size, {"name": "quittance-language", "value": "en"}
        assert usual is not None
        self.page.context.add_cookies([{**english, "url": self.stack.portal}])
        self._turns(DESKTOP, "dark")
        for path in list(self.read.values()):
            self.opens(path)
            assert self.page.locator("html").get_attribute("lang") == "en"
        self.page.context.clear_cookies(name=english["name"])
        self._turns(usual, "light")
        self.read.clear()

    def _turns(self, screen: ViewportSize, scheme: Scheme) -> None:
        self.scheme = scheme
        self.page.set_viewport_size(screen)
        self.page.emulate_media(color_scheme=scheme)

    def looks(self) -> None:
        """Check that axe sees no barrier, that no script is there, and that 320 px hold the page.

        A kind of page is looked at in light and in dark, and again where it shows what was not seen before.
        """
        seen = self.page.url.removeprefix(self.stack.portal)
        kind, other = address_of_kind(seen), OTHER[self.scheme]
        if self.can_be_opened:
            self.read[kind] = seen
        scripts = self.page.evaluate(SCRIPTS)
        note("script", seen, passes=not scripts)
        assert scripts == 0
        is_new, faint = contrast_of(self.page)
        found = axe_violations(self.page) + faint
        _LOOKED.add((kind, self.scheme))
        if is_new or (kind, other) not in _LOOKED:
            _LOOKED.add((kind, other))
            self.page.emulate_media(color_scheme=other)
            found += contrast_violations(self.page)
            self.page.emulate_media(color_scheme=self.scheme)
        note("axe", seen, passes=not found)
        assert found == [], self.page.url
        surplus = self._surplus()
        note("narrow", seen, passes=not surplus)
        assert surplus == 0, f"{self.page.url} scrolls sideways at 320 px"

    def _surplus(self) -> int:
        """Return by how many pixels the page is wider than the narrowest screen."""
        usual = self.page.viewport_size
        assert usual is not None
        if usual != NARROW:
            self.page.set_viewport_size(NARROW)
        surplus: int = self.page.evaluate(LOADED)
        if usual != NARROW:
            self.page.set_viewport_size(usual)
        return surplus

    def sees_the_amount(self, amount: str) -> None:
        """Check that an amount stands on the first screen, without a scroll."""
        box = self.page.locator(".amount").first
        assert re.sub(r"\s", " ", box.inner_text()) == amount
        place, screen = box.bounding_box(), self.page.viewport_size
        assert place is not None
        assert screen is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= screen["width"]
        assert place["y"] + place["height"] <= screen["height"]

    def pays(self, card: str) -> None:
        """Leave for the gateway's page, pay there and come back."""
        self.follows("form[action*='/leave'] button")
        self.types_the_card(card)

    def types_the_card(self, card: str) -> None:
        """Pay on the gateway's page and come back."""
        for name, value in {
            "NUMERO_CARTE": card,
            "MOIS_VALIDITE": "12",
            "AN_VALIDITE": "28",
            "CVVX": "123",
        }.items():
            self.page.fill(f"[name={name}]", value)
        self.follows("form button")
        if self.page.locator("[name=CODE]").count():
            self.page.fill("[name=CODE]", "123456")
            self.follows("form button")
        self.clicks("a.return")


@pytest.fixture(
    params=[("fr-FR", PHONE, "light"), ("en-GB", DESKTOP, "dark")], ids=["fr, phone", "en, desktop, dark"]
)
def reader(chromium: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Reader]:
    with reading(chromium, stack, *request.param) as person:
        yield person


@pytest.fixture
def on_a_phone(chromium: Browser, stack: Stack) -> Iterator[Reader]:
    """Who reads French on the narrowest phone; what they read is opened again in English, wide and dark."""
    with reading(chromium, stack, "fr-FR", NARROW, "light") as person:
        yield person


@contextmanager
def reading(
    chromium: Browser, stack: Stack, locale: str, screen: ViewportSize, scheme: Scheme
) -> Iterator[Reader]:
    context = patient(chromium.new_context(viewport=screen, locale=locale, color_scheme=scheme))
    page = context.new_page()
    person = Reader(page, stack, scheme)

    def hears(answer: Response) -> None:
        _not_heavy(answer)
        if answer.request.is_navigation_request():
            person.can_be_opened = answer.request.method == "GET"

    page.on("response", hears)
    yield person
    context.close()


def _not_heavy(answer: Response) -> None:
    length = int(answer.headers.get("content-length", 0))
    is_page = answer.headers.get("content-type", "").startswith("text/")
    assert not is_page or length < HEAVIEST_PAGE_BYTES, answer.url


def speaks(reader: Reader, french: str, english: str) -> str:
    """Return what the reader's page says."""
    return french if reader.page.locator("html").get_attribute("lang") == "fr" else english
