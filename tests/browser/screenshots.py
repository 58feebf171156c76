"""Pictures of the ten main pages for the documents, from a stack of its own: `make screenshots`.

Only the demo's people are in them.
"""

import io
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import DESKTOP, PHONE, Reader, launched, patient
from tests.conftest import Stack, started

QUALITY = 80
MOST_BYTES = 600_000
ACCEPTED = "1111222233334444"


class Camera:
    """Takes what a reader sees into a folder, as WebP."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.bytes = 0

    def takes(self, page: Page, name: str) -> None:
        picture = io.BytesIO(page.screenshot())
        path = self._folder / f"{name}.webp"
        Image.open(picture).convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
        self.bytes += path.stat().st_size


def take(page: Page, stack: Stack, camera: Camera) -> None:
    student = Reader(page, stack)
    student.opens("/login")
    camera.takes(page, "login")
    student.logs_in("student@demo.test")
    student.opens("/")
    student.clicks(".now a.button")
    camera.takes(page, "situations")
    page.check("input[value='01']")
    student.clicks("main form button")
    student.opens("/choose-plan")
    camera.takes(page, "plans")
    student.opens("/")
    camera.takes(page, "home")
    student.opens("/pay-once")
    camera.takes(page, "recap")
    page.check("#mode-none")
    student.clicks("main form[action='/pay-once'] button")
    student.pays(ACCEPTED)
    camera.takes(page, "receipt")
    student.opens("/account")
    camera.takes(page, "account")
    page.set_viewport_size(PHONE)
    student.opens("/")
    camera.takes(page, "home-phone")
    page.set_viewport_size(DESKTOP)
    student.logs_in("registrar@demo.test")
    student.opens("/staff/registrations")
    camera.takes(page, "registrations")
    page.goto(f"{stack.control}/mails/debit_notice/fr.html")
    camera.takes(page, "mail")


def main(arguments: Sequence[str]) -> int:
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    camera = Camera(folder)
    with (
        tempfile.TemporaryDirectory() as state,
        started(Path(state)) as stack,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright)
        page = patient(browser.new_context(viewport=DESKTOP, locale="fr-FR")).new_page()
        take(page, stack, camera)
        browser.close()
    print(f"{camera.bytes:,} bytes in {folder}")  # noqa: T201 - its page is the terminal
    return int(camera.bytes > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
