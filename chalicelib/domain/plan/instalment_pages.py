"""The amount and the terms of the gateway's page for one instalment."""

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign, Plan
from chalicelib.domain.causes import PlanChanged, RestAtOnce
from chalicelib.domain.errors import (
    CoveredByCredit,
    InstalmentNotPayable,
    PaymentUnclear,
    PlanNotApproved,
    QuittanceError,
)
from chalicelib.domain.fees import quote, require_accepted, require_not_awaited
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.owed import debit_cents, received_cents
from chalicelib.domain.payments import PlanTerms
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.plan_cards import is_payable_now
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS, Part, Schedule, consent, schedule
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class InstalmentPage:
    """The amount and terms of the page; `instalment` is the one it pays, None for the first of a plan."""

    amount_cents: int
    lines: tuple[FeeLine, ...]
    terms: PlanTerms
    instalment: Instalment | None = None


def instalment_page(file: RegistrationFile, rank: int, subscriber: str, now: datetime) -> InstalmentPage:
    """Return the page of the first instalment of an approved plan, or of one of a started plan.

    Of a started plan, a refused one can be paid, and the next one, whose card then serves the rest.
    `subscriber` is the new name under which the gateway will store the card.
    """
    request, registration = file.plan_request, file.registration
    if request is None or not request.is_payable:
        raise PlanNotApproved
    require_not_awaited(file)
    if file.has_unclear_attempt:
        raise PaymentUnclear
    if request.started:
        require_accepted(registration)
        return _by_hand(file, request, rank, subscriber, paris_day(now))
    require_accepted(registration)
    if rank != 1 or registration.is_paid:
        raise InstalmentNotPayable
    plan, agreed = agreed_schedule(file, request, paris_day(now))
    terms = _terms(file.campaign, plan, agreed, 1, subscriber, paris_day(now))
    return InstalmentPage(agreed.parts[0].amount_cents, _priced_lines(file), terms)


def agreed_schedule(file: RegistrationFile, request: PlanRequest, first_on: date) -> tuple[Plan, Schedule]:
    """Return the plan that was asked for and its schedule, if its first part could be paid on `first_on`.

    Raise `PlanChanged` if the situation, the tariff or the plan gives other parts since.
    """
    plan = file.campaign.plans.get(request.plan_code)
    if plan is None:
        raise PlanChanged
    agreed = schedule(plan, totals(_priced_lines(file)).total_cents, first_on)
    if agreed.hash != request.schedule_hash:
        raise PlanChanged
    require_first_owed(file, agreed)
    return plan, agreed


def is_as_asked(file: RegistrationFile, request: PlanRequest, first_on: date) -> bool:
    """Return False if situation, tariff or plan give other parts since the request."""
    try:
        agreed_schedule(file, request, first_on)
    except PlanChanged:
        return False
    except QuittanceError:  # what else prevents the first part is said where it would be paid
        pass
    return True


def _priced_lines(file: RegistrationFile) -> tuple[FeeLine, ...]:
    return tuple(line for order in file.orders for line in order.lines) or quote(file)


def require_first_owed(file: RegistrationFile, agreed: Schedule) -> None:
    """Raise if money received already leaves nothing to pay, or less than the first part."""
    total = sum(part.amount_cents for part in agreed.parts)
    received = received_cents(file)
    if received >= total:
        raise CoveredByCredit(received)
    if agreed.parts[0].amount_cents > total - received:
        raise RestAtOnce


def _by_hand(
    file: RegistrationFile, request: PlanRequest, rank: int, subscriber: str, today: date
) -> InstalmentPage:
    wanted = next((each for each in file.instalments if each.rank == rank), None)
    if wanted and wanted.may_be_taken:
        raise PaymentUnclear
    if wanted is None or not is_payable_now(file, wanted):
        raise InstalmentNotPayable
    if debit_cents(file, wanted) < SMALLEST_PART_CENTS:
        raise InstalmentNotPayable
    others = tuple(
        Part(each.rank, each.due_on, each.remaining_cents)
        for each in file.instalments
        if each.remaining_cents and each is not wanted
    )
    left = Schedule(request.plan_code, others, request.schedule_hash)
    plan = (file.mandate.plan if file.mandate else None) or file.campaign.plans.get(request.plan_code)
    if plan is None:
        raise InstalmentNotPayable
    ordered = tuple(line for order in file.orders for line in order.lines)
    terms = _terms(file.campaign, plan, left, rank, subscriber, today)
    return InstalmentPage(debit_cents(file, wanted), ordered, terms, wanted)


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
