"""Conversion of domain objects into responses of the API."""

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.evidence.checks import EvidenceCheck, shown_state
from chalicelib.domain.fees import is_complete, seen_hash_of, shown_quote, total_cents
from chalicelib.domain.languages import Language
from chalicelib.domain.menu import MenuItem
from chalicelib.domain.money import totals
from chalicelib.domain.owed import asked_cents, received_cents
from chalicelib.domain.people import Person
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.campaigns.explain_amount import Explanation
from chalicelib.web.schemas import registrations as schemas
from chalicelib.web.schemas.evidence import EvidenceState, EvidenceView
from chalicelib.web.schemas.models import PersonBrief


def me(person: Person) -> schemas.Me:
    return schemas.Me(
        person=PersonBrief.model_validate(person, from_attributes=True),
        birth_on=person.birth_on,
        addresses=[
            schemas.SavedAddress.model_validate(each, from_attributes=True) for each in person.addresses
        ],
        roles=sorted(person.roles),
    )


def menu_entry(item: MenuItem, campaign: Campaign, language: Language) -> schemas.MenuEntry:
    return schemas.MenuEntry(
        key=item.key,
        label=campaign.text(f"menu.{item.key}", language),
        state=item.state,
        reason=sentence(item.reason, language),
        until=item.until,
    )


def situation_view(campaign: Campaign, code: str, language: Language) -> schemas.CodeLabel:
    return schemas.CodeLabel(code=code, label=campaign.fee_situation_label(code).in_language(language))


def programme_view(campaign: Campaign, code: str, language: Language) -> schemas.CodeLabel:
    return schemas.CodeLabel(code=code, label=campaign.programme_label(code).in_language(language))


def registration_view(file: RegistrationFile, language: Language) -> schemas.RegistrationView:
    registration, campaign = file.registration, file.campaign
    code = registration.fee_situation_code
    return schemas.RegistrationView(
        id=registration.id,
        campaign=registration.campaign_id,
        programme=programme_view(campaign, registration.programme_code, language),
        status=registration.status,
        status_label=campaign.text(f"status.{registration.status}", language),
        reason=registration.reason,
        fee_situation=situation_view(campaign, code, language) if code else None,
        allowed_fee_situations=[
            situation_view(campaign, allowed, language)
            for allowed in file.programme.tariffs
            if registration.allows(allowed)
        ],
        total_cents=total_cents(file),
        plan_request=plan_request_view(file.plan_request),
        seen_steps=sorted(registration.seen_steps),
        evidence=[_evidence(each) for each in registration.evidence],
        complete=is_complete(file),
        seen_hash=seen_hash_of(file),
    )


def plan_request_view(request: PlanRequest | None) -> schemas.PlanRequestView | None:
    if request is None:
        return None
    return schemas.PlanRequestView(
        plan=request.plan_code,
        state=request.state,
        reason=request.reason,
        schedule_hash=request.schedule_hash,
        seen_hash=request.seen_hash,
    )


def _evidence(check: EvidenceCheck) -> EvidenceView:
    return EvidenceView(source=check.source, state=EvidenceState(shown_state(check)), asked_at=check.asked_at)


def quote_view(file: RegistrationFile, why: Explanation, language: Language) -> schemas.Quote:
    lines = shown_quote(file)
    return schemas.Quote(
        lines=[schemas.QuoteLine.model_validate(line, from_attributes=True) for line in lines],
        total_cents=totals(lines).total_cents,
        credited_cents=file.ordered_cents - file.charged_cents,
        received_cents=received_cents(file),
        to_pay_cents=asked_cents(file),
        explanation=_explanation(why, language),
    )


def _explanation(why: Explanation, language: Language) -> schemas.QuoteExplanation:
    version = why.version
    return schemas.QuoteExplanation(
        campaign=schemas.CodeLabel(code=why.campaign.id, label=why.campaign.label.in_language(language)),
        source=why.source.in_language(language) if why.source else None,
        version=version.number if version else None,
        loaded_by=why.loaded_by,
        loaded_at=version.loaded_at if version else None,
        holds_from=version.holds_from if version else None,
        orders=why.orders,
    )
