"""Accounting stops and resumes a started plan: docs/decisions/0018-stopped-plans.md."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.campaign import Plan
from chalicelib.domain.causes import PlanActUnreasoned, PlanGone
from chalicelib.domain.changes import Changes
from chalicelib.domain.decisions import (
    DebitInConflict,
    DebitInFlight,
    NothingToStop,
    PlanAlreadyStopped,
    PlanNotStopped,
)
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.plan.debit_notices import debit_notice
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.moved_days import earliest_day, on_coming_days
from chalicelib.domain.plan.plan_cards import card_warning
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.refusals import PlanActMoved
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile


def stop(
    file: RegistrationFile, reason: str, by: str, now: datetime, seen_hash: str | None = None
) -> Changes:
    """Withhold the debits to come; a debit in flight is completed. `seen_hash` as for `resume`.

    The registration's version is incremented, so a worker that has claimed a debit and not yet marked it sent
    gets a conflict.
    """
    request = file.plan_request
    if request is None or not request.started or not file.remaining_cents:
        raise NothingToStop
    if request.is_stopped:
        raise PlanAlreadyStopped
    _require_as_read(request, seen_hash)
    require_reason(reason)
    stopped = replace(request, stopped_at=now, stopped_by=by, stop_reason=reason, version=request.version + 1)
    mail = plan_mail(Topic.PLAN_STOPPED, stopped, now, reason)
    return Changes((stopped, counted(file.registration)), outbox=(mail,))


def resume(file: RegistrationFile, reason: str, now: datetime, seen_hash: str | None = None) -> Changes:
    """Resume a stopped plan; instalments that can no longer be announced in time get a new day.

    They move to the coming due days, one a month in the order of the ranks; each debit to come is announced
    again. Raise `PlanActMoved` if the plan is not the version that was read, None if that is not known.
    """
    request = file.plan_request
    if request is None or not request.is_stopped:
        raise PlanNotStopped
    _require_as_read(request, seen_hash)
    require_reason(reason)
    require_nothing_in_flight(file)
    plan = agreed_plan(file)
    resumed = replace(
        request,
        stopped_at=None,
        stopped_by="",
        stop_reason="",
        resumptions=request.resumptions + 1,
        version=request.version + 1,
    )
    waiting = tuple(each for each in file.instalments if each.state is InstalmentState.DUE)
    dated = tuple(on_coming_days(waiting, plan, earliest_day(plan, now)))
    notices = (debit_notice(each, plan, now, resumed.resumptions) for each in dated)
    changed = (after for before, after in zip(waiting, dated, strict=True) if after is not before)
    mail = plan_mail(Topic.PLAN_RESUMED, resumed, now, reason)
    about = f"{resumed.registration_id}-{resumed.version}"
    warning = card_warning(file.mandate, dated, about, now) if file.mandate else ()
    return Changes((resumed, counted(file.registration), *changed), outbox=(mail, *notices, *warning))


def _require_as_read(request: PlanRequest, seen_hash: str | None) -> None:
    if not request.is_as_read(seen_hash):
        raise PlanActMoved


def agreed_plan(file: RegistrationFile) -> Plan:
    """Return the plan that the student agreed to; raise `PlanNotAllowed` if it is not known any more."""
    if file.agreed_plan is None:
        raise PlanGone
    return file.agreed_plan


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise PlanActUnreasoned


def require_nothing_in_flight(file: RegistrationFile) -> None:
    """Raise while a debit or a page may still bring money, and while the outcome of a debit is unknown."""
    if any(each.state is InstalmentState.CONFLICT for each in file.instalments):
        raise DebitInConflict
    if any(attempt.is_open for attempt in file.attempts):
        raise DebitInFlight
    if any(each.is_in_flight for each in file.instalments):
        raise DebitInFlight


def plan_mail(topic: Topic, request: PlanRequest, now: datetime, reason: str) -> OutboxEntry:
    """Return the mail that tells the student of one act; its id contains the request's version."""
    return OutboxEntry(
        id=f"{topic}-{request.registration_id}-{request.version}",
        topic=topic,
        person_id=request.person_id,
        registration_id=request.registration_id,
        created_at=now,
        reason=reason,
    )
