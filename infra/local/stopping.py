"""Being asked to stop, by SIGINT or SIGTERM, however often and whenever."""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import suppress

LEAVE_SECONDS = 20


class StopRequest:
    """Notes the signals of this process from now on.

    A handler may interrupt the very call that waits for it, so it takes no lock: it writes to a pipe.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self.is_made = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.make)

    def make(self, *_: object) -> None:
        self.is_made = True
        with suppress(BlockingIOError):
            os.write(self._writer, b".")

    def wait(self, seconds: float | None = None) -> bool:
        """Return whether it was made, at once when it is, at the latest after `seconds`."""
        select.select([self._reader], [], [], seconds)
        return self.is_made


def leave_with_parent(asked: StopRequest) -> None:
    """Request a stop when standard input is closed; exit after `LEAVE_SECONDS` if it has not ended.

    os.read, because a buffered read would hold its lock at exit.
    """
    os.read(0, 1)
    asked.make()
    time.sleep(LEAVE_SECONDS)
    os._exit(1)
