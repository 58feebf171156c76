"""The page host that is up, found by the `/load.html` of each host (PAYBOX integration manuals)."""

import re
import time
from collections.abc import Callable, Sequence
from urllib.parse import urljoin

from chalicelib.domain.errors import GatewayUnavailable
from chalicelib.tls import tls_context

LONGEST_PAGE = 65536
KEPT_SECONDS = 10.0
"""How long a host that answered OK is taken for up: no outage is hidden for longer."""
_FOUND = 200
_SERVER_STATUS = re.compile(rb"""<[a-z]+\s[^>]*\bid=["']?server_status["']?[^>]*>([^<]*)<""", re.IGNORECASE)


class PageHosts:
    """The hosts of the payment page, as this process knows them; `ticks` counts seconds."""

    def __init__(
        self, page_urls: Sequence[str], timeout_seconds: float, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._page_urls = page_urls
        self._timeout_seconds = timeout_seconds
        self._ticks = ticks
        self._known: tuple[str, float] | None = None

    def first_up(self) -> str:
        """Return the first of the pages with a host that answers OK, in their order.

        If none answers OK, one that did not answer in time is taken: a slow status page is no reason to
        refuse a payment (paybox.md 1.2). Raise `GatewayUnavailable` if each host says no or cannot be
        reached. Only OK is kept, for `KEPT_SECONDS` from the moment of the question.
        """
        known = self._known
        return known[0] if known and self._ticks() < known[1] else self._asked()

    def _asked(self) -> str:
        silent = []
        for url in self._page_urls:
            until = self._ticks() + KEPT_SECONDS
            is_up = _is_up(urljoin(url, "/load.html"), self._timeout_seconds)
            if is_up:
                self._known = (url, until)
                return url
            if is_up is None:
                silent.append(url)
        if not silent:
            raise GatewayUnavailable
        return silent[0]


def _is_up(url: str, timeout_seconds: float) -> bool | None:
    """Return True for a host that is up, None for one that does not answer in time, else False."""
    from urllib3 import PoolManager, Timeout  # noqa: PLC0415 - slow to import: cold start
    from urllib3.exceptions import HTTPError, NewConnectionError, TimeoutError  # noqa: A004, PLC0415 - the same

    wait = Timeout(total=timeout_seconds)
    with PoolManager(timeout=wait, retries=False, ssl_context=tls_context()) as network:
        try:
            response = network.request("GET", url, redirect=False, preload_content=False)
            status = _SERVER_STATUS.search(response.read(LONGEST_PAGE))
        except NewConnectionError:  # refused at once, although a subclass of TimeoutError
            return False
        except TimeoutError:
            return None
        except HTTPError:
            return False
    return response.status == _FOUND and status is not None and status[1] == b"OK"
