"""Days and opening windows. Every school here lives in Paris time; times are aware, days are Paris days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def paris_day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


@dataclass(frozen=True)
class Window:
    """Open from `opens_at` on, and until just before `closes_at`."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Opening:
    """Whether the windows are open at a moment, and until when that stays so (None: for good)."""

    is_open: bool
    until: datetime | None


def opening(windows: Sequence[Window], now: datetime) -> Opening:
    for window in sorted(windows, key=lambda each: each.opens_at):
        if now < window.opens_at:
            return Opening(is_open=False, until=window.opens_at)
        if now < window.closes_at:
            return Opening(is_open=True, until=window.closes_at)
    return Opening(is_open=False, until=None)
