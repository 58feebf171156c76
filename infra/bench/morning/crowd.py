"""`python -m infra.bench.morning.crowd PORT COUNT SECONDS`: students who log in, declare, pay and come back.

Writes JSON: for each page the seconds of its answers, and each answer that was an error.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import ssl
import sys
import time
from collections import defaultdict
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

from infra.bench.morning.students import email_of
from infra.local.accounts import PASSWORD
from infra.local.ports import Ports

CARD = {
    "NUMERO_CARTE": "4012001037141112",
    "MOIS_VALIDITE": "12",
    "AN_VALIDITE": "28",
    "CVVX": "123",
}  # pragma: allowlist secret
SITUATION = "01"
PATIENCE = 60
TOLD_EVERY_SECONDS = 60
ERRORS = 400
TLS = ssl.create_default_context()
"""Of all browsers: to make one takes 20 ms, in which no other student of this process is heard."""
TAGS = re.compile(r"<(?:form|input)\b[^>]*>")
"""All that is read of a page: a parser of the whole would keep the others waiting too."""


class Forms(HTMLParser):
    """The forms of a page: each action with its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag == "input" and self.found and given.get("type") == "hidden":
            self.found[-1][1][given["name"]] = given.get("value", "")


class Crowd:
    """All students of the morning, and what they waited for."""

    def __init__(self, portal: str, paybox: str) -> None:
        self._portal, self._paybox = portal, paybox
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    async def come(self, count: int, seconds: float) -> None:
        pause = seconds / count
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for nth in range(count):
                group.create_task(self._one(nth))
                if (nth + 1) % max(1, round(TOLD_EVERY_SECONDS / pause)) == 0:
                    print(f"    {nth + 1} of {count} have come", file=sys.stderr, flush=True)
                await asyncio.sleep(max(0.0, began + (nth + 1) * pause - time.monotonic()))

    async def _one(self, nth: int) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE, verify=TLS) as browser:
            try:
                await Visit(self, browser, self._portal, self._paybox).pay(email_of(nth))
            except Exception as error:  # noqa: BLE001 - one student delays no other; each is told
                self.errors.append(f"{nth}: {type(error).__name__} {error}"[:300])


class Visit:
    """One student's browser."""

    def __init__(self, crowd: Crowd, browser: httpx.AsyncClient, portal: str, paybox: str) -> None:
        self._crowd, self._browser = crowd, browser
        self._portal, self._paybox = portal, paybox

    async def pay(self, email: str) -> None:
        page = await self._ask("GET", f"{self._portal}/login")
        await self._send(page, "/login", {"email": email, "password": PASSWORD})
        page = await self._ask("GET", f"{self._portal}/dossier")
        await self._send(page, "/dossier", {"code": SITUATION})
        page = await self._ask("GET", f"{self._portal}/pay-once/recap")
        page = await self._send(page, "/pay-once", {"mode": "none"})
        page = await self._send(page, "/leave", {})
        page = await self._ask("POST", self._action(page), CARD | self._forms(page)[0][1])
        if 'name="CODE"' in page.text:
            page = await self._ask("POST", self._action(page), self._forms(page)[0][1] | {"CODE": "123456"})
        back = re.search(r'<a href="([^"]+)" class="return">', page.text)
        if back is None:
            raise RuntimeError(f"no way back on {page.url}")
        await self._ask("GET", html.unescape(back[1]))
        await self._ask("GET", f"{self._portal}/account")

    async def _send(self, page: httpx.Response, ends: str, given: dict[str, str]) -> httpx.Response:
        action, fields = next(each for each in self._forms(page) if each[0].endswith(ends))
        return await self._ask("POST", urljoin(str(page.url), action), fields | given)

    async def _ask(self, method: str, address: str, given: dict[str, str] | None = None) -> httpx.Response:
        """Ask, note how long it took, and go where the answer leads."""
        began = time.perf_counter()
        answer = await self._browser.request(method, address, data=given)
        self._crowd.seconds[label(method, address, self._paybox)].append(time.perf_counter() - began)
        if answer.status_code >= ERRORS:
            raise RuntimeError(f"{method} {address}: {answer.status_code}")
        if answer.is_redirect:
            return await self._ask("GET", urljoin(address, answer.headers["location"]))
        return answer

    def _action(self, page: httpx.Response) -> str:
        return urljoin(str(page.url), self._forms(page)[0][0])

    def _forms(self, page: httpx.Response) -> list[tuple[str, dict[str, str]]]:
        parser = Forms()
        parser.feed("".join(TAGS.findall(page.text)))
        return parser.found


def label(method: str, address: str, paybox: str) -> str:
    path = urlsplit(address).path
    if address.startswith(paybox):
        return f"{method} the gateway's pages"
    return f"{method} " + re.sub(r"^/payments/(?!return)[^/]+", "/payments/{payment_id}", path)


def main(port: int, count: int, seconds: float) -> None:
    ports = Ports.of(port)
    crowd = Crowd(f"http://127.0.0.1:{ports.portal}", f"http://127.0.0.1:{ports.paybox}")
    asyncio.run(crowd.come(count, seconds))
    print(json.dumps({"seconds": crowd.seconds, "errors": crowd.errors}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
