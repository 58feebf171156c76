"""The adapters of the State's services over loopback HTTP: the simulators, and a server that lies."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from chalicelib.evidence.api_particulier import ApiParticulier
from chalicelib.evidence.cvec import CvecService
from chalicelib.evidence.guard import Guard
from chalicelib.outgoing import Patience
from infra.local.evidence import RECIPIENT, TOKEN, create_app, serve
from tests.fakes.identity import MemoryLimits
from tests.fakes.storage import Memory

SHORT = Patience(connect_seconds=0.3, read_seconds=0.4)
USUAL = Patience(connect_seconds=2, read_seconds=4)


@dataclass
class Clock:
    now: datetime = datetime(2022, 6, 24, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Asking:
    """One school's adapters, all on the same counters."""

    address: str
    clock: Clock = field(default_factory=Clock)
    limits: MemoryLimits = field(default_factory=lambda: MemoryLimits(Memory()))

    def guard(self, name: str, most_a_day: int = 1000) -> Guard:
        return Guard(name, most_a_day, self.limits, self.clock)

    def cvec(self, patience: Patience = USUAL, most_a_day: int = 1000) -> CvecService:
        return CvecService(self.address, self.guard("cvec", most_a_day), patience)

    def grants(self, patience: Patience = USUAL, token: str = TOKEN, recipient: str = RECIPIENT) -> Any:
        return ApiParticulier(
            self.address, lambda: token, recipient, self.guard("grant"), self.clock, patience
        )

    def order(self, *rules: dict[str, Any]) -> None:
        httpx.put(f"{self.address}/_faults", json={"rules": rules}).raise_for_status()

    def asked(self) -> int:
        return len(httpx.get(f"{self.address}/_asked").json()["items"])


@pytest.fixture(scope="session")
def simulators() -> Iterator[tuple[str, Clock]]:
    clock = Clock()
    with serve(create_app(now=clock)) as address:
        yield address, clock


@pytest.fixture
def asking(simulators: tuple[str, Clock]) -> Asking:
    address, clock = simulators
    clock.now = Clock().now
    httpx.post(f"{address}/_reset").raise_for_status()
    return Asking(address, clock)


@dataclass
class Liar:
    """A server that gives whatever answer it was told, and keeps what it was asked."""

    address: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def tell(self, status: int, body: bytes, **headers: str) -> None:
        self.status, self.body, self.headers = status, body, headers


@pytest.fixture(scope="session")
def liar_server() -> Iterator[Liar]:
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            liar.asked.append((self.path, dict(self.headers)))
            self.send_response(liar.status)
            for name, told in liar.headers.items():
                self.send_header(name.replace("_", "-"), told)
            self.send_header("Content-Length", str(len(liar.body)))
            self.end_headers()
            self.wfile.write(liar.body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        liar.address = f"http://127.0.0.1:{server.server_port}"
        yield liar
        server.shutdown()


@pytest.fixture
def liar(liar_server: Liar) -> Liar:
    liar_server.tell(200, b"")
    liar_server.asked.clear()
    return liar_server
