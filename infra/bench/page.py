"""docs/benchmarks.md out of the sections that were measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from infra.bench.sections import ABOVE_FLOOR
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
test reads a figure; `make bench` measures what was not measured at this commit, writes this page as a whole,
and fails where a mark is missed. `python -m infra.bench SECTION` measures one part and shows it.

The marks are those of the project's issues; those of warm requests, staff lists and debits by processes are
the bench's own. Where something that stays as it is would be beyond its mark by itself (the application
behind the front, a page's own layout, alarms that must stand), it is measured in the same run and stands
beside the mark as the floor: the figure is then held to {above} × of that, and is shown as
"at its floor", not as held. Each section says what its floor is made of.
"""


def markdown(found: Sequence[Section]) -> str:
    """Return the whole page."""
    marks = [mark for each in found for mark in each.marks]
    parts = [
        "# Benchmarks",
        f"Written by `make bench`; {_machine()}.",
        METHOD.format(above=ABOVE_FLOOR).strip(),
        "## Marks",
        _told(marks),
        _marks(marks),
        *(as_shown(each) for each in found),
    ]
    return "\n\n".join(parts) + "\n"


def as_shown(each: Section) -> str:
    """Return a section with its title, and when it was measured."""
    measured = f"Measured at {each.commit} on {each.measured_on}, load {each.load:.1f}."
    return f"## {TITLES[each.name]}\n\n{measured}\n\n{each.text.strip()}"


def summary(marks: Sequence[Mark]) -> str:
    """Count the marks by how they ended: README quotes this sentence."""
    held = sum(mark.is_held for mark in marks)
    at_floor, missed = sum(mark.is_at_floor for mark in marks), sum(mark.is_missed for mark in marks)
    return f"Of {len(marks)} marks {held} are held, {at_floor} at their floor, {missed} missed."


def _told(marks: Sequence[Mark]) -> str:
    lines = [f"- {mark.sentence}" for mark in marks if mark.is_missed]
    return "\n\n".join([summary(marks), *(["**Missed**:\n\n" + "\n".join(lines)] if lines else [])])


def _marks(marks: Sequence[Mark]) -> str:
    return table(("Mark", "Found", "Allowed", "Floor", ""), [_row(mark) for mark in marks])


def _row(mark: Mark) -> tuple[str, ...]:
    side = "≥" if mark.is_least else "≤"
    unit = f" {mark.unit}".rstrip()
    floor = "" if mark.floor is None else f"{mark.floor:,.2f}"
    ended = "held" if mark.is_held else "at its floor" if mark.is_at_floor else "**missed**"
    return mark.what, f"{mark.found:,.2f}{unit}", f"{side} {mark.mark:,.2f}", floor, ended


def _machine() -> str:
    python = f"Python {platform.python_version()} but for cold starts"
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {python}, "
        f"chalice {version('chalice')}, pydantic {version('pydantic')}, pynamodb {version('pynamodb')}, "
        f"typst {version('typst')}"
    )
