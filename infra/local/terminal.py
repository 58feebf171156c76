"""What `make run` shows and understands: progress, addresses, accounts, Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import signal
import sys
import time
import urllib.request
from contextlib import suppress
from functools import partial
from pathlib import Path

from infra.local.accounts import ACCOUNTS, PASSWORD
from infra.local.ministack import ROOT, MinistackUnavailable, answers
from infra.local.stack import LocalStack, Ports, PortTaken, running

STATE_DIR = ROOT / ".quittance"
LAST_PORT = 65531  # the four that follow must exist too


def main() -> int:
    """Give the exit code: 0 after Ctrl-C or SIGTERM, 1 with a sentence when it cannot start."""
    arguments = _arguments()
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if arguments.reset:
        return _reset(arguments.port)
    asked_to_stop = StopRequest()
    began = time.monotonic()
    try:
        say = partial(_progress, asked_to_stop)
        with running(arguments.state, arguments.port, say, is_empty=arguments.empty) as stack:
            _summary(stack, time.monotonic() - began)
            asked_to_stop.wait()
            print("\n  Stopping: what was done is kept in .quittance/ …", flush=True)
    except (PortTaken, MinistackUnavailable) as error:
        print(f"\n  {error}", file=sys.stderr)
        return 1
    except _StoppedEarly:
        pass
    print("  Stopped.")
    return 0


class _StoppedEarly(Exception):
    """Asked to stop before everything was up: what is up stops in order."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make run", description="The whole product on this machine, until Ctrl-C."
    )
    parser.add_argument("port", nargs="?", type=_port, default=os.environ.get("PORT") or "8000")
    parser.add_argument("--state", type=Path, default=STATE_DIR, help="the folder that keeps what is done")
    parser.add_argument("--reset", action="store_true", help="bring back the demo's first state")
    parser.add_argument(
        "--empty", action="store_true", help="write no people and no campaign: a school's first day"
    )
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1024 to {LAST_PORT}")
    return int(text)


class StopRequest:
    """SIGINT or SIGTERM, however often.

    A handler may interrupt the very call that waits for it, so it takes no lock: it writes to a pipe.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self.is_made = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def _note(self, *_: object) -> None:
        self.is_made = True
        with suppress(BlockingIOError):
            os.write(self._writer, b".")

    def wait(self) -> None:
        os.read(self._reader, 1)


def _progress(asked_to_stop: StopRequest, step: str) -> None:
    if asked_to_stop.is_made:
        raise _StoppedEarly
    print(f"  {step} …", flush=True)


def _summary(stack: LocalStack, seconds: float) -> None:
    ports = stack.ports
    lines = [
        "",
        f"  Quittance is up ({seconds:.1f} s). It is {stack.clock.now():%d/%m/%Y %H:%M} in Paris.",
        "",
        f"  Portal   http://127.0.0.1:{ports.portal}",
        f"  Control  http://127.0.0.1:{ports.control}/   (clock, schedules, mailbox, cards, ledger, reset)",
        f"  PAYBOX   http://127.0.0.1:{ports.paybox}/_ledger   (simulator)",
        f"  CAS      http://127.0.0.1:{ports.cas}/cas/login   (sign-on of the school)",
        "",
        f"  Accounts, all with the password {PASSWORD}:",
        *(f"    {email:<22} {who}" for email, who in ACCOUNTS),
        "    On the CAS server, the user is what stands before the @.",
        "",
        "  Card     1111222233334444, or 4012001037141112 with 3-D Secure",
        "",
        "  Ctrl-C stops everything and loses nothing; `make reset` begins again.",
        "",
    ]
    print("\n".join(lines), flush=True)


def _reset(port: int) -> int:
    """Ask the running stack, or forget what a stopped one kept."""
    control = Ports.of(port).control
    if answers(control):
        request = urllib.request.Request(f"http://127.0.0.1:{control}/reset", method="POST")
        try:
            urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - a loopback http address  # nosec B310
        except OSError as error:
            print(f"  The running stack could not begin again ({error}): see its terminal.", file=sys.stderr)
            return 1
    else:
        shutil.rmtree(STATE_DIR, ignore_errors=True)
    print("  The demo is in its first state again.")
    return 0
