"""Instalments not debited on their day, for lack of a run: docs/decisions/0021-after-an-outage.md.

The oldest one is debited by the first run; the later ones move to coming due days, in the commit of its
claim.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Plan
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.owed import withheld
from chalicelib.domain.plan.debit_notices import debit_notice
from chalicelib.domain.plan.instalments import Instalment, Mandate
from chalicelib.domain.plan.moved_days import earliest_day, on_coming_days
from chalicelib.domain.plan.plan_cards import card_warning, lack_on
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import MovedDay
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Postponement:
    """The instalments that move, what the debit's row keeps of it, and the mails that announce it."""

    rows: tuple[Instalment, ...] = ()
    days: tuple[MovedDay, ...] = ()
    outbox: tuple[OutboxEntry, ...] = ()


def first_due(file: RegistrationFile, today: date) -> Instalment | None:
    """Return the instalment to debit today: the lowest rank that is due and not withheld."""
    due = (each for each in file.instalments if each.is_debitable and each.next_try_on <= today)
    return next((each for each in due if withheld(file, each, today) is None), None)


def postpone(file: RegistrationFile, taken: Instalment, now: datetime) -> Postponement:
    """Move the later instalments that would be debited too close to `taken`, which is debited today.

    Those move which are due, and, if `taken` is overdue, those of this month: to coming due days after this
    month, in the order of the ranks, as the plan's notice allows. The next ones move on if a day is no longer
    free. What waits for a retry is not moved.
    """
    plan, request = file.agreed_plan, file.plan_request
    if plan is None or request is None:
        return Postponement()
    today = paris_day(now)
    waiting = tuple(
        each for each in file.instalments if each.rank > taken.rank and each.is_debitable and not each.tries
    )
    last_taken = _month_after(today) - timedelta(days=1) if _is_overdue(taken, plan, today) else today
    if all(each.next_try_on > last_taken for each in waiting):
        return Postponement()
    dated = on_coming_days(waiting, plan, max(earliest_day(plan, now), _month_after(today)))
    moved = tuple(
        (before, replace(after, moves=after.moves + 1))
        for before, after in zip(waiting, dated, strict=True)
        if after is not before
    )
    rows = tuple(after for _, after in moved)
    return Postponement(
        rows,
        tuple(MovedDay(after.id, after.amount_cents, before.due_on, after.due_on) for before, after in moved),
        (*_notices(rows, plan, request, now), *_warning(file.mandate, moved[-1], now)),
    )


def _is_overdue(instalment: Instalment, plan: Plan, today: date) -> bool:
    """Return True if it should have been debited in an earlier month, with all its retries."""
    last_try = instalment.due_on + timedelta(days=sum(plan.retry_after_days))
    return min(instalment.next_try_on, last_try) < today.replace(day=1)


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _notices(
    moved: tuple[Instalment, ...], plan: Plan, request: PlanRequest, now: datetime
) -> tuple[OutboxEntry, ...]:
    return tuple(debit_notice(each, plan, now, request.resumptions) for each in moved)


def _warning(
    mandate: Mandate | None, last: tuple[Instalment, Instalment], now: datetime
) -> tuple[OutboxEntry, ...]:
    """Return the warning that the card is valid on the day of the last instalment no more, if so."""
    before, after = last
    if mandate is None or lack_on(mandate, before.due_on):
        return ()
    return card_warning(mandate, (after,), f"{after.id}-m{after.moves}", now)
