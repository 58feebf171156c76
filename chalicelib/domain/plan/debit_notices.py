"""The notice sent before a debit, and the check that a notice is still valid."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Plan
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import withheld_by_decision
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.registration_file import RegistrationFile

MORNING = time(8)


def debit_notice(instalment: Instalment, plan: Plan, now: datetime, resumptions: int = 0) -> OutboxEntry:
    """Return the notice, sent the plan's notice days before; a new one for each resumption and move."""
    day = instalment.due_on - timedelta(days=plan.notice_days)
    return OutboxEntry(
        id=_notice_id(instalment, resumptions),
        topic=Topic.DEBIT_NOTICE,
        person_id=instalment.person_id,
        registration_id=instalment.registration_id,
        created_at=now,
        amount_cents=instalment.amount_cents,
        rank=instalment.rank,
        not_before=datetime.combine(day, MORNING, PARIS),
    )


def is_current(notice: OutboxEntry, instalment: Instalment, request: PlanRequest, today: date) -> bool:
    """Return True if the debit is still as announced, and its day is not past.

    Not if its plan was stopped, or resumed since, or the instalment was moved to another day.
    """
    is_latest = notice.id == _notice_id(instalment, request.resumptions)
    is_to_come = instalment.state is InstalmentState.DUE and instalment.next_try_on >= today
    return is_latest and is_to_come and not request.is_stopped


def _notice_id(instalment: Instalment, resumptions: int) -> str:
    resumed = f"-r{resumptions}" if resumptions else ""
    moved = f"-m{instalment.moves}" if instalment.moves else ""
    return f"{Topic.DEBIT_NOTICE}-{instalment.id}{resumed}{moved}"


def announced(entry: OutboxEntry, file: RegistrationFile, today: date) -> OutboxEntry | None:
    """Return a mail that announces a debit with the amount that is left to debit, None if none will be made.

    It is not made for a file or a plan that is withheld, nor for less than the gateway takes.
    """
    instalment = next((each for each in file.instalments if each.rank == entry.rank), None)
    request = file.plan_request
    if instalment is None or request is None or withheld_by_decision(file):
        return None
    if instalment.remaining_cents < SMALLEST_PART_CENTS:
        return None
    if entry.topic is Topic.DEBIT_NOTICE and not is_current(entry, instalment, request, today):
        return None
    return replace(entry, amount_cents=instalment.remaining_cents)
