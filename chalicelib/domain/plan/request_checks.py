"""What accounting looks at before it approves a plan: each check with its result."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from itertools import combinations

from chalicelib.domain.causes import PlanMoved
from chalicelib.domain.errors import (
    FeeSituationMissing,
    FeeSituationNotAllowed,
    PlanNotAllowed,
    ProgrammeNotPriced,
)
from chalicelib.domain.fees import quote
from chalicelib.domain.money import totals
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import require_allowed
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import canonical_digest


class Check(StrEnum):
    """Each is true where nothing speaks against the plan."""

    AMOUNT = "amount"  # the amount of the request is what is owed now
    PLAN = "plan"  # the plan is in the campaign, and allowed for the amount
    ACCEPTED = "accepted"  # the file is neither refused nor withdrawn nor blocked
    VALIDATED = "validated"  # the registrar has validated the situation
    NOTHING_PAID = "nothing_paid"  # no money came in, no page is open


def checks_of(file: RegistrationFile, request: PlanRequest) -> Mapping[Check, bool]:
    """Return the result of each check of a request that waits."""
    return {check: passes(file, request) for check, passes in _CHECKS.items()}


def checks_hash(file: RegistrationFile, request: PlanRequest) -> str:
    """Return the hash by which a decision proves to have read the schedule and what the checks say."""
    return _hash(request, _failing(file, request))


def require_checked_as_read(
    file: RegistrationFile, request: PlanRequest, seen: str | None, *, approves: bool
) -> None:
    """Raise `PlanMoved` unless `seen` is the hash of today; an approval may have read that more checks fail.

    A `schedule_hash` alone tells nothing of the checks; None if what was read is not known.
    """
    failing = _failing(file, request)
    passing = [check for check in Check if check not in failing] if approves else []
    counts = range(len(passing) + 1)
    read = {_hash(request, failing.union(more)) for count in counts for more in combinations(passing, count)}
    if seen not in {None, request.schedule_hash, *read}:
        raise PlanMoved


def _failing(file: RegistrationFile, request: PlanRequest) -> frozenset[Check]:
    return frozenset(check for check, passes in checks_of(file, request).items() if not passes)


def _hash(request: PlanRequest, failing: frozenset[Check]) -> str:
    named = [check for check in Check if check in failing]
    return canonical_digest([request.registration_id, request.schedule_hash, named])[:16]


def _is_owed(file: RegistrationFile, request: PlanRequest) -> bool:
    try:
        owed = totals(quote(file)).total_cents
    except (FeeSituationMissing, FeeSituationNotAllowed, ProgrammeNotPriced):
        return False
    return owed == request.total_cents


def _is_allowed(file: RegistrationFile, request: PlanRequest) -> bool:
    plan = file.campaign.plans.get(request.plan_code)
    if plan is None:
        return False
    try:
        require_allowed(plan, request.total_cents)
    except PlanNotAllowed:
        return False
    return True


_CHECKS: Mapping[Check, Callable[[RegistrationFile, PlanRequest], bool]] = {
    Check.AMOUNT: _is_owed,
    Check.PLAN: _is_allowed,
    Check.ACCEPTED: lambda file, _: file.registration.is_accepted and not file.registration.blocked,
    Check.VALIDATED: lambda file, _: file.registration.status is RegistrationStatus.VALIDATED,
    Check.NOTHING_PAID: lambda file, _: not file.payments and not any(each.is_open for each in file.attempts),
}
