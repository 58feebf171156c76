"""When a source is asked again (evidence.md, rule 4)."""

from datetime import date, datetime, time, timedelta

from chalicelib.domain.calendar import PARIS, paris_day

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=12)
MOST_TRIES = 12
_GRANTS_KNOWN = timedelta(days=7)
"""Grants are updated once a year, early in September."""
_LAST_LOOK = timedelta(days=60)
_WEEK = timedelta(days=7)


def after_no_answer(now: datetime, tries: int, retry_in: int | None) -> datetime | None:
    """Return when to ask again after `tries` questions without an answer; None once it was asked enough.

    `retry_in` is what the source asked for, in seconds; the pauses double.
    """
    if tries >= MOST_TRIES:
        return None
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << (tries - 1)))
    asked = timedelta(seconds=min(retry_in or 0, int(LONGEST_PAUSE.total_seconds())))
    return now + max(pause, asked)


def after_no_grant(now: datetime, begins_on: date) -> datetime | None:
    """Return when to look again for a grant that was not found: weekly, after the update of September."""
    first = begins_on + _GRANTS_KNOWN
    day = max(first, paris_day(now) + _WEEK)
    return datetime.combine(day, time(6), PARIS) if day <= begins_on + _LAST_LOOK else None
