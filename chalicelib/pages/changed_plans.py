"""Accounting stops, resumes and recuts a plan, from the page of its instalments."""

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.pages.accounting import INSTALMENTS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.usecases.plans.recut_plan import recut_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from chalicelib.web.schemas import plans as schemas

pages_changed_plans = Blueprint(__name__)


@page(pages_changed_plans, "POST", f"{INSTALMENTS}/stop", action=Action.STOP_PLAN)
def stop(page_request: PageRequest, registration_id: str) -> Response:
    asked = schemas.PlanAct(reason=page_request.field("reason"))
    stop_plan(page_request.ports, registration_id, asked.reason, page_request.person)
    return _back(registration_id, "stop")


@page(pages_changed_plans, "POST", f"{INSTALMENTS}/resume", action=Action.CHANGE_PLAN)
def resume(page_request: PageRequest, registration_id: str) -> Response:
    asked = schemas.PlanAct(reason=page_request.field("reason"))
    resume_plan(page_request.ports, registration_id, asked.reason, page_request.person)
    return _back(registration_id, "resume")


@page(pages_changed_plans, "POST", f"{INSTALMENTS}/recut", action=Action.CHANGE_PLAN)
def recut(page_request: PageRequest, registration_id: str) -> Response:
    given = {
        "parts": page_request.field("parts") or None,
        "reason": page_request.field("reason"),
        "beyond_card": bool(page_request.field("beyond_card")),
    }
    asked = schemas.PlanRecut.model_validate(given, strict=False)  # a form field is always text
    recut_plan(
        page_request.ports,
        registration_id,
        asked.parts,
        asked.reason,
        page_request.person,
        beyond_card=asked.beyond_card,
    )
    return _back(registration_id, "recut")


def _back(registration_id: str, done: str) -> Response:
    return see_other(f"{INSTALMENTS.format(registration_id=registration_id)}?changed={done}")
