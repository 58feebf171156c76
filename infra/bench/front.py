"""The local front beside waitress alone: requests a second, and the server's CPU for each."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from infra.bench import local_app as product
from infra.bench.fronts import STYLES
from infra.bench.sections import Mark, Section
from infra.bench.tables import comparisons
from infra.bench.timing import Timing, compare_all
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

WARM_UP, RUNS, EACH_RUN = 2, 20, 400
LEAST = 0.6
PLAIN = {"Content-Type": "text/plain"}

TEXT = """\
Each server is a process of its own behind the same waitress, asked over one kept connection by another: the
front for `{styles}`, an answer without a call of AWS, and waitress for as many bytes. The share is
that of the rates; the CPU ratio compares what each server worked for a request. The floor is the application
alone, called with an event that was made once: it is what ships, and what the front adds to, as API Gateway
does; it finds the language, names the run in its log lines, and answers with {headers} headers. Of that a
view of Chalice without middleware, with the same headers and bytes, is the part that is not ours.

{table}

The front reaches {share:.2f} of waitress's rate by the clock, {cpu_share:.2f} by the server's CPU; the
application alone {floor:.2f}.
"""


class Server:
    """A server in a process of its own, and one kept connection to it."""

    def __init__(self, kind: str, path: str, headers: dict[str, str] = PLAIN, length: int = 0) -> None:
        command = [sys.executable, "-m", "infra.bench.fronts", kind, json.dumps(headers), str(length)]
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

    def answer(self) -> tuple[dict[str, str], int]:
        """Return the headers of an answer but for its length, and the length of its body."""
        self._socket.sendall(self._asked)
        head, length = self._answer()
        named = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:])
        left_out = {"content-length", "date", "connection"}  # waitress adds them
        return {name: value for name, value in named.items() if name.lower() not in left_out}, length

    def end(self) -> None:
        self._socket.close()
        self._process.communicate()

    def _answer(self) -> tuple[bytes, int]:
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
        return head, length

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
    with product.running(), ExitStack() as ending:

        def started(kind: str, path: str, *given: Any) -> Server:
            server = Server(kind, path, *given)
            ending.callback(server.end)
            return server

        front = started("front", STYLES)
        headers, length = front.answer()
        base = f"waitress's hello, {EACH_RUN} times", started("hello", "/", PLAIN, length).asked
        subjects = [
            ("the front", front.asked),
            ("the application alone", started("application", "/").asked),
            ("a bare view of Chalice", started("chalice", "/", headers, length).asked),
        ]
        found = compare_all(subjects, base, warm_up=WARM_UP, runs=RUNS)
    share, cpu_share, floor = 1 / found[0].ratio, 1 / found[0].processor_ratio, 1 / found[1].processor_ratio
    shares = {"share": share, "cpu_share": cpu_share, "floor": floor, "headers": len(headers)}
    text = TEXT.format(styles=STYLES, table=comparisons(found), **shares)
    what = "front, of waitress's hello by the server's CPU"
    return Section("front", text, [Mark(what, cpu_share, LEAST, is_least=True, floor=floor)])
