"""What a stranger learns from the clock: the same request about a known address and an unknown one."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from chalice.local import LambdaContext

from chalicelib import wiring
from infra.bench.timing import Comparison, Timing, compare, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.bench.house import House

KNOWN, UNKNOWN = "student@demo.test", "nobody1@demo.test"
WARM_UP, RUNS = 5, 60
LATER = timedelta(minutes=30)
"""At each look at the clock: no window of the limits sees enough tries to refuse one."""


def comparisons(house: House) -> list[Comparison]:
    """Each request in turns for both; the clock goes on, so that no limit answers instead."""
    return [
        _compared(house, "log-in", "/auth/sessions", {"password": "not this one"}),
        _compared(house, "mail asked for", "/auth/password-reset", {}),
    ]


def _compared(house: House, label: str, path: str, body: dict[str, Any]) -> Comparison:
    rounds = count(1)
    wiring.use_clock(lambda: house.now() + LATER * next(rounds))
    try:
        return compare(
            (f"{label}, unknown address", _asking(house, path, {**body, "email": UNKNOWN})),
            (f"{label}, known address", _asking(house, path, {**body, "email": KNOWN})),
            warm_up=WARM_UP,
            runs=RUNS,
        )
    finally:
        wiring.use_clock(house.now)


def _asking(house: House, path: str, body: dict[str, Any]) -> Callable[[], Timing]:
    event = house.event("POST", f"/api/v1{path}", body)
    return lambda: timed(lambda: house.application(event, LambdaContext("quittance", 1024, 29_000)))
