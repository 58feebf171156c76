"""Days and opening windows. All schools are in Paris time: moments are aware, days are Paris days."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, the last of its month if that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def paris_day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


@dataclass(frozen=True)
class Window:
    """A window, open from `opens_at` (included) until `closes_at` (excluded)."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Opening:
    """The state of the windows at a moment, and the moment it changes (None if it does not change again)."""

    is_open: bool
    until: datetime | None


def opening(windows: Sequence[Window], now: datetime) -> Opening:
    for window in sorted(windows, key=lambda each: each.opens_at):
        if now < window.opens_at:
            return Opening(is_open=False, until=window.opens_at)
        if now < window.closes_at:
            return Opening(is_open=True, until=window.closes_at)
    return Opening(is_open=False, until=None)
