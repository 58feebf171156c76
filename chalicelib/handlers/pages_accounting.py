from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.instalments import InstalmentState
from chalicelib.domain.people import Role
from chalicelib.domain.plan_requests import PlanRequestState
from chalicelib.domain.plans import amounts_of
from chalicelib.handlers import plan_schemas as schemas
from chalicelib.handlers.instalments import rank_of
from chalicelib.handlers.page import page
from chalicelib.handlers.page_desks import PLAN_REQUESTS
from chalicelib.handlers.page_response import see_other
from chalicelib.handlers.visit import Visit
from chalicelib.usecases.decide_plan_request import decide_plan_request, list_plan_requests
from chalicelib.usecases.list_conflicts import list_conflicts
from chalicelib.usecases.release_instalment import release_instalment
from chalicelib.usecases.show_account import show_account

pages_accounting = Blueprint(__name__)
QUEUE = PLAN_REQUESTS.path
INSTALMENTS = "/staff/instalments/{registration_id}"
LONGEST_CURSOR = 250
DECIDED = {
    "approve": "La demande est acceptée : l'étudiant, prévenu par mail, peut payer sa 1ère échéance.",
    "refuse": "La demande est refusée : l'étudiant est prévenu par mail, avec le motif.",
}
RELEASED = {
    InstalmentState.PAID: "La passerelle a retrouvé le débit : l'échéance est réglée, rien n'est repris.",
    InstalmentState.DUE: "L'échéance est libérée : elle sera débitée au prochain passage.",
}


@page(pages_accounting, "GET", QUEUE, action=PLAN_REQUESTS.action)
def staff_plan_requests(visit: Visit) -> Response:
    query = _query(visit)
    found, cursor = list_plan_requests(visit.ports, query.state, query.after)
    plans = visit.campaign.plans
    return visit.page(
        "staff_plan_requests",
        state=query.state,
        states=list(PlanRequestState),
        found=[(each, plans[each.plan_code]) for each in found],
        amounts_of=amounts_of,
        further=f"{QUEUE}?{urlencode({'state': query.state.value, 'after': cursor})}" if cursor else "",
        may_decide=visit.person.holds(Role.ACCOUNTANT),
        told=DECIDED.get(visit.parameter("done"), ""),
        conflicts=list_conflicts(visit.ports),
    )


def _query(visit: Visit) -> schemas.PlanQueueQuery:
    given = {name: visit.parameter(name) for name in ("state", "after")}
    if len(given["after"]) > LONGEST_CURSOR:
        given["after"] = ""
    return schemas.PlanQueueQuery.model_validate({name: value for name, value in given.items() if value})


@page(pages_accounting, "POST", f"{QUEUE}/{{registration_id}}/decision", action=Action.DECIDE_PLAN_REQUEST)
def decide_request(visit: Visit, registration_id: str) -> Response:
    given = {"decision": visit.field("decision"), "reason": visit.field("reason")}
    asked = schemas.PlanDecisionRequest.model_validate(given, strict=False)  # a form knows nothing but text
    decide_plan_request(visit.ports, registration_id, asked.decision, asked.reason, visit.person)
    return see_other(f"{QUEUE}?{urlencode({'done': asked.decision.value})}")


@page(pages_accounting, "GET", INSTALMENTS, action=Action.READ_INSTALMENTS)
def staff_instalments(visit: Visit, registration_id: str) -> Response:
    account, campaign = show_account(visit.ports, person_of(registration_id))
    registration = account.registration(registration_id)
    instalments = account.instalments_of(registration_id)
    ids = {each.id for each in instalments}
    return visit.page(
        "staff_instalments",
        registration=registration,
        programme=campaign.programme(registration.programme_code),
        instalments=sorted(instalments, key=lambda each: each.rank),
        debits=sorted(
            (each for each in account.debits if each.instalment_id in ids), key=lambda each: each.claimed_at
        ),
        mandate=account.mandate(registration_id),
        may_release=visit.person.holds(Role.ACCOUNTANT),
        told=_told(visit),
    )


def _told(visit: Visit) -> str:
    return {state.value: words for state, words in RELEASED.items()}.get(visit.parameter("done"), "")


@page(pages_accounting, "POST", f"{INSTALMENTS}/{{rank}}/release", action=Action.RELEASE_INSTALMENT)
def release(visit: Visit, registration_id: str, rank: str) -> Response:
    released = release_instalment(visit.ports, registration_id, rank_of(rank), visit.person)
    onward = INSTALMENTS.format(registration_id=released.registration_id)
    return see_other(f"{onward}?{urlencode({'done': released.state.value})}")
