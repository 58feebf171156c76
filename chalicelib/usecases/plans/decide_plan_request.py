from datetime import date

from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.causes import NoPlanToDecide
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.domain.plan import plan_requests as rules
from chalicelib.domain.plan.instalment_pages import agreed_schedule
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequest, PlanRequestState
from chalicelib.domain.plan.refusals import PlanOfEnded, RequestOutdated
from chalicelib.domain.plan.request_checks import require_checked_as_read
from chalicelib.domain.registration_file import RegistrationFile, file_of
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.plans.ports import PlanPorts

_TOPICS = {PlanDecision.APPROVE: Topic.PLAN_APPROVED, PlanDecision.REFUSE: Topic.PLAN_REFUSED}
_ACTS = {PlanDecision.APPROVE: Act.PLAN_APPROVED, PlanDecision.REFUSE: Act.PLAN_REFUSED}


def decide_plan_request(
    ports: PlanPorts,
    registration_id: str,
    decision: PlanDecision,
    reason: str,
    by: Person,
    seen: str | None = None,
) -> PlanRequest:
    """Write accounting's decision and the mail to the student in one transaction.

    `seen` is the `checks_hash`, or the `schedule_hash`, of what was read, None if unknown.
    Raise `PlanMoved` if the request is for another schedule, or a check has another result; one that is
    fulfilled since prevents no approval.
    An approval raises `RequestOutdated` where its first instalment could not be paid today, `PlanOfEnded` for
    a file that was refused or given up.
    """
    permit(by, Action.DECIDE_PLAN_REQUEST, person_of(registration_id))
    account = ports.accounts.account(person_of(registration_id))
    registration = account.registration(registration_id)
    earlier = account.plan_request(registration_id)
    if earlier is None:
        raise NoPlanToDecide
    file = file_of(account, registration_id, ports.campaigns.get(earlier.campaign_id))
    require_checked_as_read(file, earlier, seen, approves=decision is PlanDecision.APPROVE)
    decided = rules.decide(earlier, decision, reason, by.id, ports.now())
    if decided is not earlier:
        if decision is PlanDecision.APPROVE:
            _require_possible(file, earlier, paris_day(ports.now()))
        topic = _TOPICS[decision]
        entry = OutboxEntry(
            id=f"{topic}-{registration_id}-{decided.version}",
            topic=topic,
            person_id=decided.person_id,
            registration_id=registration_id,
            created_at=ports.now(),
            reason=decided.reason,
            amount_cents=decided.total_cents,
        )
        trace = audited(
            ports,
            by.id,
            _ACTS[decision],
            decided.person_id,
            registration_id,
            decided.reason,
            plan=decided.plan_code,
            total_cents=decided.total_cents,
        )
        ports.store.commit(Changes((decided,), audit=trace, outbox=(entry,), unchanged=(registration,)))
    return decided


def _require_possible(file: RegistrationFile, request: PlanRequest, first_on: date) -> None:
    if not file.registration.is_accepted:
        raise PlanOfEnded
    try:
        agreed_schedule(file, request, first_on)
    except QuittanceError:
        raise RequestOutdated from None


def list_plan_requests(
    ports: PlanPorts, state: PlanRequestState, after: str | None, campaign_id: str | None = None
) -> tuple[tuple[PlanRequest, ...], str | None]:
    """Return one page of a campaign's queue, of the current one's by default, and the next page's cursor."""
    found, cursor = ports.plan_requests.queue(campaign_id or ports.campaigns.current().id, state, after)
    return tuple(found), cursor
