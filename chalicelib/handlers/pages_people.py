"""The administrator's desk: people, their roles, their access. The auditor reads it, and decides on roles."""

from collections.abc import Sequence
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.errors import (
    DecisionNotPossible,
    ErasureNotPossible,
    NotFound,
    QuittanceError,
    RolesNotCompatible,
)
from chalicelib.domain.people import Person, Role
from chalicelib.domain.role_changes import RoleChange
from chalicelib.handlers import identity_schemas as schemas
from chalicelib.handlers.page import page
from chalicelib.handlers.page_desks import PEOPLE
from chalicelib.handlers.page_response import see_other
from chalicelib.handlers.problems import STATUS
from chalicelib.handlers.visit import Visit
from chalicelib.usecases.change_roles import change_roles, propose_roles
from chalicelib.usecases.close_account import close_account
from chalicelib.usecases.enrol_second_factor import remove_second_factor
from chalicelib.usecases.erase_person import erase_person
from chalicelib.usecases.list_people import list_people, names_of, show_person

pages_people = Blueprint(__name__)
LIST = PEOPLE.path
PERSON = f"{LIST}/{{person_id}}"
TOLD = {
    "proposed": "Le changement de rôles est proposé : il attend l'accord d'une seconde personne.",
    "approve": "Le changement de rôles est accepté : il vaut dès maintenant.",
    "refuse": "Le changement de rôles est refusé : rien n'a changé.",
    "closed": "Le compte est fermé, et toutes ses sessions avec lui.",
    "opened": "Le compte est de nouveau ouvert.",
    "erased": "La personne est effacée : ses factures et ses paiements restent.",
    "factor": "Le second facteur est retiré : la personne en est prévenue par mail.",
}
UNKNOWN = "Personne n'a cette adresse mail. Vérifiez-la : elle doit être écrite en entier."


@page(pages_people, "GET", LIST, action=PEOPLE.action)
def staff_people(visit: Visit) -> Response:
    return _list(visit)


def _list(visit: Visit, email: str = "", mistake: str = "", **shown: Any) -> Response:
    waiting = visit.ports.role_changes.waiting()
    return visit.page(
        "staff_people",
        staff=list_people(visit.ports, None),
        email=email,
        mistake=mistake,
        told=TOLD.get(visit.parameter("done"), ""),
        **_changes(visit, waiting),
        **shown,
    )


def _changes(visit: Visit, waiting: Sequence[RoleChange]) -> dict[str, Any]:
    """What a list of proposed changes shows; who proposed one, or is meant by it, has no word in it."""
    me = visit.person
    mine = {each.id for each in waiting if me.id in {each.proposed_by, each.person_id}}
    may_decide = me.holds(*RULES[Action.DECIDE_ROLES].roles)
    return {
        "waiting": waiting,
        "decidable": {each.id for each in waiting} - mine if may_decide else set(),
        "names": names_of(visit.ports, {each.proposed_by for each in waiting}),
    }


@page(pages_people, "POST", f"{LIST}/search", action=PEOPLE.action)
def search_person(visit: Visit) -> Response:
    """Sent as a form: a mail address has no place in a history or a log."""
    email = visit.field("email")
    found = list_people(visit.ports, email)
    if not found:
        return _list(visit, email, UNKNOWN, status=STATUS[NotFound])
    return see_other(PERSON.format(person_id=found[0].id))


@page(pages_people, "GET", PERSON, action=PEOPLE.action)
def staff_person(visit: Visit, person_id: str) -> Response:
    return _person(visit, show_person(visit.ports, person_id))


def _person(visit: Visit, person: Person, mistake: str = "", **shown: Any) -> Response:
    factor = visit.ports.second_factors.find(person.id)
    waiting = [each for each in visit.ports.role_changes.waiting() if each.person_id == person.id]
    return visit.page(
        "staff_person",
        person=person,
        factor=factor if factor and factor.is_confirmed else None,
        may_act=visit.person.holds(Role.ADMINISTRATOR)
        and visit.person.id != person.id
        and not person.erased_on,
        may_read_audit=visit.person.holds(*RULES[Action.READ_AUDIT].roles),
        roles=list(Role),
        mistake=mistake,
        told=TOLD.get(visit.parameter("done"), ""),
        **_changes(visit, waiting),
        **shown,
    )


def _refused(visit: Visit, person_id: str, error: QuittanceError) -> Response:
    person = show_person(visit.ports, person_id)
    return _person(visit, person, error.sentence, status=STATUS[type(error)])


@page(pages_people, "POST", f"{PERSON}/roles", action=Action.PROPOSE_ROLES)
def propose(visit: Visit, person_id: str) -> Response:
    ticked = visit.form.get("role", [])
    roles = frozenset(role for role in Role if role in ticked)
    try:
        propose_roles(visit.ports, person_id, roles, _reason(visit), visit.person)
    except (DecisionNotPossible, RolesNotCompatible) as error:
        return _refused(visit, person_id, error)
    return _done(person_id, "proposed")


@page(pages_people, "POST", f"{PERSON}/access", action=Action.CLOSE_ACCOUNT)
def close_or_open(visit: Visit, person_id: str) -> Response:
    is_active = visit.field("access") == "open"
    try:
        close_account(visit.ports, person_id, is_active, _reason(visit), visit.person)
    except DecisionNotPossible as error:
        return _refused(visit, person_id, error)
    return _done(person_id, "opened" if is_active else "closed")


@page(pages_people, "POST", f"{PERSON}/second-factor-removal", action=Action.REMOVE_SECOND_FACTOR)
def remove_lost_factor(visit: Visit, person_id: str) -> Response:
    person = show_person(visit.ports, person_id)
    try:
        remove_second_factor(visit.ports, person, visit.person, _reason(visit))
    except DecisionNotPossible as error:
        return _refused(visit, person_id, error)
    return _done(person_id, "factor")


@page(pages_people, "POST", f"{PERSON}/erasure", action=Action.ERASE_PERSON)
def erase(visit: Visit, person_id: str) -> Response:
    if not visit.field("sure"):
        return _refused(visit, person_id, ErasureNotPossible("Cochez la case : un effacement est définitif."))
    try:
        erase_person(visit.ports, person_id, _reason(visit), visit.person)
    except ErasureNotPossible as error:
        return _refused(visit, person_id, error)
    return _done(person_id, "erased")


@page(pages_people, "POST", f"{LIST}/role-changes/{{change_id}}/decision", action=Action.DECIDE_ROLES)
def decide_change(visit: Visit, change_id: str) -> Response:
    given = {"decision": visit.field("decision")}
    asked = schemas.RoleDecisionRequest.model_validate(given, strict=False)  # a form knows nothing but text
    is_approved = asked.decision is schemas.RoleDecision.APPROVE
    change = change_roles(visit.ports, change_id, is_approved, visit.person)
    return _done(change.person_id, asked.decision)


def _reason(visit: Visit) -> str:
    return schemas.WithReason(reason=visit.field("reason")).reason


def _done(person_id: str, what: str) -> Response:
    return see_other(f"{PERSON.format(person_id=person_id)}?done={what}")
