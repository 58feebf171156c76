from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.plan_views import plan_offer, plan_queue_entry
from chalicelib.api.registrations import registration_of
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.usecases.plans import request_plan as usecase
from chalicelib.usecases.plans.card_lacks import card_lacks
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request, list_plan_requests
from chalicelib.usecases.plans.list_applicants import list_applicants
from chalicelib.web.schemas import plans as schemas
from chalicelib.web.schemas.registrations import RegistrationView

plans = Blueprint(__name__)


@endpoint(
    plans,
    "GET",
    "/registrations/{registration_id}/plans",
    query=schemas.PlansQuery,
    answer=schemas.PlanList,
    errors=[errors.NotFound, errors.FeeSituationMissing],
)
def show_plans(call: Call, registration_id: str) -> schemas.PlanList:
    offered = usecase.show_plans(call.ports, call.person_id, registration_id, call.query.first_on)
    return schemas.PlanList(items=[plan_offer(each, call.language) for each in offered])


@endpoint(
    plans,
    "PUT",
    "/registrations/{registration_id}/plan-request",
    body=schemas.PlanChoice,
    answer=RegistrationView,
    errors=[
        errors.NotFound,
        errors.PlanNotAllowed,
        errors.PlanNotApproved,
        errors.PlanLocked,
        errors.WindowClosed,
        errors.FeeSituationMissing,
        errors.NothingToPay,
        errors.AlreadyPaid,
        errors.PaymentOpen,
        errors.PaymentUnclear,
        errors.RegistrationRefused,
        errors.ConcurrentUpdate,
    ],
)
def request_plan(call: Call, registration_id: str) -> RegistrationView:
    asked: schemas.PlanChoice = call.body
    usecase.request_plan(call.ports, call.person_id, registration_id, asked.plan, asked.schedule_hash)
    return registration_of(call, registration_id)


@endpoint(
    plans,
    "DELETE",
    "/registrations/{registration_id}/plan-request",
    query=schemas.WithdrawalQuery,
    answer=RegistrationView,
    errors=[
        errors.NotFound,
        errors.PlanLocked,
        errors.PaymentOpen,
        errors.PaymentUnclear,
        errors.WindowClosed,
        errors.ConcurrentUpdate,
    ],
)
def withdraw_plan_request(call: Call, registration_id: str) -> RegistrationView:
    usecase.withdraw_plan_request(call.ports, call.person_id, registration_id, call.query.seen_hash)
    return registration_of(call, registration_id)


@endpoint(
    plans,
    "GET",
    "/staff/plan-requests",
    query=schemas.PlanQueueQuery,
    answer=schemas.PlanQueuePage,
    errors=[errors.NotFound],
    action=Action.READ_PLAN_REQUESTS,
)
def list_plan_request_queue(call: Call) -> schemas.PlanQueuePage:
    campaign = call.campaign_asked_for(call.query.campaign)
    found, cursor = list_plan_requests(call.ports, call.query.state, call.query.after, campaign.id)
    lacks = card_lacks(call.ports, found)
    waiting = list_applicants(
        call.ports, [each for each in found if each.state is PlanRequestState.REQUESTED]
    )
    return schemas.PlanQueuePage(
        items=[
            plan_queue_entry(
                each,
                lacks.get(each.registration_id),
                campaign,
                call.language,
                waiting.get(each.registration_id),
            )
            for each in found
        ],
        next=cursor,
    )


@endpoint(
    plans,
    "POST",
    "/staff/plan-requests/{registration_id}/decision",
    body=schemas.PlanDecisionRequest,
    answer=schemas.PlanQueueEntry,
    errors=[
        errors.NotFound,
        decisions.AlreadyDecided,
        decisions.ReasonMissing,
        errors.PlanNotApproved,
        errors.ConcurrentUpdate,
    ],
    action=Action.DECIDE_PLAN_REQUEST,
)
def decide_on_plan_request(call: Call, registration_id: str) -> schemas.PlanQueueEntry:
    asked: schemas.PlanDecisionRequest = call.body
    decided = decide_plan_request(
        call.ports,
        registration_id,
        asked.decision,
        asked.reason,
        call.person,
        asked.checks_hash or asked.schedule_hash,
    )
    campaign = call.ports.campaigns.get(decided.campaign_id)
    lack = card_lacks(call.ports, (decided,)).get(registration_id)
    return plan_queue_entry(decided, lack, campaign, call.language)
