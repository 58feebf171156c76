"""Single logout: every service visited is told by a POST, fire and forget (2.3, appendix C)."""

import queue
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import urllib3

from infra.local.cas.sessions import Visit

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
ET.register_namespace("samlp", PROTOCOL)
ET.register_namespace("saml", ASSERTION)


class SingleLogout:
    """Tells services, one after another, from the thread that `running` keeps."""

    def __init__(self, now: Callable[[], datetime], timeout_seconds: float) -> None:
        self._now = now
        self._timeout_seconds = timeout_seconds
        self._untold: queue.SimpleQueue[Visit | None] = queue.SimpleQueue()
        self._stopping = threading.Event()

    def tell(self, visits: Iterable[Visit]) -> None:
        for visit in visits:
            self._untold.put(visit)

    @contextmanager
    def running(self) -> Iterator[None]:
        """At the end of the block what is not yet told stays untold."""
        self._stopping.clear()
        thread = threading.Thread(target=self._work, name="single logout")
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._untold.put(None)
            thread.join()

    def _work(self) -> None:
        while (visit := self._untold.get()) is not None:
            if not self._stopping.is_set():
                self._send(visit)

    def _send(self, visit: Visit) -> None:
        fields = {"logoutRequest": logout_request(visit.ticket, self._now())}
        wait = urllib3.Timeout(total=self._timeout_seconds)
        with urllib3.PoolManager(retries=False, timeout=wait) as network:
            try:
                network.request(
                    "POST",
                    visit.service,
                    fields=fields,
                    encode_multipart=False,
                    redirect=False,
                    preload_content=False,
                ).close()
            except urllib3.exceptions.HTTPError:
                return  # 2.3.3.1: no error of a service disturbs the server


def logout_request(ticket: str, now: datetime) -> str:
    """The document of appendix C."""
    root = ET.Element(
        f"{{{PROTOCOL}}}LogoutRequest",
        {
            "ID": f"LR-{secrets.token_hex(16)}",
            "Version": "2.0",
            "IssueInstant": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    )
    ET.SubElement(root, f"{{{ASSERTION}}}NameID").text = "@NOT_USED@"
    ET.SubElement(root, f"{{{PROTOCOL}}}SessionIndex").text = ticket
    return ET.tostring(root, encoding="unicode")
