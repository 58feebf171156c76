from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.list_views import list_entry, list_page
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.corrections import refusals
from chalicelib.usecases.lists.find_registrations import find_registrations, show_entry
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import tick_steps
from chalicelib.usecases.registrations.mark_provisional import mark_provisional
from chalicelib.web.parsing import steps_of
from chalicelib.web.registrations import decide_as_asked
from chalicelib.web.schemas import lists
from chalicelib.web.schemas import registrations as schemas

staff = Blueprint(__name__)


@endpoint(
    staff,
    "GET",
    "/staff/registrations",
    query=lists.RegistrationPageQuery,
    answer=lists.QueuePage,
    errors=[errors.NotFound],
    action=Action.READ_REGISTRATIONS,
)
def list_registration_queue(call: Call) -> lists.QueuePage:
    query: lists.RegistrationPageQuery = call.query
    campaign = call.campaign_asked_for(query.campaign)
    found = find_registrations(
        call.ports, campaign, query.wanted, query.q or "", page=query.page, cursor=query.after
    )
    return list_page(found, campaign, call.language)


@endpoint(
    staff,
    "POST",
    "/staff/registrations/{registration_id}/decision",
    body=schemas.DecisionRequest,
    answer=lists.QueueEntry,
    errors=[
        errors.NotFound,
        decisions.NotDeclared,
        decisions.RegistrationMoved,
        decisions.AlreadyDecided,
        decisions.ReasonMissing,
        decisions.DebitInFlight,
        decisions.DebitInConflict,
        errors.PaymentOpen,
        errors.PaymentUnclear,
        errors.RegistrationLocked,
        refusals.CorrectionNotPossible,
        refusals.KeptNotPossible,
        errors.ConcurrentUpdate,
    ],
    action=Action.DECIDE_REGISTRATION,
)
def decide_on_registration(call: Call, registration_id: str) -> lists.QueueEntry:
    decide_as_asked(call.ports, registration_id, call.body, call.person)
    return _entry(call, registration_id)


@endpoint(
    staff,
    "PUT",
    "/staff/registrations/{registration_id}/block",
    body=schemas.BlockRequest,
    answer=lists.QueueEntry,
    errors=[
        errors.NotFound,
        decisions.ReasonMissing,
        decisions.RegistrationMoved,
        errors.ConcurrentUpdate,
    ],
    action=Action.BLOCK_REGISTRATION,
)
def block_or_unblock(call: Call, registration_id: str) -> lists.QueueEntry:
    asked: schemas.BlockRequest = call.body
    block_registration(
        call.ports, registration_id, asked.blocked, asked.reason, call.person, asked.block_hash
    )
    return _entry(call, registration_id)


@endpoint(
    staff,
    "PUT",
    "/staff/registrations/{registration_id}/seen-steps",
    body=schemas.SeenSteps,
    answer=lists.QueueEntry,
    errors=[errors.NotFound, decisions.RegistrationMoved, errors.ConcurrentUpdate],
    action=Action.TICK_STEPS,
)
def tick_seen_steps(call: Call, registration_id: str) -> lists.QueueEntry:
    asked: schemas.SeenSteps = call.body
    earlier = steps_of(asked.earlier_steps)
    tick_steps(call.ports, registration_id, frozenset(asked.seen_steps), call.person, earlier)
    return _entry(call, registration_id)


@endpoint(
    staff,
    "PUT",
    "/staff/registrations/{registration_id}/provisional",
    body=schemas.ProvisionalRequest,
    answer=lists.QueueEntry,
    errors=[errors.NotFound, refusals.CorrectionNotPossible, errors.ConcurrentUpdate],
    action=Action.DECIDE_REGISTRATION,
)
def mark_a_provisional_grant(call: Call, registration_id: str) -> lists.QueueEntry:
    mark_provisional(call.ports, registration_id, call.body.until, call.person)
    return _entry(call, registration_id)


def _entry(call: Call, registration_id: str) -> lists.QueueEntry:
    """Return the registration as it is after the act."""
    entry = show_entry(call.ports, registration_id)
    return list_entry(entry, call.ports.campaigns.get(entry.line.campaign_id), call.language)
