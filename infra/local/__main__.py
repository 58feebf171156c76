"""`python -m infra.local [PORT]`: the whole product on this machine, until Ctrl-C."""

import os
import signal
import sys

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: os._exit(0))  # nothing has started yet, and nobody wants a traceback

from infra.local.terminal import main  # noqa: E402 - the imports take a while

code = main()
sys.stdout.flush()
os._exit(code)  # everything has stopped: a signal that comes now changes nothing
