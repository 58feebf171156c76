"""Accounting recuts the rest of a plan: docs/decisions/0018-stopped-plans.md.

Unpaid instalments are cancelled and replaced by new ones under new ranks. So an amount once announced,
debited or shown on a page never changes: paying an old page of a cancelled instalment makes a credit.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.books.allocation import after, allocate
from chalicelib.domain.campaign import Plan
from chalicelib.domain.causes import CutTooSmall
from chalicelib.domain.changes import Changes, Row
from chalicelib.domain.decisions import NothingToRecut, RecutBeyondCard, RecutWithoutCard
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import unplanned_cents
from chalicelib.domain.plan.debit_notices import debit_notice
from chalicelib.domain.plan.instalments import (
    Event,
    Instalment,
    InstalmentState,
    Mandate,
    moved,
    standing_amounts,
)
from chalicelib.domain.plan.moved_days import earliest_day
from chalicelib.domain.plan.plan_cards import card_warning, lack_on
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS, due_days_from, equal_parts, schedule_hash
from chalicelib.domain.plan.stopped_plans import (
    agreed_plan,
    plan_mail,
    require_nothing_in_flight,
    require_reason,
)
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile

MOST_PARTS = 24
"""With as many cancelled ones, and a notice each, the recut is still one transaction."""


def recut(
    file: RegistrationFile,
    parts: int | None,
    reason: str,
    by: str,
    now: datetime,
    *,
    beyond_card: bool = False,
) -> Changes:
    """Spread the amount still owed over coming due days: over `parts`, else over the number of unpaid parts.

    Credits are allocated first. The sum never exceeds the approved total. The consent of the mandate is
    unchanged; the hash that every debit is bound to becomes that of the new parts. A stopped plan stays
    stopped. Raise `RecutBeyondCard` or `RecutWithoutCard` if the card cannot be debited for every new part,
    unless `beyond_card` says that the student will give another.
    """
    allocation, versions = allocate(file, now), {each.id: each.version for each in file.instalments}
    file = after(file, allocation)
    request, mandate = file.plan_request, file.mandate
    left = tuple(each for each in file.instalments if each.remaining_cents)
    if request is None or mandate is None or not left:
        raise NothingToRecut
    require_reason(reason)
    require_nothing_in_flight(file)
    plan = agreed_plan(file)
    paid = tuple(each for each in allocation.instalments if not each.remaining_cents)
    ended = tuple(_cancelled(each, versions[each.id] + 1, now) for each in left)
    new = _sealed(file, plan, tuple(_new(file, plan, _amounts(file, request, parts or len(left)), now)))
    if not beyond_card:
        _require_card(mandate, new)
    return Changes(
        (
            *_agreed(file, request, mandate, new[0].schedule_hash, by, now),
            *allocation.payments,
            *paid,
            *ended,
            *new,
        ),
        outbox=_told(request, mandate, plan, new, reason, now),
    )


def rest_cents(file: RegistrationFile, request: PlanRequest) -> int:
    """Return what no payment is allocated to, in cents, at most what is left of the approved total.

    Money that is reserved for a refund is allocated to the parts if it is not given back.
    """
    paid = sum(each.amount_cents for each in file.instalments if each.state is InstalmentState.PAID)
    return min(file.remaining_cents + unplanned_cents(file), request.total_cents - paid)


def _require_card(mandate: Mandate, new: tuple[Instalment, ...]) -> None:
    if lack_on(mandate, new[-1].due_on) is None:
        return
    possible = [part.due_on for part in new if lack_on(mandate, part.due_on) is None]
    if not possible:
        raise RecutWithoutCard
    raise RecutBeyondCard(possible[-1])


def _amounts(file: RegistrationFile, request: PlanRequest, parts: int) -> tuple[int, ...]:
    amounts = equal_parts(rest_cents(file, request), parts)
    if amounts[0] < SMALLEST_PART_CENTS:
        raise CutTooSmall
    return amounts


def _new(file: RegistrationFile, plan: Plan, amounts: tuple[int, ...], now: datetime) -> Iterator[Instalment]:
    """Yield the new parts; the first is due on the first day that the plan's notice can still announce."""
    first, last = file.instalments[0], file.instalments[-1]
    days = due_days_from(plan, earliest_day(plan, now))
    for rank, (amount, day) in enumerate(zip(amounts, days, strict=False), start=last.rank + 1):
        yield Instalment(
            registration_id=first.registration_id,
            person_id=first.person_id,
            rank=rank,
            due_on=day,
            amount_cents=amount,
            schedule_hash="",
            next_try_on=day,
            since=now,
            invoice_number=first.invoice_number,
        )


def _sealed(file: RegistrationFile, plan: Plan, new: tuple[Instalment, ...]) -> tuple[Instalment, ...]:
    """Bind the new parts to the hash of the paid and the new parts."""
    paid = (each for each in file.instalments if each.state is InstalmentState.PAID)
    agreed = schedule_hash(plan, standing_amounts((*paid, *new)))
    return tuple(replace(each, schedule_hash=agreed) for each in new)


def _cancelled(instalment: Instalment, version: int, now: datetime) -> Instalment:
    """Return the cancelled instalment, written as one version with what was allocated to it before."""
    return replace(moved(instalment, Event.CANCEL, now), version=version)


def _agreed(
    file: RegistrationFile, request: PlanRequest, mandate: Mandate, agreed: str, by: str, now: datetime
) -> tuple[Row, ...]:
    return (
        replace(request, schedule_hash=agreed, recut_at=now, recut_by=by, version=request.version + 1),
        replace(mandate, schedule_hash=agreed, version=mandate.version + 1),
        counted(file.registration),
    )


def _told(
    request: PlanRequest,
    mandate: Mandate,
    plan: Plan,
    new: tuple[Instalment, ...],
    reason: str,
    now: datetime,
) -> tuple[OutboxEntry, ...]:
    """Return the mail of the act, a notice of each debit, and a warning if they need another card."""
    written = replace(request, version=request.version + 1)
    notices = (debit_notice(each, plan, now, request.resumptions) for each in new)
    warning = card_warning(mandate, new, f"{request.registration_id}-{written.version}", now)
    return (plan_mail(Topic.PLAN_RECUT, written, now, reason), *notices, *warning)
