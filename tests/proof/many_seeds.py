"""Histories for a given time: `python -m tests.proof.many_seeds MINUTES`, which goes on where it stopped.

Each core plays one part after another. A history that breaks prints its seed and the run goes on behind it;
the exit status is 1 then. What was played of a commit is recorded beside the other long runs, in
`docs/proofs.md`.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from tests.long_runs.record import MINUTE, ROOT, Run, keep, run_of
from tests.proof.ranges import BOOKED_FROM, KEPT_FROM, LINKED_FROM, PRICED_FROM, SHARED_FROM, WAIVED_FROM
from tests.proof.ranges import BRAKED_FROM as BRAKED_LIFETIMES_FROM
from tests.proof.simulation import BRAKED_FROM

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
    "with an operator's brakes": Stretch("lifetime", BRAKED_LIFETIMES_FROM, PRICED_FROM, 500),
    "with prices that change": Stretch("lifetime", PRICED_FROM, KEPT_FROM, 500),
    "with pages kept": Stretch("lifetime", KEPT_FROM, LAST, 500),
}


def main(minutes: float) -> int:
    run, until, lock = run_of("histories"), time.monotonic() + MINUTE * minutes, Lock()
    parts = _parts(run.told)

    def work(_core: int) -> None:
        while time.monotonic() < until:
            with lock:
                name, first, beyond = next(parts)
            began = time.monotonic()
            output = _play(STRETCHES[name].history, first, beyond)
            with lock:
                run.seconds += time.monotonic() - began
                run.told[name] = run.told.get(name, 0) + beyond - first
                run.count = sum(run.told.values())
                run.found += [f"{name}: {line}" for line in output.splitlines() if line.startswith("seed ")]
                keep(run)
                _say(name, first, beyond, run, until, output)

    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work, range(cores)))
    return 1 if run.found else 0


def _parts(played: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """Yield the next part of each stretch in turn, behind what was played."""
    nexts = {name: each.first + played.get(name, 0) for name, each in STRETCHES.items()}
    while True:
        for name, each in STRETCHES.items():
            beyond = min(nexts[name] + each.part, each.beyond)
            if nexts[name] < beyond:
                yield name, nexts[name], beyond
                nexts[name] = beyond


def _play(history: str, first: int, beyond: int) -> str:
    """Return what a part printed: nothing, or each seed that broke and its failure."""
    printed = ""
    while first < beyond:
        command = [sys.executable, "-m", f"tests.proof.{history}", str(first), str(beyond)]
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


def _say(name: str, first: int, beyond: int, run: Run, until: float, output: str) -> None:
    left = max(0, int(until - time.monotonic()))
    print(f"{name}: {first}-{beyond - 1} · {run.count} in all, {len(run.found)} broken · {left} s left")  # noqa: T201 - its page
    print(output, end="", flush=True)  # noqa: T201 - its page


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
