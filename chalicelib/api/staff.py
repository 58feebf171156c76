from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.views import queue_entry
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import (
    decide_registration,
    list_registrations,
    tick_steps,
)
from chalicelib.web.schemas import registrations as schemas

staff = Blueprint(__name__)


@endpoint(
    staff,
    "GET",
    "/staff/registrations",
    query=schemas.QueueQuery,
    answer=schemas.QueuePage,
    errors=[errors.NotFound],
    action=Action.READ_REGISTRATIONS,
)
def list_registration_queue(call: Call) -> schemas.QueuePage:
    query: schemas.QueueQuery = call.query
    campaign = call.campaign_asked_for(query.campaign)
    found, cursor = list_registrations(call.ports, query.status, query.after, campaign.id)
    return schemas.QueuePage(
        items=[queue_entry(each, campaign, call.language) for each in found if query.matches(each)],
        next=cursor,
    )


@endpoint(
    staff,
    "POST",
    "/staff/registrations/{registration_id}/decision",
    body=schemas.DecisionRequest,
    answer=schemas.QueueEntry,
    errors=[
        errors.NotFound,
        decisions.NotDeclared,
        decisions.AlreadyDecided,
        decisions.ReasonMissing,
        errors.ConcurrentUpdate,
    ],
    action=Action.DECIDE_REGISTRATION,
)
def decide_on_registration(call: Call, registration_id: str) -> schemas.QueueEntry:
    decided = decide_registration(
        call.ports, registration_id, call.body.decision, call.body.reason, call.person
    )
    return queue_entry(decided, call.ports.campaigns.get(decided.campaign_id), call.language)


@endpoint(
    staff,
    "PUT",
    "/staff/registrations/{registration_id}/block",
    body=schemas.BlockRequest,
    answer=schemas.QueueEntry,
    errors=[errors.NotFound, decisions.ReasonMissing, errors.ConcurrentUpdate],
    action=Action.BLOCK_REGISTRATION,
)
def block_or_unblock(call: Call, registration_id: str) -> schemas.QueueEntry:
    marked = block_registration(call.ports, registration_id, call.body.blocked, call.body.reason, call.person)
    return queue_entry(marked, call.ports.campaigns.get(marked.campaign_id), call.language)


@endpoint(
    staff,
    "PUT",
    "/staff/registrations/{registration_id}/seen-steps",
    body=schemas.SeenSteps,
    answer=schemas.QueueEntry,
    errors=[errors.NotFound, errors.ConcurrentUpdate],
    action=Action.TICK_STEPS,
)
def tick_seen_steps(call: Call, registration_id: str) -> schemas.QueueEntry:
    ticked = tick_steps(call.ports, registration_id, frozenset(call.body.seen_steps), call.person)
    return queue_entry(ticked, call.ports.campaigns.get(ticked.campaign_id), call.language)
