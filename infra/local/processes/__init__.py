"""The parts of the local stack that are processes of their own, one file each, and what they share.

infra.local.supervisor starts `python -m infra.local.processes.NAME PORT STATE`, with the portal's port. The
standard input is a pipe that nobody writes to: the system closes it whatever ends the other side, a kill -9
included.
"""

from __future__ import annotations

import importlib
import logging
import os
import resource
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.function_start import recorded_calls
from infra.local.ports import Ports
from infra.local.stopping import StopRequest, leave_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

HOOKS = "LOCAL_HOOKS"
"""Modules, by commas, whose `install()` is called before a process serves: whoever measures the stack."""


def run(serve: Callable[[Ports, Path], AbstractContextManager[object]]) -> None:
    """Serve until SIGTERM, or until the parent is gone; never return, whatever thread still runs."""
    asked = StopRequest()
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests queue is no fault
    threading.Thread(target=leave_with_parent, args=(asked,), daemon=True).start()
    _allow_many_connections()
    recorded_calls.install()
    for name in filter(None, os.environ.get(HOOKS, "").split(",")):
        importlib.import_module(name).install()
    code = 1
    try:
        with serve(Ports.of(int(sys.argv[1])), Path(sys.argv[2])):
            asked.wait()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the terminal shows it and the supervisor says so
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)


def _allow_many_connections() -> None:
    """Take as many open files as the system lets this user have: the usual limit is 256 or 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096 if hard == resource.RLIM_INFINITY else min(hard, 4096)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
