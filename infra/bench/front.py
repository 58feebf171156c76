"""The local front beside waitress alone: requests a second, and the server's CPU for each."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from infra.bench import local_app as product
from infra.bench.sections import Mark, Section
from infra.bench.tables import comparisons
from infra.bench.timing import Timing, compare
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

WARM_UP, RUNS, EACH_RUN = 2, 20, 400
LEAST = 0.6
STYLES = "/static/portal.css"
SERVED = """\
import sys, time
from infra.local.serving import serve
if sys.argv[1] == "front":
    import app
    from infra.local.front import create_front
    served = create_front(app.app)
else:
    said = b"h" * int(sys.argv[2])
    def served(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
        return [said]
with serve(served) as address:
    print(address, flush=True)
    for _ in sys.stdin:
        print(time.process_time(), flush=True)
"""

TEXT = """\
Both servers are processes of their own, asked over one kept connection by a third: the front for
`{styles}`, a handler without a call of AWS, and waitress for as many bytes. The share is that of the rates;
the CPU ratio compares what each server worked for a request.

{table}

The front reaches {share:.2f} of waitress's rate by the clock, {cpu_share:.2f} by the server's CPU.
"""


class Server:
    """A server in a process of its own, and one kept connection to it."""

    def __init__(self, kind: str, path: str, length: int = 0) -> None:
        command = [sys.executable, "-c", SERVED, kind, str(length)]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        host, _, port = self._line().rpartition("://")[2].partition(":")
        self._asked = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def asked(self) -> Timing:
        before, began = self._worked(), time.perf_counter()
        for _ in range(EACH_RUN):
            self._socket.sendall(self._asked)
            self._answer()
        return Timing(time.perf_counter() - began, self._worked() - before)

    def length(self) -> int:
        """Return the length of an answer's body."""
        self._socket.sendall(self._asked)
        return self._answer()

    def end(self) -> None:
        self._socket.close()
        self._process.communicate()

    def _answer(self) -> int:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._socket.recv(65_536)
        head, _, body = got.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(next(self._lengths(head)))
        left = length - len(body)
        while left > 0:
            left -= len(self._socket.recv(65_536))
        return length

    def _lengths(self, head: bytes) -> Iterator[bytes]:
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                yield line.partition(b":")[2]

    def _worked(self) -> float:
        if self._process.stdin is None:
            raise RuntimeError("a pipe is missing")
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        if self._process.stdout is None:
            raise RuntimeError("a pipe is missing")
        return self._process.stdout.readline().strip()


def measure() -> Section:
    with product.running():
        front = Server("front", STYLES)
        return _measured(front, Server("hello", "/", front.length()))


def _measured(front: Server, bare: Server) -> Section:
    try:
        subject, base = (
            (f"{EACH_RUN} × the front", front.asked),
            (f"{EACH_RUN} × waitress's hello", bare.asked),
        )
        found = compare(subject, base, warm_up=WARM_UP, runs=RUNS)
    finally:
        front.end()
        bare.end()
    share, cpu_share = 1 / found.ratio, 1 / found.processor_ratio
    text = TEXT.format(styles=STYLES, table=comparisons([found]), share=share, cpu_share=cpu_share)
    marks = [Mark("front, of waitress's hello by the server's CPU", cpu_share, LEAST, is_least=True)]
    return Section("front", text, marks)
