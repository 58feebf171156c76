"""A real browser on `make run`: Debian's chromium by Playwright, and what holds on every page it reaches."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response, sync_playwright

from tests.browser.results import note, read_engine, write_if_asked
from tests.conftest import Stack

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 844}
PATIENCE_MS = 10_000
FRUGAL = (
    "--no-sandbox",  # it needs rights that root in a container has not; it opens nothing but this machine
    "--in-process-gpu",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,PaintHolding,SpareRendererForSitePerProcess",
    "--js-flags=--no-opt,--no-maglev",  # a page lives too short for the optimizing compilers to pay
)
"""What headless chromium does without: processes and threads for a screen and for its own menus."""
HEAVIEST_PAGE_BYTES = 50_000
LOADED = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AXE = """() => axe.run({resultTypes: ['violations'], preload: {assets: ['media']}}).then(
  ({violations, testEngine, testEnvironment}) => ({violations, testEngine, testEnvironment}))"""
"""Axe's own rules; no rule of theirs reads style sheets ahead, and what holds stays in the browser."""
SHOWN = """() => [document.documentElement.outerHTML, innerWidth, innerHeight,
  matchMedia('(prefers-color-scheme: dark)').matches]"""
FORM_TOKEN = re.compile(r'name="form_token" value="\w+"')
_HELD: set[tuple[object, ...]] = set()
"""What was looked at and held: document, screen, and whether it is dark."""


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


def axe_violations(page: Page) -> list[tuple[str, list[str]]]:
    """Return the rules that a page breaks, each with where."""
    answer = page.evaluate(AXE)
    read_engine(answer)
    found = answer["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@dataclass
class Reader:
    """A person at the portal, who looks at every page they come to."""

    page: Page
    stack: Stack

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
        self.opens("/login?again=1")
        self.page.fill("#email", email)
        self.page.fill("#password", "quittance-demo")
        self.clicks("main form button")

    def looks(self) -> None:
        """Check that axe sees no barrier, that no script is there, and that 320 px hold the page.

        The same document on the same screen has the same answer: it is examined once a process.
        """
        seen = self.page.url.removeprefix(self.stack.portal)
        shown = self._as_shown()
        if shown in _HELD:
            for check in ("axe", "script", "narrow"):
                note(check, seen, passes=True)
            return
        self._examines(seen)
        _HELD.add(shown)

    def _as_shown(self) -> tuple[object, ...]:
        document, *screen = self.page.evaluate(SHOWN)
        return FORM_TOKEN.sub("", document), *screen

    def _examines(self, seen: str) -> None:
        found = axe_violations(self.page)
        note("axe", seen, passes=not found)
        assert found == [], self.page.url
        scripts = self.page.locator("script").count()
        note("script", seen, passes=not scripts)
        assert scripts == 0
        usual = self.page.viewport_size
        self.page.set_viewport_size(NARROW)
        surplus = self.page.evaluate(LOADED)
        note("narrow", seen, passes=not surplus)
        assert surplus == 0, f"{self.page.url} scrolls sideways at 320 px"
        assert usual is not None
        self.page.set_viewport_size(usual)

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
    locale, screen, scheme = request.param
    context = patient(chromium.new_context(viewport=screen, locale=locale, color_scheme=scheme))
    page = context.new_page()
    page.on("response", _not_heavy)
    yield Reader(page, stack)
    context.close()


def _not_heavy(answer: Response) -> None:
    length = int(answer.headers.get("content-length", 0))
    is_page = answer.headers.get("content-type", "").startswith("text/")
    assert not is_page or length < HEAVIEST_PAGE_BYTES, answer.url


def speaks(reader: Reader, french: str, english: str) -> str:
    """Return what the reader's page says."""
    return french if reader.page.locator("html").get_attribute("lang") == "fr" else english
