"""Accounting stops, resumes and recuts a plan, from the page of its instalments."""

from http import HTTPStatus

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.domain.decisions import RecutMoved
from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.plan.recut_plans import MOST_PARTS
from chalicelib.pages.accounting import INSTALMENTS, show_instalments
from chalicelib.pages.books.confirmation import Pairs, confirmation, is_sure
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.pages.staff.plan_questions import recut_asked, seen_parts
from chalicelib.portal.texts import marked
from chalicelib.usecases.plans.recut_plan import preview_recut, recut_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from chalicelib.web.problems import status_of
from chalicelib.web.schemas import plans as schemas

pages_changed_plans = Blueprint(__name__)
NOT_READ = marked(
    "Donnez un nombre d'échéances de 1 à %(most)s, ou rien, et un motif de 500 caractères au plus."
)


@page(pages_changed_plans, "POST", f"{INSTALMENTS}/stop", action=Action.STOP_PLAN)
def stop(page_request: PageRequest, registration_id: str) -> Response:
    asked = schemas.PlanAct(reason=page_request.field("reason"))
    try:
        stop_plan(
            page_request.ports,
            registration_id,
            asked.reason,
            page_request.person,
            page_request.field("seen"),
        )
    except DecisionNotPossible as refusal:
        return _again(page_request, registration_id, status_of(refusal), page_request.sentence(refusal))
    return _back(registration_id, "stop")


@page(pages_changed_plans, "POST", f"{INSTALMENTS}/resume", action=Action.CHANGE_PLAN)
def resume(page_request: PageRequest, registration_id: str) -> Response:
    asked = schemas.PlanAct(reason=page_request.field("reason"))
    try:
        resume_plan(
            page_request.ports,
            registration_id,
            asked.reason,
            page_request.person,
            page_request.field("seen"),
        )
    except DecisionNotPossible as refusal:
        return _again(page_request, registration_id, status_of(refusal), page_request.sentence(refusal))
    return _back(registration_id, "resume")


@page(pages_changed_plans, "POST", f"{INSTALMENTS}/recut", action=Action.CHANGE_PLAN)
def recut(page_request: PageRequest, registration_id: str) -> Response:
    given = {
        "parts": page_request.field("parts") or None,
        "reason": page_request.field("reason"),
        "beyond_card": bool(page_request.field("beyond_card")),
    }
    try:
        asked = schemas.PlanRecut.model_validate(given, strict=False)  # a form field is always text
        preview = preview_recut(
            page_request.ports,
            registration_id,
            asked.parts,
            asked.reason,
            page_request.person,
            beyond_card=asked.beyond_card,
        )
        if not is_sure(page_request):
            return confirmation(page_request, recut_asked(page_request, preview, _typed(page_request)))
        if page_request.field("seen") != seen_parts(preview.after):
            raise RecutMoved
        recut_plan(
            page_request.ports,
            registration_id,
            asked.parts,
            asked.reason,
            page_request.person,
            beyond_card=asked.beyond_card,
            seen=preview.after,
        )
    except ValidationError:
        return _again(
            page_request,
            registration_id,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            page_request.said(NOT_READ, most=MOST_PARTS),
        )
    except DecisionNotPossible as refusal:
        return _again(page_request, registration_id, status_of(refusal), page_request.sentence(refusal))
    return _back(registration_id, "recut")


def _typed(page_request: PageRequest) -> Pairs:
    return tuple((name, page_request.field(name)) for name in ("parts", "reason", "beyond_card"))


def _again(page_request: PageRequest, registration_id: str, status: HTTPStatus, mistake: str) -> Response:
    """Show the refused form as it was filled in."""
    given = dict(_typed(page_request))
    return show_instalments(page_request, registration_id, given=given, status=status, mistake=mistake)


def _back(registration_id: str, done: str) -> Response:
    return see_other(f"{INSTALMENTS.format(registration_id=registration_id)}?changed={done}")
