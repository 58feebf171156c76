"""The effect of an instalment paid on the page: the first starts the plan, a late one is settled."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign, Plan
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Answer, Attempt, PlanTerms
from chalicelib.domain.plan.debit_notices import debit_notice
from chalicelib.domain.plan.instalments import Instalment, Mandate, instalment_id, standing_amounts
from chalicelib.domain.plan.plan_cards import card_warning
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import Schedule, schedule, schedule_hash
from chalicelib.domain.plan.shortened_plans import shortened
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.stored_cards import is_plan_over


@dataclass(frozen=True)
class PlanStart:
    """The rows that the first payment writes in addition to its booking."""

    request: PlanRequest
    mandate: Mandate
    instalments: tuple[Instalment, ...]
    outbox: tuple[OutboxEntry, ...]


def plan_of(terms: PlanTerms, campaign: Campaign) -> Plan | None:
    """Return the plan shown with the page; None if neither the page nor the campaign has it."""
    return terms.plan or campaign.plans.get(terms.plan_code)


def can_start(account: Account, attempt: Attempt, terms: PlanTerms) -> bool:
    """Return True if the approved plan is still the one this page was shown for."""
    request = account.plan_request(attempt.registration_id)
    return (
        request is not None
        and request.is_payable
        and not request.started
        and request.schedule_hash == terms.schedule_hash
    )


def start_plan(
    request: PlanRequest,
    attempt: Attempt,
    terms: PlanTerms,
    answer: Answer,
    plan: Plan,
    charged_cents: int,
    now: datetime,
) -> PlanStart:
    """Return the started plan: mandate, instalments (all due yet), and the notices of the debits to come.

    The dates are those shown on the page, which the student agreed to, even if the payment came after
    midnight. If less is charged than was agreed to, the plan is shorter, and its hash that of what stands.
    """
    agreed = schedule(plan, request.total_cents, paris_day(attempt.started_at))
    parts = tuple(_instalment(attempt, agreed, rank, now) for rank in range(1, plan.instalments + 1))
    fewer = {each.id: each for each in shortened(parts, charged_cents, now)}
    standing = tuple(fewer.get(each.id, each) for each in parts)
    sealed = schedule_hash(plan, standing_amounts(standing))
    bound = sealed if agreed.hash == terms.schedule_hash else terms.schedule_hash  # else nothing is debited
    mandate = replace(mandate_of(attempt, terms, answer, None, now), schedule_hash=bound, plan=plan)
    instalments = tuple(replace(each, schedule_hash=sealed) for each in standing)
    notices = tuple(debit_notice(each, plan, now) for each in instalments[1:] if each.remaining_cents)
    warning = card_warning(mandate, instalments, attempt.id, now)
    return PlanStart(
        request=replace(request, started=True, schedule_hash=bound, version=request.version + 1),
        mandate=mandate,
        instalments=instalments,
        outbox=(*notices, *warning),
    )


def mandate_of(
    attempt: Attempt, terms: PlanTerms, answer: Answer, earlier: Mandate | None, now: datetime
) -> Mandate:
    """Return the mandate with the card of this payment; a new card replaces the earlier one."""
    return Mandate(
        registration_id=attempt.registration_id,
        person_id=attempt.person_id,
        subscriber=terms.subscriber,
        token=answer.token,
        card_expires=answer.token_expires or answer.evidence.card_expires,
        card_last_digits=answer.evidence.card_last_digits,
        consent=terms.consent,
        schedule_hash=terms.schedule_hash,
        agreed_at=now,
        evidence=answer.evidence,
        version=earlier.version + 1 if earlier else 1,
        plan=earlier.plan if earlier else None,
    )


def late_card(account: Account, attempt: Attempt, answer: Answer) -> Mandate | None:
    """Return the mandate with the token of a signed message about a payment already booked by inquiry.

    It replaces the card of an earlier page. None if the plan is over, or has the card of this page or of a
    later one. One that paid something else than its page's instalment brings no card.
    """
    kept, terms = account.mandate(attempt.registration_id), attempt.terms
    if kept is None or terms is None or not answer.token:
        return None
    if is_plan_over(account.instalments_of(attempt.registration_id)):
        return None
    if not _has_paid_its_own(account, terms, attempt, answer):
        return None
    if kept.token and (kept.subscriber == terms.subscriber or attempt.opened_at <= kept.agreed_at):
        return None
    return replace(
        kept,
        subscriber=terms.subscriber,
        token=answer.token,
        card_expires=answer.token_expires,
        card_last_digits=answer.evidence.card_last_digits,
        consent=terms.consent,
        agreed_at=max(kept.agreed_at, attempt.opened_at),
        evidence=answer.evidence,
        version=kept.version + 1,
    )


def _has_paid_its_own(account: Account, terms: PlanTerms, attempt: Attempt, answer: Answer) -> bool:
    """Return True if the payment paid the instalment of its own page."""
    own = account.instalment(instalment_id(attempt.registration_id, terms.rank))
    received = (each.received_at for each in account.payments if each.transaction == answer.transaction)
    return own is not None and own.paid_at is not None and own.paid_at in received


def renewed_mandate(
    file: RegistrationFile, attempt: Attempt, answer: Answer, paid: Iterable[Instalment], now: datetime
) -> Mandate | None:
    """Return the mandate's next version after its page paid an instalment, with the new card if it has one.

    None if it did not pay the page's own instalment: then its card is not needed.
    """
    terms, earlier = attempt.terms, file.mandate
    if terms is None or earlier is None:
        return None
    if not any(each.rank == terms.rank and not each.remaining_cents for each in paid):
        return None
    if answer.token and terms.schedule_hash == earlier.schedule_hash:  # agreed to what still holds
        return mandate_of(attempt, terms, answer, earlier, now)
    return replace(earlier, version=earlier.version + 1)


def _instalment(attempt: Attempt, agreed: Schedule, rank: int, now: datetime) -> Instalment:
    part = agreed.parts[rank - 1]
    return Instalment(
        registration_id=attempt.registration_id,
        person_id=attempt.person_id,
        rank=rank,
        due_on=part.due_on,
        amount_cents=part.amount_cents,
        schedule_hash=agreed.hash,
        next_try_on=part.due_on,
        since=now,
    )
