"""The gateway as a WSGI application, and the server that runs it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast

from flask import Flask

from infra.local.paybox.back_office import back_office
from infra.local.paybox.direct import direct
from infra.local.paybox.elsewhere import elsewhere
from infra.local.paybox.inspection import inspection
from infra.local.paybox.page import pages
from infra.local.paybox.signature import GatewayKey
from infra.local.paybox.simulator import Simulator
from infra.local.paybox.store import Store
from infra.local.serving import GrowingThreads
from infra.local.serving import serve as serve_on_loopback


def create_app(
    *, state_dir: Path, now: Callable[[], datetime], notification_timeout_seconds: float = 20.0
) -> Flask:
    """A gateway whose books, tokens and key live in `state_dir`; `now` answers aware datetimes.

    It must be served by waitress: the effects that close a connection without an answer are made for it.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # flask types only the interface of its provider
    app.extensions["paybox"] = Simulator(
        store=Store(state_dir / "paybox.sqlite3"),
        key=GatewayKey(state_dir / "paybox.pem"),
        now=now,
        notification_timeout_seconds=notification_timeout_seconds,
    )
    for blueprint in (pages, direct, elsewhere, inspection, back_office):
        app.register_blueprint(blueprint)
    return app


def reset(app: Flask) -> None:
    """Forgets books, tokens, pages, counters, rules and warnings; the key stays."""
    _simulator(app).store.reset()


@contextmanager
def serve(app: Flask, port: int = 0) -> Iterator[str]:
    """Runs the gateway on 127.0.0.1 until the block ends; answers its address.

    A request under a `delay`, or whose notification the shop does not answer yet, holds its thread alone.
    """
    with serve_on_loopback(
        app, port, threads=GrowingThreads(), stopping=_simulator(app).stopping.set
    ) as address:
        yield address


def _simulator(app: Flask) -> Simulator:
    return cast("Simulator", app.extensions["paybox"])
