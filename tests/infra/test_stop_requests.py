"""Ctrl-C pressed twice, or followed by SIGTERM: `make run` ends all the same."""

import os
import signal
import subprocess
import sys

import pytest

WAITS = """
from infra.local.stopping import StopRequest
request = StopRequest()
print("ready", flush=True)
request.wait()
print("stopped", flush=True)
"""
ROUNDS = 10


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_second_signal_right_after_the_first_hangs_nothing(second: signal.Signals) -> None:
    for _ in range(ROUNDS):
        waiting = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", WAITS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert waiting.stdout
        assert waiting.stdout.readline() == "ready\n"

        os.kill(waiting.pid, signal.SIGINT)
        os.kill(waiting.pid, second)
        told, _ = waiting.communicate(timeout=30)

        assert told == "stopped\n"  # the second may still end the interpreter while it ends itself


def test_signal_that_comes_before_anybody_waits_is_not_lost() -> None:
    early = WAITS.replace(
        "request.wait()", "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nrequest.wait()"
    )

    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", early], capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.stdout == "ready\nstopped\n"


INTERRUPTED = """
import os, signal, sys, threading
from infra.local.stopping import StopRequest
request = StopRequest()
line, seen = int(sys.argv[1]), 0
handler = signal.getsignal(signal.SIGINT)

def count(frame, event, argument):
    global seen
    seen += event == "line"
    if event == "line" and seen == line:
        os.kill(os.getpid(), signal.SIGINT)
    return count

def traced(*arguments):
    signal.signal(signal.SIGINT, handler)
    sys.settrace(count)
    handler(*arguments)
    sys.settrace(None)

signal.signal(signal.SIGINT, traced)
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
request.wait()
print("stopped", flush=True)
"""


@pytest.mark.parametrize("line", range(1, 8))
def test_second_signal_within_the_handler_of_the_first_hangs_nothing(line: int) -> None:
    """Send the second one at each line that the handler runs: a handler that takes a lock hangs there."""
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", INTERRUPTED, str(line)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.stdout == "stopped\n"
