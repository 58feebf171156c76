"""ministack's HTTP server: uvicorn with httptools and uvloop, which serve a request for half of the CPU."""

from __future__ import annotations

from typing import Any

import hypercorn.asyncio  # type: ignore[import-not-found] # not of our environment
import uvicorn  # type: ignore[import-not-found] # the same
import uvloop  # type: ignore[import-not-found] # the same

GRACE_SECONDS = 3


async def serve(app: Any, config: Any) -> None:
    """Serve an application as ministack configured hypercorn, until a signal ends it."""
    host, _, port = config.bind[0].rpartition(":")
    chosen = uvicorn.Config(
        app,
        host,
        int(port),
        http="httptools",
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        log_level=config.loglevel.lower(),
        access_log=False,
        proxy_headers=False,
        server_header=False,  # ministack tells both headers itself
        date_header=False,
        timeout_keep_alive=config.keep_alive_timeout,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    await uvicorn.Server(chosen).serve()


def install() -> None:
    uvloop.install()
    hypercorn.asyncio.serve = serve
