"""One request over HTTP: no redirect is followed, none is repeated."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from infra.local.loopback import by_loopback

LONGEST = 200_000
SECONDS = 30
"""API Gateway waits 29; a cold start on a busy machine takes a while."""


class Answer(NamedTuple):
    """`status` is 0 if nothing answered."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = {}


def fetch(url: str, form: Mapping[str, str] | None = None) -> Answer:
    """Get an address, or post a form to it."""
    from urllib3 import PoolManager, Timeout  # noqa: PLC0415 - slow to import
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - the same

    body = urlencode(form) if form is not None else None
    url, headers = by_loopback(url)
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    with PoolManager(timeout=Timeout(total=SECONDS), retries=False) as network:
        try:
            response = network.request(
                "GET" if body is None else "POST",
                url,
                body=body,
                headers=headers,
                redirect=False,
                preload_content=False,
            )
            text = response.read(LONGEST).decode("utf-8", "replace")
        except HTTPError:
            return Answer(0)
    return Answer(response.status, text, dict(response.headers))
