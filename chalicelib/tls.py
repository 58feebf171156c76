"""The TLS context of outgoing requests."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssl import SSLContext


@cache
def tls_context() -> SSLContext:
    """Return one context for all requests of the process: it verifies certificates and host names.

    Reading the trusted certificates takes about 15 ms of CPU, several times a whole exchange. Connections
    are not shared: a debit still opens its own.
    """
    import ssl  # noqa: PLC0415 - slow to import: cold start

    return ssl.create_default_context()
