"""One POST to the receiver of another system: to a public address, certificates verified, bounded."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.deadline import within
from chalicelib.domain.webhooks.addresses import LOOPBACK_HOSTS, is_public
from chalicelib.domain.webhooks.attempt import AttemptResult, Reply, result_of
from chalicelib.domain.webhooks.signing import signed_headers
from chalicelib.tls import tls_context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ssl import SSLContext

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 15.0, 20.0
"""How long a receiver is waited for: the specification asks for 15 to 30 s."""
MOST_READ = 4096
"""Bytes of an answer that are taken from the connection, and dropped: its status is all that counts."""
AGENT = "Quittance-Webhooks/1"


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name, IPv4 first: not every network of a function has IPv6."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(each[4][0]) for each in found)
    return sorted(addresses, key=lambda address: ":" in address)


class HttpReceivers:
    """Send messages to receivers.

    The name is resolved at each try, each of its addresses must be public, and the connection is made to
    the address that was checked: a name that is resolved anew, a redirect or a proxy leads nowhere else.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        allows_loopback: bool = False,
        resolve: Callable[[str, int], Sequence[str]] = resolve,
        trust: Callable[[], SSLContext] = tls_context,
        seconds: float = WHOLE_SECONDS,
    ) -> None:
        """Take `seconds`, the longest for a whole exchange, and `now`, the clock that signatures name."""
        self.allows_loopback = allows_loopback
        self._now = now
        self._resolve = resolve
        self._trust = trust
        self._seconds = seconds

    def send(self, url: str, message_id: str, body: bytes, secrets: Sequence[str]) -> Reply:
        """Send one signed message, once; no answer is a `Reply` without a status."""
        headers = signed_headers(secrets, message_id, int(self._now().timestamp()), body)
        heard: list[Reply] = []
        failed = within(self._seconds, lambda: self._exchange(url, headers, body, heard))
        return heard[0] if heard else failed or Reply(AttemptResult.TIMED_OUT)

    def _exchange(self, url: str, headers: dict[str, str], body: bytes, heard: list[Reply]) -> Reply | None:
        """Append the answer to `heard` once its headers have arrived; return the failure if none arrives."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            addresses = self._resolve(host, port)
        except OSError:
            return Reply(AttemptResult.NAME_UNKNOWN)
        if not addresses or not all(self._may_reach(host, each) for each in addresses):
            return Reply(AttemptResult.ADDRESS_NOT_PUBLIC)
        failed: Reply | None = None
        for address in addresses:
            failed = self._post(url, address, headers, body, heard)
            if failed is None or failed.result is not AttemptResult.NOT_CONNECTED:
                return failed
        return failed

    def _may_reach(self, host: str, address: str) -> bool:
        if self.allows_loopback and host in LOOPBACK_HOSTS:
            return ip_address(address).is_loopback
        return is_public(address)

    def _post(
        self, url: str, address: str, headers: dict[str, str], body: bytes, heard: list[Reply]
    ) -> Reply | None:
        from urllib3 import exceptions  # noqa: PLC0415 - slow to import: cold start

        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"Host": parts.netloc, "User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
        try:
            with self._connection(url, address) as pool:
                response = pool.urlopen(
                    "POST", target, body, sent, retries=False, redirect=False, preload_content=False
                )
                heard.append(_reply(response, self._now()))
                _drop(response)
        except (exceptions.NewConnectionError, exceptions.ConnectTimeoutError):
            return Reply(AttemptResult.NOT_CONNECTED)
        except exceptions.SSLError:
            return Reply(AttemptResult.CERTIFICATE_REFUSED)
        except exceptions.TimeoutError:
            return Reply(AttemptResult.TIMED_OUT)
        except exceptions.HTTPError:
            return Reply(AttemptResult.NOT_CONNECTED)
        return None

    def _connection(self, url: str, address: str) -> HTTPConnectionPool:
        """Return a pool of connections to the address; the certificate must be the name's."""
        from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout  # noqa: PLC0415 - the same

        parts = urlsplit(url)
        wait = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        if parts.scheme == "http":
            return HTTPConnectionPool(address, parts.port or 80, timeout=wait, maxsize=1)
        return HTTPSConnectionPool(
            address,
            parts.port or 443,
            timeout=wait,
            maxsize=1,
            ssl_context=self._trust(),
            server_hostname=parts.hostname,
        )


def _reply(response: BaseHTTPResponse, now: datetime) -> Reply:
    asked = _seconds(response.headers.get("Retry-After", ""), now)
    return Reply(result_of(response.status), response.status, asked)


def _seconds(retry_after: str, now: datetime) -> timedelta | None:
    """Return what a `Retry-After` asks to wait, in seconds or until a date; None if it asks for nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return wait if wait > timedelta(0) else None


def _drop(response: BaseHTTPResponse) -> None:
    """Take some bytes of the body, so that a receiver of a short answer ends as usual, and close."""
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - the same

    try:
        response.read1(MOST_READ)
    except HTTPError:
        pass
    finally:
        response.close()
