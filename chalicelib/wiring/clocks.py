"""The real clock: the local stack's own can be moved."""

from datetime import UTC, datetime


def real_now() -> datetime:
    return datetime.now(tz=UTC)
