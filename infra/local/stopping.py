"""Being asked to stop, by SIGINT or SIGTERM, however often and whenever."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress


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
