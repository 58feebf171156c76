"""The effect of an instalment paid on the page: the first starts the plan, a late one is settled."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign, Plan
from chalicelib.domain.debit_notices import debit_notice
from chalicelib.domain.instalments import Instalment, Mandate
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payments import Answer, Attempt, PlanTerms
from chalicelib.domain.plan_requests import PlanRequest
from chalicelib.domain.plans import Schedule, schedule
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
    now: datetime,
) -> PlanStart:
    """Return the started plan: mandate, instalments (all due yet), and the notices of the debits to come.

    The dates are those shown on the page, which the student agreed to, even if the payment came after
    midnight.
    """
    agreed = schedule(plan, request.total_cents, paris_day(attempt.started_at))
    mandate = replace(mandate_of(attempt, terms, answer, None, now), plan=plan)
    instalments = tuple(_instalment(attempt, agreed, rank, now) for rank in range(1, plan.instalments + 1))
    notices = tuple(debit_notice(each, plan, now) for each in instalments[1:])
    warning = () if mandate.covers(agreed.last_due_on) else (_card_ends_early(attempt, now),)
    return PlanStart(
        request=replace(request, started=True, version=request.version + 1),
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
    """Return the mandate with the card token of a late notification, for a payment already booked by inquiry.

    None if the plan is over.
    """
    if is_plan_over(account.instalments_of(attempt.registration_id)):
        return None
    kept = account.mandate(attempt.registration_id)
    if kept is None or attempt.terms is None or kept.token or not answer.token:
        return None
    return replace(
        kept,
        subscriber=attempt.terms.subscriber,
        token=answer.token,
        card_expires=answer.token_expires,
        card_last_digits=answer.evidence.card_last_digits,
        evidence=answer.evidence,
        version=kept.version + 1,
    )


def renewed_mandate(
    file: RegistrationFile, attempt: Attempt, answer: Answer, paid: Iterable[Instalment], now: datetime
) -> Mandate | None:
    """Return the mandate with the card that paid a late instalment, None if the payment brings no new one."""
    terms, earlier = attempt.terms, file.mandate
    if terms is None or earlier is None or not answer.token:
        return None
    if all(each.rank != terms.rank for each in paid):
        return None
    return mandate_of(attempt, terms, answer, earlier, now)


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


def _card_ends_early(attempt: Attempt, now: datetime) -> OutboxEntry:
    return OutboxEntry(
        id=f"{Topic.CARD_ENDS_EARLY}-{attempt.id}",
        topic=Topic.CARD_ENDS_EARLY,
        person_id=attempt.person_id,
        registration_id=attempt.registration_id,
        created_at=now,
    )
