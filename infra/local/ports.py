"""The six ports of the local stack, one a process, and who holds one that is taken."""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import NamedTuple

LISTENS = "0A"
LSOF_SECONDS = 10


class Ports(NamedTuple):
    """The six ports, all told by the first."""

    portal: int
    control: int
    paybox: int
    aws: int
    cas: int
    evidence: int

    @classmethod
    def of(cls, port: int) -> Ports:
        return cls(*range(port, port + 6))


def holder(port: int) -> str:
    """Name the process that listens there, as "PID (command)", or nothing if the system does not tell."""
    if which("lsof"):
        asked = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
        with suppress(OSError, subprocess.TimeoutExpired):
            told = subprocess.run(asked, capture_output=True, text=True, timeout=LSOF_SECONDS, check=False)  # noqa: S603 - a number  # nosec B607
            if found := re.match(r"p(\d+)\nc(.*)", told.stdout):
                return f"{found[1]} ({found[2]})"
    return _holder_by_proc(port)


def _holder_by_proc(port: int) -> str:
    """Ask Linux itself: which socket listens there, and who has it open."""
    sockets = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(OSError):
            for line in table.read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                    sockets.add(f"socket:[{fields[9]}]")
    for opened in Path("/proc").glob("[0-9]*/fd/*") if sockets else ():
        with suppress(OSError):
            if str(opened.readlink()) in sockets:
                words = (opened.parents[1] / "cmdline").read_bytes().split(b"\0")
                return f"{opened.parts[2]} ({b' '.join(words).decode(errors='replace').strip()[:80]})"
    return ""
