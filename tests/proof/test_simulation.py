"""P1, P2, P4, P12: many histories of several workers, one a seed, judged by the gateway's own books."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.simulation import Simulation

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("kept_seeds.txt").read_text(encoding="utf-8").splitlines()
SEEDS = 10_000
MANY_SEEDS = 1_000_000


def played(first: int, count: int) -> None:
    """Play `count` seeds from `first` on, on every core; a history that breaks prints its seed."""
    cores = os.cpu_count() or 1
    bounds = [first + count * core // cores for core in range(cores + 1)]
    running = [
        subprocess.Popen(  # noqa: S603 - our own program
            [
                sys.executable,
                "-m",
                "tests.proof.simulation",
                str(bounds[core]),
                str(bounds[core + 1]),
                str(core),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for core in range(cores)
    ]
    told = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * cores, "\n".join(told)


@pytest.mark.parametrize("seed", [int(line) for line in KEPT if not line.startswith("#")])
def test_kept_seed_holds(seed: int) -> None:
    Simulation(seed).run()


def test_seed_alone_decides_the_history() -> None:
    once, again = Simulation(7), Simulation(7)
    once.run()
    again.run()
    assert once.world.snapshot() == again.world.snapshot()


def test_p1_p2_ten_thousand_histories_debit_once_and_book_it() -> None:
    played(0, SEEDS)


@pytest.mark.prove
def test_p1_p2_a_million_histories_debit_once_and_book_it() -> None:
    played(SEEDS, MANY_SEEDS - SEEDS)
