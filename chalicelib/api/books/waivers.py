from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import causes, decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.corrections import refusals
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.corrections.waivers import WaiverAsked
from chalicelib.usecases.corrections.decide_waiver import decide_waiver
from chalicelib.usecases.corrections.propose_waiver import propose_waiver
from chalicelib.web.schemas.books import waivers as schemas

waivers = Blueprint(__name__)


@endpoint(
    waivers,
    "GET",
    "/staff/waivers",
    query=schemas.WaiversQuery,
    answer=schemas.WaiverList,
    action=Action.READ_WAIVERS,
)
def list_waivers(call: Call) -> schemas.WaiverList:
    found, cursor = call.ports.waivers.of_state(call.query.state, call.query.after)
    return schemas.WaiverList(items=[_view(each) for each in found], next=cursor)


@endpoint(
    waivers,
    "POST",
    "/staff/registrations/{registration_id}/waivers",
    status=HTTPStatus.CREATED,
    body=schemas.WaiverProposal,
    answer=schemas.WaiverView,
    errors=[
        errors.NotFound,
        refusals.NothingToWriteOff,
        refusals.RestChanged,
        refusals.WaiverNotPossible,
        refusals.WaiverWaiting,
        decisions.ReasonMissing,
        errors.ConcurrentUpdate,
    ],
    action=Action.PROPOSE_WAIVER,
)
def propose_a_waiver(call: Call, registration_id: str) -> schemas.WaiverView:
    asked = WaiverAsked(**call.body.model_dump())
    return _view(propose_waiver(call.ports, registration_id, asked, call.person))


@endpoint(
    waivers,
    "POST",
    "/staff/waivers/{waiver_id}/decision",
    body=schemas.WaiverDecision,
    answer=schemas.WaiverView,
    errors=[
        errors.NotFound,
        causes.SamePerson,
        refusals.WaiverDecided,
        refusals.RestChanged,
        decisions.ReasonMissing,
        decisions.DebitInFlight,
        decisions.DebitInConflict,
        errors.ConcurrentUpdate,
    ],
    action=Action.DECIDE_WAIVER,
)
def decide_on_a_waiver(call: Call, waiver_id: str) -> schemas.WaiverView:
    is_approved = call.body.decision == "approve"
    return _view(decide_waiver(call.ports, waiver_id, call.body.reason, call.person, is_approved=is_approved))


def _view(waiver: Waiver) -> schemas.WaiverView:
    return schemas.WaiverView(
        id=waiver.id,
        registration=waiver.registration_id,
        holder=waiver.holder,
        kind=waiver.kind,
        amount_cents=waiver.amount_cents,
        reason=waiver.reason,
        document=waiver.document,
        state=waiver.state,
        proposed_by=waiver.proposed_by,
        proposed_at=waiver.proposed_at,
        decided_by=waiver.decided_by,
        decided_at=waiver.decided_at,
        decision_reason=waiver.decision_reason,
        invoice_number=waiver.invoice_number,
    )
