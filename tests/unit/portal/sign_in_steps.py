"""What the stories of coming in share: mails that arrive, links in them, codes of a telephone."""

import re

import httpx
import pyotp
import pytest

from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.delivery.send_outbox import send_outbox
from tests.unit.portal.conftest import Browser, PortalPorts, serve, without_spaces

EMAIL = "student@demo.test"
STUDENT = "0000000000000001"
CHOSEN = "trois mots sans rapport"


def read(answer: httpx.Response) -> str:
    return without_spaces(answer.text)


def delivered(ports: PortalPorts) -> list[tuple[str, str]]:
    """The outbox is delivered; return all mails that were sent."""
    send_outbox(ports)
    for entry in ports.outbox_queue.entries:
        deliver_outbox(ports, entry.id)
    return ports.mailer.sent


def asks_for_a_link(browser: Browser, email: str = EMAIL, way: str = "/password-reset") -> httpx.Response:
    return browser.send(browser.get(way), way, email=email)


def link_of(browser: Browser, email: str = EMAIL, way: str = "/password-reset") -> str:
    """Ask for a link and open the mail; return the path that it leads to."""
    asks_for_a_link(browser, email, way)
    delivered(browser.ports)
    return f"/password?token={browser.ports.mailer.tokens[-1]}"


def chooses(browser: Browser, link: str, password: str = CHOSEN, **given: str) -> httpx.Response:
    return browser.send(browser.get(link), "/password", password=password, **given)


def another(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return serve(browser.ports, monkeypatch)


def secret_on(page: httpx.Response) -> str:
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert found is not None
    return found[1].replace(" ", "")


def code_of(browser: Browser, secret: str) -> str:
    return pyotp.TOTP(secret).at(browser.ports.now())


def codes_on(page: httpx.Response) -> list[str]:
    return re.findall(r"<li>([A-Z2-7-]{29})</li>", page.text)


def enrols(browser: Browser, email: str = "accountant@demo.test") -> tuple[str, list[str]]:
    """Staff logs in for the first time where a second factor is required; return secret and codes."""
    page = browser.log_in(email)
    secret = secret_on(page)
    shown = browser.send(page, "/second-factor/enrolment", code=code_of(browser, secret))
    browser.ports.move(seconds=60)
    return secret, codes_on(shown)
