"""`python -m infra.bench [SECTION …] [--students N …]`: measure, keep it, write docs/benchmarks.md.

Without a section it measures each that was not yet measured at this commit: a run that was stopped goes
on. The page is written as a whole, of one commit; a section alone is shown on the terminal.
Exits with 1 where a mark is missed or a section did not end in its time, and says which; with 2 where nothing
can be measured.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
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
from infra.bench.page import as_shown, markdown
from infra.bench.readme import with_figures
from infra.bench.sections import Section, commit_of_checkout, kept
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE, README = ROOT / "docs" / "benchmarks.md", ROOT / "README.md"
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
MINUTES, COLD_MINUTES = 8, 15
"""The longest that a section may take; the opening morning: its own minutes more."""
STOP_SECONDS = 60
NOTHING_MEASURED = 2


def main() -> int:
    chosen = _arguments().parse_args()
    if refusal := _no_byte_code():
        print(refusal)
        return 2
    began, names = time.monotonic(), chosen.sections or _unmeasured()
    for nth, name in enumerate(names, 1):
        if not chosen.part:
            print(f"· {name} ({nth} of {len(names)}), at {_minutes_since(began)} …", flush=True)
        code = _measure(name, chosen) if len(names) == 1 else _apart(name, _most_minutes(name, chosen))
        if code == NOTHING_MEASURED:
            return code
    return 0 if chosen.part else _told(chosen, names, began)


def _told(chosen: Options, names: list[str], began: float) -> int:
    """Write the page if every section is of this commit, else show what was measured."""
    found = {name: each for name in MEASURES if (each := _of_this_commit(name, names))}
    if missing := MEASURES.keys() - found.keys():
        found = {name: each for name, each in found.items() if name in names}
        print("\n\n".join(as_shown(each) for each in found.values()))
        print(f"· No page is written: not measured at this commit: {', '.join(sorted(missing))}.")
    else:
        page = markdown(list(found.values()))
        chosen.page.write_text(page, encoding="utf-8")
        if chosen.page == PAGE:
            README.write_text(with_figures(README.read_text(encoding="utf-8"), page), encoding="utf-8")
        print(f"· Written to {chosen.page}, after {_minutes_since(began)}")
    missed = [mark.sentence for each in found.values() for mark in each.marks if mark.is_missed]
    for sentence in missed:
        print(f"· MISSED {sentence}")
    return int(bool(missed) or any(name not in found for name in names))


def _no_byte_code() -> str:
    """Say why byte code is not written here, if so: imports would measure the compiler."""
    if sys.dont_write_bytecode:
        return "Byte code is not written here (PYTHONDONTWRITEBYTECODE): imports would measure the compiler."
    if not os.access(Path(__file__).parent, os.W_OK):
        return f"Byte code cannot be written in {ROOT}: imports would measure the compiler."
    return ""


def _measure(name: str, chosen: Options) -> int:
    try:
        MEASURES[name](chosen).keep()
    except NotPackaged as missing:
        print(missing)
        return NOTHING_MEASURED
    return 0


def _apart(name: str, minutes: float) -> int:
    """Measure in a process of its own: the product reads its settings once a process."""
    options = [each for each in sys.argv[1:] if each not in MEASURES]
    command = [sys.executable, "-m", "infra.bench", name, *options, "--part"]
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own program
    try:
        return process.wait(minutes * 60)
    except subprocess.TimeoutExpired:
        print(f"    {name} did not end within {minutes:g} minutes, and is stopped.", flush=True)
        process.send_signal(signal.SIGINT)  # it ends what it started
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def _most_minutes(name: str, chosen: Options) -> float:
    if name == "morning":
        return MINUTES + float(chosen.minutes)
    return COLD_MINUTES if name == "cold" else MINUTES


def _minutes_since(began: float) -> str:
    return f"{(time.monotonic() - began) / 60:.1f} min"


def _of_this_commit(name: str, names: Sequence[str] = ()) -> Section | None:
    """Return what was found at this commit; files that differ from one are not the same the next time."""
    now, found = commit_of_checkout(), kept(name)
    is_sure = name in names or not now.endswith("-dirty")
    return found if found and found.commit == now and is_sure else None


def _unmeasured() -> list[str]:
    return [name for name in MEASURES if _of_this_commit(name) is None]


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
    parser.add_argument("--instalments", type=int, default=50_000, help="how many wait for the planner")
    return parser


if __name__ == "__main__":
    sys.exit(main())
