"""The administrator's desk: people, roles, access. The auditor reads it, and decides on roles."""

from collections.abc import Sequence
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.decisions import RolesMoved
from chalicelib.domain.errors import (
    DecisionNotPossible,
    ErasureNotPossible,
    NotFound,
    QuittanceError,
    RolesNotCompatible,
)
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person, Role
from chalicelib.domain.role_changes import RoleChange
from chalicelib.pages.desks import PEOPLE
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.refusals import ErasureUnsure
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.lists.find_people import find_people
from chalicelib.usecases.people.change_roles import change_roles, propose_roles
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.people.list_people import list_people, names_of, roles_of, show_person
from chalicelib.usecases.privacy.erase_person import erase_person
from chalicelib.usecases.second_factors.enrol_second_factor import remove_second_factor
from chalicelib.web.drawn import drawn
from chalicelib.web.parsing import seen_number
from chalicelib.web.problems import status_of
from chalicelib.web.schemas import identity as schemas
from chalicelib.web.statuses import STATUS

pages_people = Blueprint(__name__)
LIST = PEOPLE.path
PERSON = f"{LIST}/{{person_id}}"
TOLD = {
    "proposed": marked("Le changement de rôles est proposé : il attend l'accord d'une seconde personne."),
    "approve": marked("Le changement de rôles est accepté : il vaut dès maintenant."),
    "refuse": marked("Le changement de rôles est refusé : rien n'a changé."),
    "closed": marked("Le compte est fermé, et toutes ses sessions avec lui."),
    "opened": marked("Le compte est de nouveau ouvert."),
    "erased": marked("La personne est effacée : ses factures et ses paiements restent."),
    "factor": marked("Le second facteur est retiré : la personne en est prévenue par mail."),
}
UNKNOWN = marked("Personne n'a ce nom, ni cette adresse mail écrite en entier.")


@page(pages_people, "GET", LIST, action=PEOPLE.action)
def staff_people(page_request: PageRequest) -> Response:
    return _list(page_request)


def _list(page_request: PageRequest, email: str = "", mistake: str = "", **shown: Any) -> Response:
    waiting = page_request.ports.role_changes.waiting()
    return page_request.page(
        "staff_people",
        staff=list_people(page_request.ports, None),
        email=email,
        mistake=mistake,
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
        **_changes(page_request, waiting),
        **{"named": (), **shown},
    )


def _changes(page_request: PageRequest, waiting: Sequence[RoleChange]) -> dict[str, Any]:
    """Return the template data of proposed role changes, without forms for the person's own roles."""
    me = page_request.person
    may_decide = me.holds(*RULES[Action.DECIDE_ROLES].roles)
    of_others = [each for each in waiting if may_decide and each.person_id != me.id]
    proposed = {each.id for each in of_others if each.proposed_by == me.id}
    held = roles_of(page_request.ports, {each.person_id for each in waiting})
    return {
        "waiting": waiting,
        "proposed": proposed,
        "decidable": {each.id for each in of_others} - proposed,
        "held": held,
        "moved": {each.id for each in waiting if not each.holds_for(held.get(each.person_id, frozenset()))},
        "names": names_of(page_request.ports, {each.proposed_by for each in waiting}),
    }


@page(pages_people, "POST", f"{LIST}/search", action=PEOPLE.action)
def search_person(page_request: PageRequest) -> Response:
    """Search by a POST form: a name or a mail address must not get into a history or a log."""
    typed, ports = page_request.field("email"), page_request.ports
    found = [each.id for each in list_people(ports, typed)]
    if len(found) == 1:
        return see_other(PERSON.format(person_id=found[0]))
    named = find_people(ports, page_request.campaign, tuple(list_people(ports, None)), typed)
    if len(named) == 1:
        return see_other(PERSON.format(person_id=named[0].id))
    if not named:
        return _list(page_request, typed, page_request.said(UNKNOWN), status=STATUS[NotFound])
    return _list(page_request, typed, named=named)


@page(pages_people, "GET", PERSON, action=PEOPLE.action)
def staff_person(page_request: PageRequest, person_id: str) -> Response:
    return _person(page_request, show_person(page_request.ports, person_id))


