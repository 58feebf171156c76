from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.causes import NoPlanToDecide
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.domain.plan import plan_requests as rules
from chalicelib.domain.plan.instalment_pages import agreed_schedule
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequest, PlanRequestState
from chalicelib.domain.plan.refusals import PlanOfEnded
from chalicelib.domain.registration_file import file_of
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
    seen_hash: str | None = None,
) -> PlanRequest:
    """Write accounting's decision and the mail to the student in one transaction.

    `seen_hash` is that of the schedule that was read, None if unknown. Raise `PlanMoved` if the request is
    for another.
    An approval raises `PlanChanged` if its first instalment would: the price is another since; `PlanOfEnded`
    for a file that was refused or given up.
    """
    permit(by, Action.DECIDE_PLAN_REQUEST, person_of(registration_id))
    account = ports.accounts.account(person_of(registration_id))
    registration = account.registration(registration_id)
    earlier = account.plan_request(registration_id)
    if earlier is None:
        raise NoPlanToDecide
    rules.require_as_read(earlier, seen_hash)
    decided = rules.decide(earlier, decision, reason, by.id)
    if decided is not earlier:
        if decision is PlanDecision.APPROVE:
            if not registration.is_accepted:
                raise PlanOfEnded
            campaign = ports.campaigns.get(earlier.campaign_id)
            agreed_schedule(file_of(account, registration_id, campaign), earlier, paris_day(ports.now()))
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


def list_plan_requests(
    ports: PlanPorts, state: PlanRequestState, after: str | None, campaign_id: str | None = None
) -> tuple[tuple[PlanRequest, ...], str | None]:
    """Return one page of a campaign's queue, of the current one's by default, and the next page's cursor."""
    found, cursor = ports.plan_requests.queue(campaign_id or ports.campaigns.current().id, state, after)
    return tuple(found), cursor
