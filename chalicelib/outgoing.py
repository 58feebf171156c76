"""One GET to another server: certificates verified, no redirect, bounded in time and in size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.deadline import within
from chalicelib.tls import tls_context

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, in seconds."""

    connect_seconds: float
    read_seconds: float

    @property
    def seconds(self) -> float:
        """The maximum duration of a whole exchange, for a slowly dripping answer too."""
        return self.connect_seconds + self.read_seconds


@dataclass(frozen=True)
class Received:
    """An answer; names of headers are in lower case. A body that was longer than allowed has a byte more."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def get(address: str, headers: Mapping[str, str], patience: Patience, longest: int) -> Received | None:
    """Return the answer, at most one byte more than `longest`; None if the exchange failed or took longer."""
    return within(patience.seconds, lambda: _get(address, headers, patience, longest))


def _get(address: str, headers: Mapping[str, str], patience: Patience, longest: int) -> Received | None:
    from urllib3 import PoolManager, Timeout  # noqa: PLC0415 - slow to import: cold start
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - the same

    wait = Timeout(connect=patience.connect_seconds, read=patience.read_seconds)
    asked = {"Accept-Encoding": "identity", **headers}
    body = b""
    with PoolManager(timeout=wait, retries=False, ssl_context=tls_context()) as network:
        try:
            response = network.request("GET", address, headers=asked, redirect=False, preload_content=False)
            while len(body) <= longest and (
                more := response.read(longest + 1 - len(body), decode_content=False)
            ):
                body += more
            response.close()
        except HTTPError:
            return None
    return Received(response.status, {name.lower(): told for name, told in response.headers.items()}, body)
