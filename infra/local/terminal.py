"""What `make run` shows and understands: progress, addresses, accounts, Ctrl-C."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import threading
import time
import urllib.request
from pathlib import Path

from infra.local.accounts import ACCOUNTS, PASSWORD
from infra.local.clock import PARIS
from infra.local.ministack import ROOT, MinistackUnavailable, answers
from infra.local.ports import Ports
from infra.local.stack import LocalStack, PortTaken, StoppedEarly, running
from infra.local.stopping import StopRequest, leave_with_parent
from infra.local.supervisor import LOOK_SECONDS, StartFailed

STATE_DIR = ROOT / ".quittance"
LAST_PORT = 65530  # the five that follow must exist too


def main() -> int:
    """Give the exit code: 0 after Ctrl-C or SIGTERM, 1 with a sentence when it cannot start."""
    arguments = _arguments()
    if arguments.reset:
        return _reset(arguments.port)
    asked_to_stop = StopRequest()
    if arguments.attached:
        threading.Thread(target=leave_with_parent, args=(asked_to_stop,), daemon=True).start()
    began = time.monotonic()
    try:
        with running(arguments.state, arguments.port, asked_to_stop, _say, is_empty=arguments.empty) as stack:
            _summary(stack, time.monotonic() - began)
            while not asked_to_stop.wait(LOOK_SECONDS):
                stack.watch()
            print(f"\n  Stopping: what was done is kept in {_shown(arguments.state)} …", flush=True)
    except (PortTaken, MinistackUnavailable, StartFailed) as error:
        print(f"\n  {error}", file=sys.stderr)
        return 1
    except StoppedEarly:
        pass
    print("  Stopped.")
    return 0


def _shown(state: Path) -> str:
    """Return the folder of the state as a person reads it: below the project, from there."""
    folder = state.resolve()
    return f"{folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder}/"


def _say(sentence: str) -> None:
    print(f"  {sentence}" if sentence.endswith((".", "\n")) else f"  {sentence} …", flush=True)


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
    parser.add_argument(
        "--attached", action="store_true", help="stop when the standard input ends: with who started it"
    )
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1024 to {LAST_PORT}")
    return int(text)


def _summary(stack: LocalStack, seconds: float) -> None:
    ports = stack.ports
    now = stack.clock.now().astimezone(PARIS)
    lines = [
        "",
        f"  Quittance is up ({seconds:.1f} s). It is {now:%d/%m/%Y %H:%M} in Paris.",
        "",
        f"  Portal   http://127.0.0.1:{ports.portal}",
        f"  Control  http://127.0.0.1:{ports.control}/   (clock, schedules, ledger, faults, and below)",
        f"  PAYBOX   http://127.0.0.1:{ports.paybox}/_ledger   (simulator)",
        f"  CAS      http://127.0.0.1:{ports.cas}/cas/login   (sign-on of the school)",
        f"  State    http://127.0.0.1:{ports.evidence}/_asked   (simulators of CVEC and API Particulier)",
        "",
        f"  Accounts, all with the password {PASSWORD}:",
        *(f"    {email:<22} {who}" for email, who in ACCOUNTS),
        "    On the CAS server, the user is what stands before the @.",
        "",
        f"  Mailbox  http://127.0.0.1:{ports.control}/#mailbox",
        "  Cards    1111222233334444, and 4012001037141112 with 3-D Secure;",
        f"           those that are refused at http://127.0.0.1:{ports.control}/#cards",
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
