"""The local stack's clock: movable, running at real speed, the same in every process and after a stop."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pathlib import Path

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)  # the day of the manual's invoice


class MovableClock:
    """Says START when new, then runs on. Clocks of one `file` say the same: one of them moves and keeps it.

    The file tells what the clock said (`now`) when the machine's said `machine`.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._version = (0, 0)
        self._offset = START - datetime.now(UTC)
        if file and not file.exists():
            self.move_to(START)

    def now(self) -> datetime:
        """Give the moment in UTC: eight hours later is then eight hours later, in any night of the year."""
        return self.at(datetime.now(UTC))

    def at(self, machine_time: datetime) -> datetime:
        """Tell what this clock says when the machine's says `machine_time`, if nobody moved it since."""
        self._read()
        return machine_time.astimezone(UTC) + self._offset

    def move_to(self, moment: datetime) -> None:
        """Go to an aware moment, forwards or back."""
        with self._lock:
            self._write(moment, datetime.now(UTC))

    def keep(self) -> None:
        """Write what it says now, to go on from there."""
        machine = datetime.now(UTC)
        with self._lock:
            self._write(self.at(machine), machine)

    def go_on(self) -> None:
        """Begin where it was kept last: the time in which nothing ran did not pass."""
        if self._file:
            self.move_to(datetime.fromisoformat(json.loads(self._file.read_text(encoding="utf-8"))["now"]))

    def _read(self) -> None:
        """Take what another process wrote; a look at the file's date is all that most calls cost."""
        if self._file is None:
            return
        found = self._file.stat()
        version = (found.st_ino, found.st_mtime_ns)
        if version != self._version:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            machine = datetime.fromisoformat(kept["machine"]) if "machine" in kept else datetime.now(UTC)
            self._offset = datetime.fromisoformat(kept["now"]) - machine
            self._version = version

    def _write(self, moment: datetime, machine: datetime) -> None:
        self._offset = moment - machine
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        whole = self._file.with_suffix(".new")
        told = {"now": moment.astimezone(UTC).isoformat(), "machine": machine.isoformat()}
        whole.write_text(json.dumps(told), encoding="utf-8")
        whole.replace(self._file)  # one step: a reader sees the old or the new, never half
