"""The State's services as a process: it imports nothing of the application."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.local import evidence
from infra.local.clock import MovableClock
from infra.local.processes import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.local.ports import Ports


@contextmanager
def serve(ports: Ports, state: Path) -> Iterator[None]:
    app = evidence.create_app(now=MovableClock(state / "clock.json").now)
    with evidence.serve(app, ports.evidence):
        yield


if __name__ == "__main__":
    run(serve)
