"""An HTTP server on the loopback, in a thread: its requests in progress end before it stops."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher
from waitress.wasyncore import close_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from wsgiref.types import WSGIApplication

THREADS = 16
BODY_LIMIT_BYTES = 64 * 1024 * 1024  # above the application's own, which answers in problem+json
CONNECTIONS = 2000
DRAIN_SECONDS = 10


class GrowingThreads(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """Begins another thread whenever all are busy, so that no request waits for the end of another.

    For a server whose requests wait for a server that asks it in its turn.
    """

    def add_task(self, task: Any) -> None:
        with self.lock:
            missing = len(self.queue) + 1 - (len(self.threads) - self.stop_count - self.active_count)
            wanted = len(self.threads) - self.stop_count + max(missing, 0)
        if missing > 0:
            self.set_thread_count(min(wanted, CONNECTIONS))
        super().add_task(task)


@contextmanager
def serve(
    application: WSGIApplication | Any,
    port: int = 0,
    *,
    threads: ThreadedTaskDispatcher | None = None,
    stopping: Callable[[], None] = lambda: None,
) -> Iterator[str]:
    """Serve a WSGI application on 127.0.0.1 until the block ends and give its address; 0 is a free port.

    `stopping` is called before the end waits for requests in progress. A port that is taken is an OSError.
    """
    sockets: dict[int, object] = {}
    server = create_server(
        application,
        map=sockets,
        _dispatcher=threads,
        host="127.0.0.1",
        port=port,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,  # select() ends at 1024 open files
        max_request_body_size=BODY_LIMIT_BYTES,
        ident=None,
    )
    thread = threading.Thread(target=server.run, name=f"port {server.effective_port}")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stopping()
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=DRAIN_SECONDS)
        _close(server, sockets)
        thread.join(DRAIN_SECONDS)


def _close(server: Any, sockets: dict[int, object]) -> None:
    """Have the thread that owns the sockets close them, the server's trigger too.

    The lock keeps it from closing the trigger, on another's call, before it is pulled here.
    """
    with server.trigger.lock:
        server.trigger.thunks.append(lambda: close_all(sockets))
        server.trigger.pull_trigger()
