"""docs/benchmarks.md out of the sections that were measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from infra.bench.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.bench.sections import Mark, Section

TITLES = {
    "cold": "As it ships: cold starts, memory, package",
    "warm": "Warm requests, against the calls that they make",
    "https": "Over https",
    "invoice": "The invoice",
    "front": "The local front",
    "morning": "An opening morning",
    "guesses": "Limits on an opening morning, and who guesses",
    "leaks": "What the clock tells a stranger",
    "lists": "The staff's lists",
    "debits": "Instalments: planner and worker",
    "processes": "Debits by processes",
    "units": "Request units",
    "money": "An idle month",
}
METHOD = """\
Every ratio is taken in one run: subject and base are timed in turns, who goes first changing each time,
so that whatever slows the machine slows both. A ratio by the clock is the median of the pairs' ratios,
the spread its quartiles; the CPU ratio compares the processor's time alone: it leaves out the waiting,
and neighbours disturb it less. Milliseconds tell the size; they are this machine's and nobody else's. No
test reads a figure; `make bench` measures what was not measured at this commit, and fails where a mark
is missed. `python -m infra.bench SECTION` measures one part again.
"""


def markdown(found: Sequence[Section], names: Sequence[str]) -> str:
    """Return the whole page; a section that was never measured is named."""
    missing = [name for name in names if name not in {each.name for each in found}]
    parts = [
        "# Benchmarks",
        f"Written by `make bench`; {_machine()}.",
        METHOD.strip(),
        "## Marks",
        _told(found),
        *([f"Never measured: {', '.join(missing)}."] if missing else []),
        table(("Mark", "Found", "Allowed", ""), [_row(mark) for each in found for mark in each.marks]),
        *(part for each in found for part in _section(each)),
    ]
    return "\n\n".join(parts) + "\n"


def _told(found: Sequence[Section]) -> str:
    marks = [mark for each in found for mark in each.marks]
    missed = [mark for mark in marks if mark.is_missed]
    if not missed:
        return f"All {len(marks)} marks are held."
    lines = "\n".join(f"- {mark.sentence}" for mark in missed)
    return f"{len(missed)} of {len(marks)} marks are **missed**:\n\n{lines}"


def _row(mark: Mark) -> tuple[str, ...]:
    side = "≥" if mark.is_least else "≤"
    unit = f" {mark.unit}".rstrip()
    return (
        mark.what,
        f"{mark.found:,.2f}{unit}",
        f"{side} {mark.mark:,.2f}",
        "**missed**" if mark.is_missed else "held",
    )


def _section(each: Section) -> tuple[str, ...]:
    measured = f"Measured at {each.commit} on {each.measured_on}, load {each.load:.1f}."
    return f"## {TITLES[each.name]}", measured, each.text.strip()


def _machine() -> str:
    python = f"Python {platform.python_version()} but for cold starts"
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {python}, "
        f"chalice {version('chalice')}, pydantic {version('pydantic')}, pynamodb {version('pynamodb')}, "
        f"typst {version('typst')}"
    )
