"""Histories for a given time: `python -m tests.proof.many_seeds MINUTES`, which goes on where it stopped.

Each core plays one part after another. A history that breaks prints its seed and the run goes on behind it;
the exit status is 1 then. What was played of a commit is kept in `build/many_seeds.json` and written to
`docs/proofs.md`.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from tests.proof.lifetime import BOOKED_FROM, LINKED_FROM, SHARED_FROM, WAIVED_FROM
from tests.proof.lifetime import BRAKED_FROM as BRAKED_LIFETIMES_FROM
from tests.proof.simulation import BRAKED_FROM

ROOT = Path(__file__).parents[2]
STATE = ROOT / "build" / "many_seeds.json"
PAGE = ROOT / "docs" / "proofs.md"
LAST = 10_000_000


@dataclass(frozen=True)
class Stretch:
    """A range of seeds whose histories have the same people; `part` seeds take about half a minute."""

    history: str
    first: int
    beyond: int
    part: int


STRETCHES = {
    "plans and their debits": Stretch("simulation", 0, BRAKED_FROM, 2_000),
    "plans whose debits an operator stops": Stretch("simulation", BRAKED_FROM, LAST, 2_000),
    "registrations, corrected and refunded": Stretch("lifetime", 15_000, SHARED_FROM, 500),
    "with third-party payers": Stretch("lifetime", SHARED_FROM, BOOKED_FROM, 500),
    "with the bank's books": Stretch("lifetime", BOOKED_FROM, LINKED_FROM, 400),
    "with links to pay": Stretch("lifetime", LINKED_FROM, WAIVED_FROM, 500),
    "with debts given up": Stretch("lifetime", WAIVED_FROM, BRAKED_LIFETIMES_FROM, 500),
    "with an operator's brakes": Stretch("lifetime", BRAKED_LIFETIMES_FROM, LAST, 500),
}


@dataclass
class Played:
    """What was played of one commit: seeds and seconds of all cores by stretch, and the seeds that broke."""

    commit: str
    day: str
    seeds: dict[str, int] = field(default_factory=dict)
    seconds: float = 0
    broken: list[str] = field(default_factory=list)


def main(minutes: float) -> int:
    runs = _stored()
    commit = _told("git", "rev-parse", "--short=12", "HEAD")
    if not runs or runs[-1].commit != commit:
        runs.append(Played(commit, datetime.now(UTC).date().isoformat()))
    played, until, lock = runs[-1], time.monotonic() + 60 * minutes, Lock()
    parts = _parts(played)

    def work(core: int) -> None:
        while time.monotonic() < until:
            with lock:
                name, first, beyond = next(parts)
            began = time.monotonic()
            output = _play(STRETCHES[name].history, first, beyond, core)
            with lock:
                played.seconds += time.monotonic() - began
                played.seeds[name] = played.seeds.get(name, 0) + beyond - first
                played.broken += [
                    f"{name}: {line}" for line in output.splitlines() if line.startswith("seed ")
                ]
                _store(runs)
                _say(name, first, beyond, played, until, output)

    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work, range(cores)))
    PAGE.write_text(_page(runs), encoding="utf-8")
    return 1 if played.broken else 0


def _parts(played: Played) -> Iterator[tuple[str, int, int]]:
    """Yield the next part of each stretch in turn, behind what was played."""
    nexts = {name: each.first + played.seeds.get(name, 0) for name, each in STRETCHES.items()}
    while True:
        for name, each in STRETCHES.items():
            beyond = min(nexts[name] + each.part, each.beyond)
            if nexts[name] < beyond:
                yield name, nexts[name], beyond
                nexts[name] = beyond


def _play(history: str, first: int, beyond: int, core: int) -> str:
    """Return what a part printed: nothing, or each seed that broke and its failure."""
    printed = ""
    while first < beyond:
        command = [sys.executable, "-m", f"tests.proof.{history}", str(first), str(beyond), str(core)]
        part = subprocess.run(  # noqa: S603 - our own program
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if part.returncode == 0:
            return printed
        printed += part.stdout
        broken = re.search(r"^seed (\d+) breaks", part.stdout, re.MULTILINE)
        if broken is None:
            raise RuntimeError(f"{' '.join(command)} ended with {part.returncode}:\n{part.stdout}")
        first = int(broken[1]) + 1
    return printed


def _say(name: str, first: int, beyond: int, played: Played, until: float, output: str) -> None:
    left = max(0, int(until - time.monotonic()))
    total = sum(played.seeds.values())
    print(f"{name}: {first}-{beyond - 1} · {total} in all, {len(played.broken)} broken · {left} s left")  # noqa: T201 - its page
    print(output, end="", flush=True)  # noqa: T201 - its page


def _stored() -> list[Played]:
    if not STATE.exists():
        return []
    return [Played(**each) for each in json.loads(STATE.read_text(encoding="utf-8"))]


def _store(runs: list[Played]) -> None:
    STATE.parent.mkdir(exist_ok=True)
    STATE.write_text(json.dumps([asdict(each) for each in runs], indent=1), encoding="utf-8")


def _page(runs: list[Played]) -> str:
    lines = [
        "# What the long proofs played",
        "",
        "Written by `make prove MINUTES=…`, which goes on where it stopped on the same commit;",
        "[debits](debits.md) says what a history is and who judges it. Seconds are of all cores together.",
        "",
        f"| Commit | Day | {' | '.join(STRETCHES)} | Seconds | Broken |",
        f"|---|---|{'--:|' * (len(STRETCHES) + 2)}",
    ]
    for each in runs:
        counts = " | ".join(f"{each.seeds.get(name, 0)}" for name in STRETCHES)
        broken = "; ".join(each.broken) or "none"
        lines.append(f"| `{each.commit}` | {each.day} | {counts} | {each.seconds:.0f} | {broken} |")
    return "\n".join(lines) + "\n"


def _told(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - git


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
