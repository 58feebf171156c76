"""A time limit for a whole exchange: a socket's own timeout starts again with each byte received."""

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from threading import Thread
from typing import TypeVar

Answer = TypeVar("Answer")


def within(seconds: float, ask: Callable[[], Answer]) -> Answer | None:
    """Return what `ask` returns, None after `seconds`; raise what it raises. A late result is discarded."""
    asked: Future[Answer] = Future()
    Thread(target=lambda: _settle(asked, ask), name="deadline", daemon=True).start()
    try:
        return asked.result(seconds)
    except Late:
        return None


def _settle(asked: "Future[Answer]", ask: Callable[[], Answer]) -> None:
    try:
        asked.set_result(ask())
    except Exception as error:  # noqa: BLE001 - the caller's thread raises it
        asked.set_exception(error)