def _person(page_request: PageRequest, person: Person, mistake: str = "", **shown: Any) -> Response:
    factor = page_request.ports.second_factors.find(person.id)
    waiting = [each for each in page_request.ports.role_changes.waiting() if each.person_id == person.id]
    return page_request.page(
        "staff_person",
        person=person,
        factor=factor if factor and factor.is_confirmed else None,
        may_act=page_request.person.holds(Role.ADMINISTRATOR)
        and page_request.person.id != person.id
        and not person.erased_on,
        may_read_audit=page_request.person.holds(*RULES[Action.READ_AUDIT].roles),
        roles=list(Role),
        form_key=page_request.ports.new_id(),
        mistake=mistake,
        typed=page_request.field("reason") if mistake else "",
        act=str(page_request.request.path).rpartition("/")[2] if mistake else "",
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
        **_changes(page_request, waiting),
        **shown,
    )


def _refused(page_request: PageRequest, person_id: str, error: QuittanceError) -> Response:
    person = show_person(page_request.ports, person_id)
    return _person(page_request, person, page_request.sentence(error), status=status_of(error))


@page(pages_people, "POST", f"{PERSON}/roles", action=Action.PROPOSE_ROLES)
def propose(page_request: PageRequest, person_id: str) -> Response:
    ticked = page_request.form.get("role", [])
    roles = frozenset(role for role in Role if role in ticked)
    seen, reason = frozenset(page_request.field("seen").split()), _reason(page_request)
    new = drawn(page_request, page_request.field("key"), "roles", person_id, sorted(roles), reason)
    try:
        propose_roles(
            page_request.ports, person_id, roles, reason, page_request.person, seen, new.id if new else None
        )
    except (DecisionNotPossible, RolesNotCompatible) as error:
        return _refused(page_request, person_id, error)
    return _done(person_id, "proposed")


@page(pages_people, "POST", f"{PERSON}/access", action=Action.CLOSE_ACCOUNT)
def close_or_open(page_request: PageRequest, person_id: str) -> Response:
    is_active = page_request.field("access") == "open"
    access_version = seen_number(page_request.field("seen"), otherwise=-1)
    ports, reason = page_request.ports, _reason(page_request)
    try:
        close_account(ports, person_id, is_active, reason, page_request.person, access_version)
    except DecisionNotPossible as error:
        return _refused(page_request, person_id, error)
    return _done(person_id, "opened" if is_active else "closed")


@page(pages_people, "POST", f"{PERSON}/second-factor-removal", action=Action.REMOVE_SECOND_FACTOR)
def remove_lost_factor(page_request: PageRequest, person_id: str) -> Response:
    person = show_person(page_request.ports, person_id)
    try:
        remove_second_factor(page_request.ports, person, page_request.person, _reason(page_request))
    except DecisionNotPossible as error:
        return _refused(page_request, person_id, error)
    return _done(person_id, "factor")


@page(pages_people, "POST", f"{PERSON}/erasure", action=Action.ERASE_PERSON)
def erase(page_request: PageRequest, person_id: str) -> Response:
    if not page_request.field("sure"):
        return _refused(page_request, person_id, ErasureUnsure())
    try:
        erase_person(page_request.ports, person_id, _reason(page_request), page_request.person)
    except ErasureNotPossible as error:
        return _refused(page_request, person_id, error)
    return _done(person_id, "erased")


@page(pages_people, "POST", f"{LIST}/role-changes/{{change_id}}/decision", action=Action.DECIDE_ROLES)
def decide_change(page_request: PageRequest, change_id: str) -> Response:
    given = {"decision": page_request.field("decision")}
    asked = schemas.RoleDecisionRequest.model_validate(given, strict=False)  # a form field is always text
    is_approved = asked.decision is schemas.RoleDecision.APPROVE
    try:
        change = change_roles(page_request.ports, change_id, is_approved, page_request.person)
    except RolesMoved as error:
        return _refused(page_request, person_of(change_id), error)
    return _done(change.person_id, asked.decision)


def _reason(page_request: PageRequest) -> str:
    return schemas.WithReason(reason=page_request.field("reason")).reason


def _done(person_id: str, what: str) -> Response:
    return see_other(f"{PERSON.format(person_id=person_id)}?done={what}")
