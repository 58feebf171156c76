"""The school's sign-on as a process: it imports nothing of the application."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.local import cas
from infra.local.accounts import CAS_USERS, PASSWORD
from infra.local.clock import MovableClock
from infra.local.processes import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.local.ports import Ports


@contextmanager
def serve(ports: Ports, state: Path) -> Iterator[None]:
    app = cas.create_app(
        now=MovableClock(state / "clock.json").now,
        accounts=[cas.Account(email.partition("@")[0], PASSWORD, name, email) for email, name in CAS_USERS],
        services={f"http://127.0.0.1:{ports.portal}/api/v1/auth/cas/callback": "Quittance"},
        file=state / "cas.sqlite3",
    )
    with cas.serve(app, ports.cas):
        yield


if __name__ == "__main__":
    run(serve)
