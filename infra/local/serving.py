"""An HTTP server on the loopback, in a thread: its requests in progress end before it stops."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waitress.server import create_server
from waitress.wasyncore import close_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import WSGIApplication

THREADS = 16
BODY_LIMIT_BYTES = 64 * 1024 * 1024  # above the application's own, which answers in problem+json
DRAIN_SECONDS = 10


@contextmanager
def serve(application: WSGIApplication | Any, port: int = 0) -> Iterator[str]:
    """Serve a WSGI application on 127.0.0.1 until the block ends and give its address; 0 is a free port.

    Raises OSError when the port is taken.
    """
    sockets: dict[int, object] = {}
    server = create_server(
        application,
        map=sockets,
        host="127.0.0.1",
        port=port,
        threads=THREADS,
        max_request_body_size=BODY_LIMIT_BYTES,
        ident=None,
    )
    thread = threading.Thread(target=server.run, name=f"port {server.effective_port}")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=DRAIN_SECONDS)
        server.trigger.pull_trigger(lambda: close_all(sockets))  # by the thread that owns the sockets
        thread.join(DRAIN_SECONDS)
