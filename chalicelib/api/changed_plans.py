from collections.abc import Iterable

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.plan_views import changed_plan
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.plan.refusals import PlanActMoved
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.plans.recut_plan import Part, preview_recut, recut_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from chalicelib.web.schemas import plans as schemas

changed_plans = Blueprint(__name__)


@endpoint(
    changed_plans,
    "POST",
    "/staff/plans/{registration_id}/stop",
    body=schemas.PlanAct,
    answer=schemas.ChangedPlan,
    errors=[
        errors.NotFound,
        decisions.ReasonMissing,
        decisions.NothingToStop,
        decisions.PlanAlreadyStopped,
        PlanActMoved,
        errors.ConcurrentUpdate,
    ],
    action=Action.STOP_PLAN,
)
def stop_a_plan(call: Call, registration_id: str) -> schemas.ChangedPlan:
    asked: schemas.PlanAct = call.body
    return _answer(stop_plan(call.ports, registration_id, asked.reason, call.person, asked.seen_hash))


@endpoint(
    changed_plans,
    "POST",
    "/staff/plans/{registration_id}/resume",
    body=schemas.PlanAct,
    answer=schemas.ChangedPlan,
    errors=[
        errors.NotFound,
        decisions.ReasonMissing,
        decisions.PlanNotStopped,
        PlanActMoved,
        decisions.DebitInFlight,
        decisions.DebitInConflict,
        errors.PlanNotAllowed,
        errors.ConcurrentUpdate,
    ],
    action=Action.CHANGE_PLAN,
)
def resume_a_plan(call: Call, registration_id: str) -> schemas.ChangedPlan:
    asked: schemas.PlanAct = call.body
    return _answer(resume_plan(call.ports, registration_id, asked.reason, call.person, asked.seen_hash))


RECUT_REFUSALS = [
    errors.NotFound,
    decisions.ReasonMissing,
    decisions.NothingToRecut,
    decisions.RecutBeyondCard,
    decisions.RecutWithoutCard,
    decisions.DebitInFlight,
    decisions.DebitInConflict,
    errors.PlanNotAllowed,
]


@endpoint(
    changed_plans,
    "POST",
    "/staff/plans/{registration_id}/recut",
    body=schemas.PlanRecut,
    answer=schemas.ChangedPlan,
    errors=[*RECUT_REFUSALS, decisions.RecutMoved, errors.ConcurrentUpdate],
    action=Action.CHANGE_PLAN,
)
def recut_a_plan(call: Call, registration_id: str) -> schemas.ChangedPlan:
    asked: schemas.PlanRecut = call.body
    seen = asked.seen
    return _answer(
        recut_plan(
            call.ports,
            registration_id,
            asked.parts,
            asked.reason,
            call.person,
            beyond_card=asked.beyond_card,
            seen=None if seen is None else [Part(each.due_on, each.amount_cents) for each in seen],
        )
    )


@endpoint(
    changed_plans,
    "POST",
    "/staff/plans/{registration_id}/recut/preview",
    body=schemas.PlanRecut,
    answer=schemas.RecutView,
    errors=RECUT_REFUSALS,
    action=Action.CHANGE_PLAN,
)
def preview_a_recut(call: Call, registration_id: str) -> schemas.RecutView:
    asked: schemas.PlanRecut = call.body
    found = preview_recut(
        call.ports, registration_id, asked.parts, asked.reason, call.person, beyond_card=asked.beyond_card
    )
    return schemas.RecutView(cancelled=_parts(found.before), new=_parts(found.after))


def _parts(parts: Iterable[Part]) -> list[schemas.RecutPart]:
    return [schemas.RecutPart(**each._asdict()) for each in parts]


def _answer(file: RegistrationFile) -> schemas.ChangedPlan:
    if file.plan_request is None:
        raise errors.NotFound
    return changed_plan(file, file.plan_request)
