"""Run ministack until the process that started it is gone; ministack's own environment runs this file.

Its standard input is a pipe that nobody writes to. The system closes it whatever ends the other side, a
kill -9 included, and ministack then gets the SIGTERM that makes it write its state.
"""

import os
import signal
import threading

from ministack.app import main  # type: ignore[import-not-found] # not of our environment


def leave_with_parent() -> None:
    """Wait for the end of the pipe. os.read, because a buffered read would hold its lock at exit."""
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=leave_with_parent, daemon=True).start()
    main()
