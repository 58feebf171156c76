from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.people import Role
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.handlers import schemas
from chalicelib.handlers.page import page
from chalicelib.handlers.page_desks import REGISTRATIONS
from chalicelib.handlers.page_response import see_other
from chalicelib.handlers.visit import Visit
from chalicelib.usecases.decide_registration import decide_registration, list_registrations, tick_steps

pages_staff = Blueprint(__name__)
QUEUE = REGISTRATIONS.path
LONGEST_CURSOR_BYTES = 1024  # what a sort key holds
TOLD = {
    "validate": "Le dossier est validé : l'étudiant est prévenu par mail.",
    "refuse": "Le dossier est refusé : l'étudiant est prévenu par mail, avec le motif.",
    "steps": "Les étapes vues sont enregistrées.",
}


@page(pages_staff, "GET", QUEUE, action=REGISTRATIONS.action)
def staff_registrations(visit: Visit) -> Response:
    query = _query(visit)
    found, cursor = list_registrations(visit.ports, query.status, query.after)
    further = {"status": query.status.value, "q": query.q or "", "after": cursor}
    return visit.page(
        "staff_registrations",
        query=query,
        statuses=list(RegistrationStatus),
        found=[each for each in found if query.matches(each)],
        further=f"{QUEUE}?{urlencode(further)}" if cursor else "",
        may_decide=visit.person.holds(Role.REGISTRAR),
        told=TOLD.get(visit.parameter("done"), ""),
    )


def _query(visit: Visit) -> schemas.QueueQuery:
    given = {name: visit.parameter(name) for name in ("status", "programme", "q", "after")}
    if len(given["after"].encode()) > LONGEST_CURSOR_BYTES:
        given["after"] = ""
    return schemas.QueueQuery.model_validate({name: value for name, value in given.items() if value})


@page(pages_staff, "POST", f"{QUEUE}/{{registration_id}}/decision", action=Action.DECIDE_REGISTRATION)
def decide(visit: Visit, registration_id: str) -> Response:
    given = {"decision": visit.field("decision"), "reason": visit.field("reason")}
    asked = schemas.DecisionRequest.model_validate(given, strict=False)  # a form knows nothing but text
    decide_registration(visit.ports, registration_id, asked.decision, asked.reason, visit.person)
    return _back_to_queue(visit, asked.decision)


@page(pages_staff, "POST", f"{QUEUE}/{{registration_id}}/seen-steps", action=Action.TICK_STEPS)
def tick(visit: Visit, registration_id: str) -> Response:
    asked = schemas.SeenSteps(seen_steps=visit.form.get("step", []))
    tick_steps(visit.ports, registration_id, frozenset(asked.seen_steps), visit.person)
    return _back_to_queue(visit, "steps")


def _back_to_queue(visit: Visit, done: str) -> Response:
    shown = {"status": visit.field("status"), "q": visit.field("q"), "done": done}
    return see_other(f"{QUEUE}?{urlencode({name: value for name, value in shown.items() if value})}")
