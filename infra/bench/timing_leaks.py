"""What a stranger learns from the clock: the same request about a known address and an unknown one."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from chalice.local import LambdaContext

from chalicelib import wiring
from infra.bench import local_app as product
from infra.bench import tables
from infra.bench.sections import Mark, Section
from infra.bench.timing import Comparison, Timing, compare, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.bench.local_app import LocalApp

KNOWN, UNKNOWN = "student@demo.test", "nobody1@demo.test"
WARM_UP, RUNS = 5, 60
MARK = 1.1
TEXT = """\
A wrong password, or a link, for an address that nobody has, against the same for one that somebody has:
a ratio of 1 tells a stranger nothing.

{table}
"""
LATER = timedelta(minutes=30)
"""At each look at the clock: no window of the limits sees enough tries to refuse one."""


def measure() -> Section:
    with product.running() as at_home:
        found = comparisons(at_home)
    marks = [Mark(f"{each.subject}, against a known one", each.processor_ratio, MARK) for each in found]
    return Section("leaks", TEXT.format(table=tables.comparisons(found)), marks)


def comparisons(local_app: LocalApp) -> list[Comparison]:
    """Each request in turns for both; the clock goes on, so that no limit answers instead."""
    return [
        _compared(local_app, "log-in", "/auth/sessions", {"password": "not this one"}),
        _compared(local_app, "mail asked for", "/auth/password-reset", {}),
    ]


def _compared(local_app: LocalApp, label: str, path: str, body: dict[str, Any]) -> Comparison:
    rounds = count(1)
    wiring.use_clock(lambda: local_app.now() + LATER * next(rounds))
    try:
        return compare(
            (f"{label}, unknown address", _asking(local_app, path, {**body, "email": UNKNOWN})),
            (f"{label}, known address", _asking(local_app, path, {**body, "email": KNOWN})),
            warm_up=WARM_UP,
            runs=RUNS,
        )
    finally:
        wiring.use_clock(local_app.now)


def _asking(local_app: LocalApp, path: str, body: dict[str, Any]) -> Callable[[], Timing]:
    event = local_app.event("POST", f"/api/v1{path}", body)
    return lambda: timed(lambda: local_app.application(event, LambdaContext("quittance", 1024, 29_000)))
