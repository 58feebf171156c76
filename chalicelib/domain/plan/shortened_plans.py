"""Instalments of a plan that ask for more than is owed, lowered or cancelled from the last on."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.books.allocation import PAYABLE, spread
from chalicelib.domain.plan.instalments import Event, Instalment, moved


def shortened(instalments: Iterable[Instalment], owed: int, now: datetime) -> Iterator[Instalment]:
    """Yield the instalments that ask less now, the one due last first; one that asks nothing is cancelled."""
    waiting = [each for each in instalments if each.state in PAYABLE and each.remaining_cents]
    excess = sum(each.remaining_cents for each in waiting) - owed
    latest = sorted(waiting, key=lambda each: (each.due_on, each.rank), reverse=True)
    for instalment, part in spread(excess, latest):
        if part:
            yield _less(instalment, part, now)


def _less(instalment: Instalment, cents: int, now: datetime) -> Instalment:
    credited = instalment.credited_cents + cents
    if cents == instalment.remaining_cents:
        return moved(instalment, Event.CANCEL, now, credited_cents=credited, open_pages=())
    return replace(instalment, credited_cents=credited, version=instalment.version + 1)
