from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Plan
from chalicelib.domain.causes import PlanChanged, PlanNotChangeable, PlanNotRequested, PlanUnknown, RestAtOnce
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NothingToPay, PlanNotAllowed
from chalicelib.domain.fees import payable_lines, quote, require_open_window
from chalicelib.domain.money import totals
from chalicelib.domain.plan import plan_requests as rules
from chalicelib.domain.plan.instalment_pages import require_first_owed
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import Schedule, is_at_threshold, require_allowed, schedule
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile, file_of
from chalicelib.domain.trail.audit import Act, AuditEntry
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.plans.ports import PlanPorts


@dataclass(frozen=True)
class OfferedPlan:
    """One plan offered before a request; `refusal` is the reason it cannot be requested, None if it can."""

    plan: Plan
    schedule: Schedule
    refusal: PlanNotAllowed | NothingToPay | None


def show_plans(
    ports: PlanPorts, person_id: str, registration_id: str, first_on: date | None
) -> tuple[OfferedPlan, ...]:
    """Return every plan of the campaign with its exact dates and cents, if first paid on `first_on`."""
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    campaign = ports.campaigns.get(registration.campaign_id)
    file, day = file_of(account, registration_id, campaign), first_on or paris_day(ports.now())
    total_cents = totals(quote(file)).total_cents
    return tuple(_offered(file, plan, total_cents, day) for plan in campaign.plans.values())


def request_plan(
    ports: PlanPorts, person_id: str, registration_id: str, plan_code: str, seen_hash: str | None = None
) -> PlanRequest:
    """Ask accounting for a plan, replacing an earlier request that is not yet started.

    `seen_hash` is that of the schedule that the student saw, None if unknown. Raise `PlanChanged` if it is
    another now.
    """
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    campaign = ports.campaigns.get(registration.campaign_id)
    file = file_of(account, registration_id, campaign)
    earlier = file.plan_request
    if earlier and earlier.started:
        raise PlanNotChangeable
    if registration.part_paid:
        raise RestAtOnce
    plan = campaign.plans.get(plan_code)
    if plan is None:
        raise PlanUnknown(plan_code, tuple(campaign.plans))
    total_cents = _payable_total(file, ports.now())
    require_allowed(plan, total_cents)
    wanted = schedule(plan, total_cents, paris_day(ports.now()))
    if seen_hash not in {None, wanted.hash}:
        raise PlanChanged
    require_first_owed(file, wanted)
    request = rules.request(registration, earlier, wanted, is_at_threshold(plan, total_cents), ports.now())
    if request is not earlier:
        file.require_no_open_attempt()
        entry = _entry(ports, Act.PLAN_REQUESTED, request)
        ports.store.commit(
            Changes((request, counted(registration)), audit=entry)
        )  # see `_begin` of a payment
    return request


def withdraw_plan_request(
    ports: PlanPorts, person_id: str, registration_id: str, seen_hash: str | None = None
) -> PlanRequest:
    """Withdraw the request; raise `PlanNotRequested` if there is none.

    Raise `RequestMoved` if it is not the version that was read, None if that is not known.
    """
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    campaign = ports.campaigns.get(registration.campaign_id)
    require_open_window(campaign, ports.now())
    earlier = account.plan_request(registration_id)
    if earlier is None:
        raise PlanNotRequested
    withdrawn = rules.withdraw(earlier, seen_hash)
    if withdrawn is not earlier:
        file_of(account, registration_id, campaign).require_no_open_attempt()
        entry = _entry(ports, Act.PLAN_REQUEST_WITHDRAWN, withdrawn)
        ports.store.commit(Changes((withdrawn, counted(registration)), audit=entry))
    return withdrawn


def _entry(ports: PlanPorts, act: Act, request: PlanRequest) -> AuditEntry:
    student, total_cents = request.person_id, request.total_cents
    return audited(
        ports, student, act, student, request.registration_id, plan=request.plan_code, total_cents=total_cents
    )


def _payable_total(file: RegistrationFile, now: datetime) -> int:
    """Return the price of the declared situation in cents, if it could be paid were there no request."""
    payable_lines(replace(file, plan_request=None), now)
    return totals(quote(file)).total_cents


def _offered(file: RegistrationFile, plan: Plan, total_cents: int, first_on: date) -> OfferedPlan:
    """Return the plan and why it is refused: early money may leave less than its first part."""
    wanted = schedule(plan, total_cents, first_on)
    try:
        require_allowed(plan, total_cents)
        if not file.orders:
            require_first_owed(file, wanted)
    except (PlanNotAllowed, NothingToPay) as refusal:
        return OfferedPlan(plan, wanted, refusal)
    return OfferedPlan(plan, wanted, None)
