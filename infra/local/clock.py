"""The local stack's clock: movable, running at real speed, the same after a stop and a start."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pathlib import Path

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)  # the day of the manual's invoice


class MovableClock:
    """Says START when new, then runs on; `file` keeps what it said last, so a stop does not lose the day."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._offset = timedelta()
        self._set(self._kept() or START)

    def now(self) -> datetime:
        """Give the moment in Paris, with its offset."""
        return self.at(datetime.now(UTC))

    def at(self, machine_time: datetime) -> datetime:
        """Tell what this clock says when the machine's says `machine_time`, if nobody moved it since."""
        return (machine_time + self._offset).astimezone(PARIS)

    def move_to(self, moment: datetime) -> None:
        """Go to an aware moment, forwards or back."""
        with self._lock:
            self._set(moment)
            self._write(moment)

    def keep(self) -> None:
        """Write what it says now, to go on from there."""
        with self._lock:
            self._write(self.now())

    def _set(self, moment: datetime) -> None:
        self._offset = moment - datetime.now(UTC)

    def _kept(self) -> datetime | None:
        if self._file is None or not self._file.exists():
            return None
        return datetime.fromisoformat(json.loads(self._file.read_text(encoding="utf-8"))["now"])

    def _write(self, moment: datetime) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        whole = self._file.with_suffix(".new")
        whole.write_text(json.dumps({"now": moment.isoformat()}), encoding="utf-8")
        whole.replace(self._file)  # one step: a reader sees the old or the new, never half
