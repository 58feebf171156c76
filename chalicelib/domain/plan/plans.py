"""Instalment plans: a total cut exactly into dated parts, and the hash of what was agreed to.

docs/decisions/0008-plans.md gives the reasons. The hash covers plan, due day and amounts, not the dates:
those follow from the day the first part is paid, which is not known at the approval.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from chalicelib.domain.campaign import Plan, Split
from chalicelib.domain.causes import PartTooSmall, PlanBelowMinimum
from chalicelib.domain.money import euros, percent_of

SMALLEST_PART_CENTS = 100
"""The gateway's minimum."""


@dataclass(frozen=True)
class Part:
    """One instalment of a schedule: `rank` from 1, the due day, the amount in cents."""

    rank: int
    due_on: date
    amount_cents: int


@dataclass(frozen=True)
class MovedDay:
    """An instalment that was missed and moved to another day."""

    instalment_id: str
    amount_cents: int
    from_day: date
    to_day: date


@dataclass(frozen=True)
class Schedule:
    plan_code: str
    parts: tuple[Part, ...]
    hash: str

    @property
    def last_due_on(self) -> date:
        return self.parts[-1].due_on


def schedule(plan: Plan, total_cents: int, first_on: date) -> Schedule:
    """Cut `total_cents` by the plan.

    The first part falls on `first_on`, the others on the due days after it.
    """
    amounts = amounts_of(plan, total_cents)
    days = (first_on, *(_due_day(first_on, months, plan.due_day) for months in range(1, plan.instalments)))
    parts = tuple(
        Part(rank, day, amount) for rank, (day, amount) in enumerate(zip(days, amounts, strict=True), start=1)
    )
    return Schedule(plan.code, parts, schedule_hash(plan, amounts))


def amounts_of(plan: Plan, total_cents: int) -> tuple[int, ...]:
    """Return the parts in cents; they add up to the total exactly."""
    if plan.split is Split.PERCENT:
        return _by_shares(plan, total_cents)
    if plan.split is Split.EQUAL:
        return equal_parts(total_cents, plan.instalments)
    return _fixed_first(plan, total_cents)


def equal_parts(total_cents: int, parts: int) -> tuple[int, ...]:
    """Cut a total into parts that differ by at most one cent; the larger ones come last."""
    each, over = divmod(total_cents, parts)
    return (each,) * (parts - over) + (each + 1,) * over


def due_days_from(plan: Plan, earliest: date) -> Iterator[date]:
    """Yield the plan's due days from `earliest` on, one a month."""
    first = 0 if earliest.day <= plan.due_day else 1
    return (_due_day(earliest, months, plan.due_day) for months in count(first))


def schedule_hash(plan: Plan, amounts: tuple[int, ...]) -> str:
    agreed = json.dumps([plan.code, plan.due_day, amounts])
    return hashlib.sha256(agreed.encode()).hexdigest()


def require_allowed(plan: Plan, total_cents: int) -> None:
    """Raise `PlanNotAllowed` below the plan's minimum, and if a part would be too small to take."""
    if total_cents < plan.minimum_total_cents:
        raise PlanBelowMinimum(plan.minimum_total_cents)
    if min(amounts_of(plan, total_cents)) < SMALLEST_PART_CENTS:
        raise PartTooSmall


def is_at_threshold(plan: Plan, total_cents: int) -> bool:
    """Return True if accounting should check the amount: the manual gives the limit in three wordings."""
    return total_cents == plan.minimum_total_cents


def _by_shares(plan: Plan, total_cents: int) -> tuple[int, ...]:
    amounts: list[int] = []
    for share in plan.shares[: plan.instalments - 1]:
        amounts.append(min(percent_of(total_cents, share), total_cents - sum(amounts)))
    return (*amounts, total_cents - sum(amounts))


def _fixed_first(plan: Plan, total_cents: int) -> tuple[int, ...]:
    others = plan.instalments - 1
    if plan.first_amount_cents is None:
        each = total_cents // plan.instalments
    else:
        each = max(0, total_cents - plan.first_amount_cents) // max(others, 1)
    return (total_cents - others * each, *(each,) * others)


def _due_day(first_on: date, months: int, due_day: int) -> date:
    years, month = divmod(first_on.month - 1 + months, 12)
    return date(first_on.year + years, month + 1, due_day)


def consent(plan: Plan, agreed: Schedule, school_name: str) -> str:
    """Return the text a student agrees to by paying the first part: the evidence of the mandate."""
    if not agreed.parts:
        return f"Je règle la dernière échéance de « {plan.label.fr} » à {school_name}."
    parts = ", ".join(f"{euros(part.amount_cents)} le {part.due_on:%d/%m/%Y}" for part in agreed.parts)
    return (
        f"J'autorise {school_name} à conserver un jeton de ma carte bancaire et à prélever sans nouvelle "
        f"intervention de ma part les échéances de « {plan.label.fr} » : {parts}. Le jeton est effacé après "
        "la dernière échéance."
    )
