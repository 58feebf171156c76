"""The notice of a debit to come, and whether one that was written still holds."""

from datetime import datetime, time, timedelta

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Plan
from chalicelib.domain.instalments import Instalment, InstalmentState
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.plan_requests import PlanRequest

MORNING = time(8)


def debit_notice(instalment: Instalment, plan: Plan, now: datetime, resumptions: int = 0) -> OutboxEntry:
    """Return the notice that is sent the plan's days before; each resumption of the plan writes anew."""
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


def is_current(notice: OutboxEntry, instalment: Instalment, request: PlanRequest) -> bool:
    """Whether the debit will be made as the notice says: not once its plan is stopped, or went on anew."""
    is_latest = notice.id == _notice_id(instalment, request.resumptions)
    return is_latest and not request.is_stopped and instalment.state is InstalmentState.DUE


def _notice_id(instalment: Instalment, resumptions: int) -> str:
    return f"{Topic.DEBIT_NOTICE}-{instalment.id}" + (f"-r{resumptions}" if resumptions else "")
