"""`python -m infra.bench [SECTION …] [--students N …]`: measure, keep it, write docs/benchmarks.md.

Without a section it measures each that was not yet measured at this commit: a run that was stopped goes
on.
Exits with 1 where a mark is missed, and says which; with 2 where nothing can be measured.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.bench import (
    debits_report,
    front,
    guesses,
    idle_month,
    invoices,
    lists,
    over_https,
    processes,
    timing_leaks,
    units,
    warm,
)
from infra.bench.cold import section as cold
from infra.bench.cold.shipped import NotPackaged
from infra.bench.morning import section as morning
from infra.bench.page import markdown
from infra.bench.sections import Section, commit_of_checkout, kept
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = ROOT / "docs" / "benchmarks.md"
Options = argparse.Namespace
MEASURES: dict[str, Callable[[Options], Section]] = {
    "cold": lambda chosen: cold.measure(chosen.runs),
    "warm": lambda _: warm.measure(),
    "https": lambda _: over_https.measure(),
    "invoice": lambda _: invoices.measure(),
    "front": lambda _: front.measure(),
    "morning": lambda chosen: morning.measure(chosen.students, chosen.minutes, chosen.port),
    "guesses": lambda chosen: guesses.measure(chosen.guessers),
    "leaks": lambda _: timing_leaks.measure(),
    "lists": lambda chosen: lists.measure(chosen.files),
    "debits": lambda chosen: debits_report.measure(chosen.instalments),
    "processes": lambda _: processes.measure(),
    "units": lambda _: units.measure(),
    "money": lambda _: idle_month.measure(),
}
"""In the page's order."""


def main() -> int:
    chosen = _arguments().parse_args()
    if sys.dont_write_bytecode:
        print("Byte code is not written here (PYTHONDONTWRITEBYTECODE): imports would measure the compiler.")
        return 2
    names = chosen.sections or _unmeasured()
    for name in names:
        print(f"· {name} …", flush=True)
        if code := _measure(name, chosen) if len(names) == 1 else _apart(name):
            return code
    if chosen.part:
        return 0
    found = [each for name in MEASURES if (each := kept(name))]
    chosen.page.write_text(markdown(found, list(MEASURES)), encoding="utf-8")
    print(f"· Written to {chosen.page}")
    missed = [mark.sentence for each in found for mark in each.marks if mark.is_missed]
    for sentence in missed:
        print(f"· MISSED {sentence}")
    return int(bool(missed))


def _measure(name: str, chosen: Options) -> int:
    try:
        MEASURES[name](chosen).keep()
    except NotPackaged as missing:
        print(missing)
        return 2
    return 0


def _apart(name: str) -> int:
    """Measure in a process of its own: the product reads its settings once a process."""
    options = [each for each in sys.argv[1:] if each not in MEASURES]
    command = [sys.executable, "-m", "infra.bench", name, *options, "--part"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - our own program


def _unmeasured() -> list[str]:
    now = commit_of_checkout()
    return [name for name in MEASURES if (found := kept(name)) is None or found.commit != now]


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.bench", description="Measure, and write the page.")
    parser.add_argument("sections", nargs="*", choices=[*MEASURES, []], help="what to measure (again)")
    parser.add_argument("--part", action="store_true", help="write no page: others are measured yet")
    parser.add_argument("--page", type=Path, default=PAGE, help="the file that is written")
    parser.add_argument("--runs", type=int, default=20, help="fresh interpreters of each cold start")
    parser.add_argument("--students", type=int, default=2_000, help="who come on the opening morning")
    parser.add_argument("--minutes", type=float, default=10, help="within which they come")
    parser.add_argument("--port", type=int, default=8170, help="the first of six free ports for that morning")
    parser.add_argument("--guessers", type=int, default=2_000, help="students behind one address")
    parser.add_argument("--files", type=int, default=10_000, help="files of the staff's lists")
    parser.add_argument("--instalments", type=int, default=100_000, help="how many wait for the planner")
    return parser


if __name__ == "__main__":
    sys.exit(main())
