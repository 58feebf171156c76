"""P1, P2, P4, P5, P12, P21, P25 – P27, P31: many histories, one a seed, judged by the gateway's own books.

A third of them are of a plan that has begun, and play its debits; the others are of whole registrations.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.director import play
from tests.proof.lifetime import Lifetime
from tests.proof.ranges import (
    BOOKED_FROM,
    CORRECTED_FROM,
    KEPT_FROM,
    LINKED_FROM,
    PRICED_FROM,
    SHARED_FROM,
    WAIVED_FROM,
)
from tests.proof.ranges import BRAKED_FROM as BRAKED_LIFETIMES_FROM
from tests.proof.simulation import BRAKED_FROM, Simulation

ROOT = Path(__file__).parents[2]
SEEDS = 1_250
MANY_SEEDS = 500_000
LIFETIMES = {
    "students": (3_000, 300),
    "corrected": (CORRECTED_FROM, 750),
    "shared": (SHARED_FROM, 600),
    "linked": (LINKED_FROM, 450),
    "waived": (WAIVED_FROM, 250),
    "braked": (BRAKED_LIFETIMES_FROM, 150),
    "priced": (PRICED_FROM, 250),
    "kept": (KEPT_FROM, 60),
}
"""The first seed and the count of what `make test` plays: each has the people of those before it as well.

`make prove` plays all up to `MANY_LIFETIMES`.
"""
MANY_LIFETIMES = 100_000
BOOKED = 300
MANY_BOOKED = 20_000
MANY_LINKED = 20_000
BRAKED = 500
MANY_BRAKED = 50_000


def kept(name: str) -> list[int]:
    """Return the seeds that broke a promise before; the comments say which."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [int(line) for line in lines if not line.startswith("#")]


def played(history: str, first: int, count: int) -> None:
    """Play `count` seeds from `first` on, on every core; a history that breaks prints its seed."""
    cores = os.cpu_count() or 1
    bounds = [first + count * core // cores for core in range(cores + 1)]
    running = [
        subprocess.Popen(  # noqa: S603 - our own program
            [
                sys.executable,
                "-m",
                f"tests.proof.{history}",
                str(bounds[core]),
                str(bounds[core + 1]),
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


@pytest.mark.parametrize("seed", kept("kept_seeds.txt"))
def test_kept_seed_holds(seed: int) -> None:
    Simulation(seed).run()


@pytest.mark.parametrize("seed", kept("kept_lifetimes.txt"))
def test_kept_lifetime_holds(seed: int) -> None:
    Lifetime(seed).run()


def test_seed_alone_decides_the_history() -> None:
    once, again = Simulation(7), Simulation(7)
    once.run()
    again.run()
    assert once.world.snapshot() == again.world.snapshot()


def test_seed_alone_decides_the_history_of_a_registration() -> None:
    once, again = Lifetime(9), Lifetime(9)
    once.run()
    again.run()
    assert once.snapshot() == again.snapshot()


def test_p1_p2_a_thousand_plans_debit_once_and_book_it() -> None:
    play(Simulation, range(SEEDS), "kept_seeds.txt")


def test_p1_p2_what_an_operator_stops_is_neither_sent_nor_lost() -> None:
    play(Simulation, range(BRAKED_FROM, BRAKED_FROM + BRAKED), "kept_seeds.txt")


@pytest.mark.parametrize(("first", "count"), LIFETIMES.values(), ids=LIFETIMES)
def test_p25_p26_p27_p31_hundreds_of_registrations_ask_for_what_is_owed_and_book_it(
    first: int, count: int
) -> None:
    play(Lifetime, range(first, first + count), "kept_lifetimes.txt")


def test_p31_what_the_bank_tells_is_in_the_books_and_what_is_underway_is_known() -> None:
    play(Lifetime, range(BOOKED_FROM, BOOKED_FROM + BOOKED), "kept_lifetimes.txt")


@pytest.mark.prove
def test_p1_p2_many_plans_debit_once_and_book_it() -> None:
    played("simulation", SEEDS, MANY_SEEDS - SEEDS)


@pytest.mark.prove
def test_p1_p2_an_operator_stops_many_plans() -> None:
    played("simulation", BRAKED_FROM + BRAKED, MANY_BRAKED)


@pytest.mark.prove
def test_p25_p26_p27_p31_many_registrations_ask_for_what_is_owed_and_book_it() -> None:
    played("lifetime", 0, MANY_LIFETIMES)


@pytest.mark.prove
def test_p31_the_bank_tells_many_histories() -> None:
    played("lifetime", BOOKED_FROM + BOOKED, MANY_BOOKED)


@pytest.mark.prove
def test_p25_many_registrations_are_shared_by_links() -> None:
    played("lifetime", LINKED_FROM + LIFETIMES["linked"][1], MANY_LINKED)
