"""When a service wants to be asked again: of its headers, or of the error that it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.outgoing import Received

LONGEST_SECONDS = 24 * 3600


def retry_after(received: Received) -> int | None:
    """Return the seconds of `Retry-After`; a date in it, or anything else, counts as none."""
    return seconds(received.headers.get("retry-after"))


def reset_after(received: Received, now: float) -> int | None:
    """Return the seconds until the moment of `RateLimit-Reset`, in seconds since 1970."""
    reset = seconds(received.headers.get("ratelimit-reset"), most=1 << 40)
    return seconds(int(reset - now)) if reset else None


def seconds(told: object, most: int = LONGEST_SECONDS) -> int | None:
    """Return a whole number of seconds between 1 and `most`, else None."""
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) <= len(str(most)):
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int) or not 1 <= told <= most:
        return None
    return told
