"""Plans, instalments and debits as responses of the API: neutral for the student, with codes for staff."""

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.languages import Language
from chalicelib.domain.owed import withheld_by_decision
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.plan_cards import CardLack, can_be_debited, file_lack, is_payable_now
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.plans.list_applicants import Applicant
from chalicelib.usecases.plans.request_plan import OfferedPlan
from chalicelib.web.schemas import plans as schemas

_PENDING = {
    InstalmentState.CLAIMED,
    InstalmentState.SENT,
    InstalmentState.UNKNOWN,
    InstalmentState.CONFLICT,
}


def plan_offer(offered: OfferedPlan, language: Language) -> schemas.PlanOffer:
    return schemas.PlanOffer(
        plan=offered.plan.code,
        label=offered.plan.label.in_language(language),
        allowed=not offered.refusal,
        reason=sentence(offered.refusal, language),
        instalments=[
            schemas.PlanPart.model_validate(part, from_attributes=True) for part in offered.schedule.parts
        ],
        schedule_hash=offered.schedule.hash,
    )


def plan_queue_entry(
    request: PlanRequest,
    lack: CardLack | None,
    campaign: Campaign,
    language: Language,
    applicant: Applicant | None = None,
) -> schemas.PlanQueueEntry:
    return schemas.PlanQueueEntry(
        registration_id=request.registration_id,
        holder=request.holder,
        plan=request.plan_code,
        label=campaign.plan_label(request.plan_code).in_language(language),
        total_cents=request.total_cents,
        schedule_hash=request.schedule_hash,
        checks_hash=(applicant and applicant.checks_hash) or None,
        is_at_threshold=request.is_at_threshold,
        requested_at=request.requested_at,
        state=request.state,
        reason=request.reason,
        decided_by=request.decided_by,
        started=request.started,
        card_lack=lack,
    )


def changed_plan(file: RegistrationFile, request: PlanRequest) -> schemas.ChangedPlan:
    return schemas.ChangedPlan(
        registration_id=request.registration_id,
        stopped_at=request.stopped_at,
        stop_reason=request.stop_reason,
        schedule_hash=request.schedule_hash,
        seen_hash=request.seen_hash,
        approved_cents=request.total_cents,
        remaining_cents=file.remaining_cents,
        instalments=[
            schemas.PlanPartState.model_validate(each, from_attributes=True) for each in file.instalments
        ],
    )


def instalment_list(account: Account, file: RegistrationFile) -> schemas.InstalmentList:
    is_withheld = withheld_by_decision(file) is not None
    debited = [each for each in file.instalments if not is_withheld and can_be_debited(each, file.mandate)]
    automatic = (each for each in file.instalments if each in debited or each.is_in_flight)
    return schemas.InstalmentList(
        items=[
            _instalment_view(account, file, each, is_debited=each in debited) for each in file.instalments
        ],
        automatic_total_cents=sum(each.remaining_cents for each in automatic),
        card_lack=file_lack(file),
    )


def _instalment_view(
    account: Account, file: RegistrationFile, instalment: Instalment, *, is_debited: bool
) -> schemas.InstalmentView:
    number = instalment.invoice_number
    invoice = None if number is None else account.invoice(number)
    return schemas.InstalmentView(
        rank=instalment.rank,
        due_on=instalment.due_on,
        amount_cents=instalment.amount_cents,
        remaining_cents=instalment.remaining_cents,
        state=_shown(instalment.state),
        payable=is_payable_now(file, instalment),
        next_try_on=instalment.next_try_on if is_debited else None,
        invoice_number=number,
        invoice_date=invoice and invoice.issued_on,
        invoice_total_cents=invoice and invoice.totals.total_cents,
    )


def _shown(state: InstalmentState) -> schemas.ShownState:
    return schemas.ShownState.PENDING if state in _PENDING else schemas.ShownState(state)


def staff_instalment(account: Account, instalment: Instalment) -> schemas.StaffInstalment:
    debits = sorted(
        (each for each in account.debits if each.instalment_id == instalment.id),
        key=lambda each: each.claimed_at,
    )
    return schemas.StaffInstalment(
        rank=instalment.rank,
        due_on=instalment.due_on,
        amount_cents=instalment.amount_cents,
        remaining_cents=instalment.remaining_cents,
        state=instalment.state,
        since=instalment.since,
        next_try_on=instalment.next_try_on,
        tries=instalment.tries,
        refusal_code=instalment.refusal_code,
        invoice_number=instalment.invoice_number,
        paid_at=instalment.paid_at,
        debits=[schemas.DebitView.model_validate(each, from_attributes=True) for each in debits],
    )
