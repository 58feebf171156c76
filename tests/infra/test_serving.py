"""The end of a server in a thread."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from waitress.trigger import trigger

from infra.local.serving import serve


def _say_hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


def test_server_ends_while_its_thread_already_serves_another_pull(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owning thread may read the trigger before the one that ends the server has pulled it."""
    pull, close = trigger._physical_pull, trigger.close  # noqa: SLF001
    closed = threading.Event()

    def pull_twice(self: trigger) -> None:
        pull(self)
        if threading.current_thread() is threading.main_thread():
            closed.wait(0.2)
            pull(self)

    def tell(self: trigger) -> None:
        close(self)
        closed.set()

    monkeypatch.setattr(trigger, "_physical_pull", pull_twice)
    monkeypatch.setattr(trigger, "close", tell)
    with serve(_say_hello) as url:
        assert httpx.get(url).text == "hello"
    assert closed.is_set()
