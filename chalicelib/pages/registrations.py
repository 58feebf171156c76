from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.people import Role
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.pages.desks import REGISTRATIONS, of_campaign
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.usecases.registrations.decide_registration import (
    decide_registration,
    list_registrations,
    tick_steps,
)
from chalicelib.web.schemas import registrations as schemas

pages_staff = Blueprint(__name__)
QUEUE = REGISTRATIONS.path
LONGEST_CURSOR_BYTES = 1024  # the maximum of a sort key
TOLD = {
    "validate": "Le dossier est validé : l'étudiant est prévenu par mail.",
    "refuse": "Le dossier est refusé : l'étudiant est prévenu par mail, avec le motif.",
    "steps": "Les étapes vues sont enregistrées.",
    "reopen": "La décision est reprise : le dossier est de nouveau à valider.",
}


@page(pages_staff, "GET", QUEUE, action=REGISTRATIONS.action)
def staff_registrations(page_request: PageRequest) -> Response:
    query = _query(page_request)
    campaign = page_request.campaign_asked_for(query.campaign)
    found, cursor = list_registrations(page_request.ports, query.status, query.after, campaign.id)
    further = {
        "status": query.status.value,
        "q": query.q or "",
        **of_campaign(query.campaign),
        "after": cursor,
    }
    return page_request.page(
        "staff_registrations",
        campaign=campaign,
        campaigns=page_request.ports.campaigns.every(),
        query=query,
        statuses=list(RegistrationStatus),
        found=[each for each in found if query.matches(each)],
        further=f"{QUEUE}?{urlencode(further)}" if cursor else "",
        may_decide=page_request.person.holds(Role.REGISTRAR),
        told=TOLD.get(page_request.parameter("done"), ""),
    )


def _query(page_request: PageRequest) -> schemas.QueueQuery:
    given = {name: page_request.parameter(name) for name in ("campaign", "status", "programme", "q", "after")}
    if len(given["after"].encode()) > LONGEST_CURSOR_BYTES:
        given["after"] = ""
    return schemas.QueueQuery.model_validate({name: value for name, value in given.items() if value})


@page(pages_staff, "POST", f"{QUEUE}/{{registration_id}}/decision", action=Action.DECIDE_REGISTRATION)
def decide(page_request: PageRequest, registration_id: str) -> Response:
    given = {"decision": page_request.field("decision"), "reason": page_request.field("reason")}
    asked = schemas.DecisionRequest.model_validate(given, strict=False)  # a form field is always text
    decide_registration(
        page_request.ports, registration_id, asked.decision, asked.reason, page_request.person
    )
    return _back_to_queue(page_request, asked.decision)


@page(pages_staff, "POST", f"{QUEUE}/{{registration_id}}/seen-steps", action=Action.TICK_STEPS)
def tick(page_request: PageRequest, registration_id: str) -> Response:
    asked = schemas.SeenSteps(seen_steps=page_request.form.get("step", []))
    tick_steps(page_request.ports, registration_id, frozenset(asked.seen_steps), page_request.person)
    return _back_to_queue(page_request, "steps")


def _back_to_queue(page_request: PageRequest, done: str) -> Response:
    shown = {name: page_request.field(name) for name in ("status", "q", "campaign")} | {"done": done}
    return see_other(f"{QUEUE}?{urlencode({name: value for name, value in shown.items() if value})}")
