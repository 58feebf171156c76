"""Which page is up: each host says so in its `/load.html` (PAYBOX integration manuals)."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from chalicelib.domain.errors import GatewayUnavailable

LONGEST_PAGE = 65536
_FOUND = 200
_SERVER_STATUS = re.compile(rb"""<[a-z]+\s[^>]*\bid=["']?server_status["']?[^>]*>([^<]*)<""", re.IGNORECASE)


def first_page_up(page_urls: Sequence[str], timeout_seconds: float) -> str:
    """The first of `page_urls` whose host says OK, in their order."""
    for url in page_urls:
        if _is_up(urljoin(url, "/load.html"), timeout_seconds):
            return url
    raise GatewayUnavailable


def _is_up(url: str, timeout_seconds: float) -> bool:
    from urllib3 import PoolManager, Timeout  # noqa: PLC0415 - slow to import: cold start
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - the same

    with PoolManager(timeout=Timeout(total=timeout_seconds), retries=False) as network:
        try:
            response = network.request("GET", url, redirect=False, preload_content=False)
            status = _SERVER_STATUS.search(response.read(LONGEST_PAGE))
        except HTTPError:
            return False
    return response.status == _FOUND and status is not None and status[1] == b"OK"
