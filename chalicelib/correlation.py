"""The correlation id: one for a request and all that it causes, in log lines, rows and messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("correlation_id", default="")


def correlation_id() -> str:
    """Return the id of what is being done, "" outside of a run."""
    return _current.get()


@contextmanager
def correlated(cause: str) -> Iterator[None]:
    """Go on under the id `cause`, that of the request which wrote a row; "" changes nothing."""
    before = _current.set(cause or _current.get())
    try:
        yield
    finally:
        _current.reset(before)
