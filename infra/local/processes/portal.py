"""The portal as a process: the application behind what API Gateway does."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import app
from chalicelib.wiring import use_clock
from infra.local.clock import MovableClock
from infra.local.front import create_front
from infra.local.processes import run
from infra.local.processes.forgetting import forget
from infra.local.serving import serve as serve_on_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from infra.local.ports import Ports

FORGET = "/_forget"
SWITCH_SECONDS = 0.0005
"""How long a thread that computes keeps the others waiting. With Python's 5 ms each call of AWS may wait that
long to hear its answer: of 30 pages a second one in twenty took 127 ms, and takes 77."""


@contextmanager
def serve(ports: Ports, state: Path) -> Iterator[None]:
    sys.setswitchinterval(SWITCH_SECONDS)
    use_clock(MovableClock(state / "clock.json").now)
    with serve_on_loopback(_forgetting(create_front(app.app)), ports.portal):
        yield


def _forgetting(front: WSGIApplication) -> WSGIApplication:
    """Let the control process say that the demo began again."""

    def portal(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != FORGET or environ["REQUEST_METHOD"] != "POST":
            return front(environ, start_response)
        forget()
        start_response("204 No Content", [])
        return []

    return portal


if __name__ == "__main__":
    run(serve)
