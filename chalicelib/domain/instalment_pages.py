"""What the gateway's page is to take for one instalment, and the terms it is shown with."""

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign, Plan
from chalicelib.domain.errors import (
    InstalmentNotPayable,
    PaymentUnclear,
    PlanNotApproved,
)
from chalicelib.domain.fees import quote, require_accepted
from chalicelib.domain.instalments import Instalment
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payments import PlanTerms
from chalicelib.domain.plan_requests import PlanRequest
from chalicelib.domain.plans import Part, Schedule, consent, schedule
from chalicelib.domain.registration import Registration
from chalicelib.domain.registration_file import file_of


@dataclass(frozen=True)
class InstalmentPage:
    """`instalment` is the late one it pays, None for the first."""

    amount_cents: int
    lines: tuple[FeeLine, ...]
    terms: PlanTerms
    instalment: Instalment | None = None


def instalment_page(
    account: Account,
    registration: Registration,
    campaign: Campaign,
    rank: int,
    subscriber: str,
    now: datetime,
) -> InstalmentPage:
    """The first instalment once approved, or a late one; refuses with the reason what is not to be paid."""
    request = account.plan_request(registration.id)
    if request is None or not request.is_payable:
        raise PlanNotApproved
    if account.has_unclear_attempt(registration.id):
        raise PaymentUnclear
    if request.started:
        require_accepted(registration)
        ordered = tuple(
            line
            for order in account.orders
            if order.registration_id == registration.id
            for line in order.lines
        )
        return _late(account, campaign, request, rank, subscriber, ordered, paris_day(now))
    lines = quote(registration, campaign)
    require_accepted(registration)
    if rank != 1 or registration.has_order:
        raise InstalmentNotPayable
    plan = campaign.plans.get(request.plan_code)
    if plan is None:  # it left the campaign before anything began under it
        raise PlanNotApproved
    agreed = schedule(plan, totals(lines).total_cents, paris_day(now))
    if agreed.hash != request.schedule_hash:  # the situation or the tariff is another than what was approved
        raise PlanNotApproved
    terms = _terms(campaign, plan, agreed, 1, subscriber, paris_day(now))
    return InstalmentPage(agreed.parts[0].amount_cents, lines, terms)


def _late(
    account: Account,
    campaign: Campaign,
    request: PlanRequest,
    rank: int,
    subscriber: str,
    lines: tuple[FeeLine, ...],
    today: date,
) -> InstalmentPage:
    instalments = account.instalments_of(request.registration_id)
    wanted = next((each for each in instalments if each.rank == rank), None)
    if wanted and wanted.may_be_taken:
        raise PaymentUnclear
    if wanted is None or not wanted.is_payable_by_hand:
        raise InstalmentNotPayable
    in_flight = sum(each.amount_cents for each in instalments if each.may_be_taken)
    file = file_of(account, request.registration_id, campaign)
    if wanted.amount_cents > owed_cents(file) - in_flight:
        raise InstalmentNotPayable
    others = tuple(
        Part(each.rank, each.due_on, each.amount_cents)
        for each in instalments
        if each.remaining_cents and each is not wanted
    )
    left = Schedule(request.plan_code, others, request.schedule_hash)
    mandate = account.mandate(request.registration_id)
    plan = (mandate.plan if mandate else None) or campaign.plans.get(request.plan_code)
    if plan is None:
        raise InstalmentNotPayable
    return InstalmentPage(
        wanted.amount_cents, lines, _terms(campaign, plan, left, rank, subscriber, today), wanted
    )


def _terms(
    campaign: Campaign,
    plan: Plan,
    agreed: Schedule,
    rank: int,
    subscriber: str,
    today: date,
) -> PlanTerms:
    return PlanTerms(
        rank=rank,
        plan_code=plan.code,
        schedule_hash=agreed.hash,
        subscriber=subscriber,
        last_due_on=max([today, *(part.due_on for part in agreed.parts)]),
        consent=consent(plan, agreed, campaign.school.name),
        plan=plan,
    )
