"""Instalments that move to coming due days of their plan."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Plan
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.plans import due_days_from


def earliest_day(plan: Plan, now: datetime) -> date:
    """Return the first day that the plan's notice can still announce."""
    return paris_day(now) + timedelta(days=plan.notice_days)


def on_coming_days(waiting: Iterable[Instalment], plan: Plan, earliest: date) -> Iterator[Instalment]:
    """Yield each instalment with its day if that is late enough, else with the next free due day."""
    for instalment in waiting:
        day = next(due_days_from(plan, max(earliest, instalment.next_try_on)))
        yield _on(instalment, day)
        earliest = day + timedelta(days=1)


def _on(instalment: Instalment, day: date) -> Instalment:
    if instalment.due_on == instalment.next_try_on == day:
        return instalment
    return replace(instalment, due_on=day, next_try_on=day, version=instalment.version + 1)
