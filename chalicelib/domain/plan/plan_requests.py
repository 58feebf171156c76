"""A student's request to pay by a plan, and accounting's decision on it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.causes import PlanDecided, PlanMoved, PlanNotWithdrawable, RefusalUnreasoned
from chalicelib.domain.plan.plans import Schedule
from chalicelib.domain.plan.refusals import RequestApproved, RequestMoved
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import canonical_digest


class PlanRequestState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PlanDecision(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"


_BINDING = {PlanRequestState.REQUESTED, PlanRequestState.APPROVED}


@dataclass(frozen=True)
class PlanRequest:
    """One request a registration. `schedule_hash` is the hash shown; an approval binds every debit to it.

    `started` is set by the payment of the first instalment: from then on only accounting changes the request.
    The plan is stopped while `stopped_at` is set; `resumptions` counts the resumptions. `recut_by` is the
    person who last recut the plan: `schedule_hash` is then that of the new parts, `total_cents` stays the
    approved total. Releases before 0.3 did not tell `decided_at`.
    """

    registration_id: str
    person_id: str
    campaign_id: str
    holder: str
    plan_code: str
    total_cents: int
    schedule_hash: str
    requested_at: datetime
    is_at_threshold: bool = False
    state: PlanRequestState = PlanRequestState.REQUESTED
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    started: bool = False
    stopped_at: datetime | None = None
    stopped_by: str = ""
    stop_reason: str = ""
    resumptions: int = 0
    recut_at: datetime | None = None
    recut_by: str = ""
    version: int = 1

    @property
    def is_binding(self) -> bool:
        """True if it closes menu 2a and prevents a change of the declared situation."""
        return self.state in _BINDING

    @property
    def is_payable(self) -> bool:
        return self.state is PlanRequestState.APPROVED

    @property
    def is_stopped(self) -> bool:
        return self.stopped_at is not None

    @property
    def seen_hash(self) -> str:
        """Return the hash that an act proves to have read this version of the request by."""
        return canonical_digest([self.registration_id, self.version])[:16]

    def is_as_read(self, seen_hash: str | None) -> bool:
        """Return True if it is the version that was read, or if that is not known: None."""
        return seen_hash in {None, self.seen_hash}


def request(
    registration: Registration,
    earlier: PlanRequest | None,
    wanted: Schedule,
    at_threshold: bool,  # noqa: FBT001 - a flag for accounting
    now: datetime,
) -> PlanRequest:
    """Ask for a plan in place of an earlier request; return the earlier one if it asks for the same."""
    if earlier and earlier.is_binding and earlier.schedule_hash == wanted.hash:
        return earlier
    return PlanRequest(
        registration_id=registration.id,
        person_id=registration.person_id,
        campaign_id=registration.campaign_id,
        holder=registration.holder,
        plan_code=wanted.plan_code,
        total_cents=sum(part.amount_cents for part in wanted.parts),
        schedule_hash=wanted.hash,
        requested_at=now,
        is_at_threshold=at_threshold,
        version=earlier.version + 1 if earlier else 1,
    )


def withdraw(earlier: PlanRequest, seen_hash: str | None = None) -> PlanRequest:
    """Withdraw a request, approved or not, unless something is paid; repeating changes nothing.

    Raise `RequestMoved` if it is not the version that was read.
    """
    if earlier.started:
        raise PlanNotWithdrawable
    if not earlier.is_binding:
        return earlier
    if not earlier.is_as_read(seen_hash):
        if earlier.is_payable:
            raise RequestApproved
        raise RequestMoved
    return replace(earlier, state=PlanRequestState.WITHDRAWN, version=earlier.version + 1)


def require_as_read(request: PlanRequest | None, seen_hash: str | None) -> None:
    """Raise `PlanMoved` unless the request is for the schedule that was read; None if that is not known."""
    if seen_hash is not None and (request is None or request.schedule_hash != seen_hash):
        raise PlanMoved


def decide(
    earlier: PlanRequest, decision: PlanDecision, reason: str, decided_by: str, now: datetime
) -> PlanRequest:
    """Record accounting's decision; a refusal needs a reason, repeating a decision changes nothing."""
    wanted = PlanRequestState.APPROVED if decision is PlanDecision.APPROVE else PlanRequestState.REFUSED
    if earlier.state is wanted:
        return earlier
    if earlier.state is not PlanRequestState.REQUESTED:
        raise PlanDecided
    if wanted is PlanRequestState.REFUSED and not reason.strip():
        raise RefusalUnreasoned
    return replace(
        earlier,
        state=wanted,
        reason=reason,
        decided_by=decided_by,
        decided_at=now,
        version=earlier.version + 1,
    )
