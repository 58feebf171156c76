"""CPU time of processes, read from /proc."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def of_children(parent: int, names: tuple[str, ...]) -> dict[str, float]:
    """Return, for each name, the CPU seconds of the child processes whose command line contains it."""
    found = dict.fromkeys(names, 0.0)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            facts = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_text()
        except OSError:  # it has ended
            continue
        if int(facts[1]) == parent:
            for name in names:
                if name in words:
                    found[name] += (int(facts[11]) + int(facts[12])) / TICKS
    return found
