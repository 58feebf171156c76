from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.people import Person
from chalicelib.domain.role_changes import RoleChange
from chalicelib.usecases.people import change_roles as usecase
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.people.list_people import list_people, show_person
from chalicelib.usecases.second_factors.enrol_second_factor import remove_second_factor
from chalicelib.web.drawn import drawn
from chalicelib.web.schemas import identity as schemas

people = Blueprint(__name__)


def person_view(person: Person) -> schemas.PersonView:
    return schemas.PersonView(
        id=person.id,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        roles=sorted(person.roles),
        is_active=person.is_active,
        access_version=person.access_version,
    )


def role_change_view(change: RoleChange) -> schemas.RoleChangeView:
    return schemas.RoleChangeView(
        id=change.id,
        person_id=change.person_id,
        holder=change.holder,
        roles=sorted(change.roles),
        reason=change.reason,
        proposed_by=change.proposed_by,
        proposed_at=change.proposed_at,
        state=change.state,
        decided_by=change.decided_by,
        over=sorted(change.over),
    )


@endpoint(
    people,
    "GET",
    "/staff/people",
    query=schemas.PeopleQuery,
    answer=schemas.PeopleList,
    action=Action.READ_PEOPLE,
)
def list_the_staff(call: Call) -> schemas.PeopleList:
    found = list_people(call.ports, call.query.email)
    return schemas.PeopleList(items=[person_view(each) for each in found])


@endpoint(
    people,
    "GET",
    "/staff/people/{person_id}",
    answer=schemas.PersonView,
    errors=[errors.NotFound],
    action=Action.READ_PEOPLE,
)
def show_a_person(call: Call, person_id: str) -> schemas.PersonView:
    return person_view(show_person(call.ports, person_id))


@endpoint(
    people,
    "POST",
    "/staff/people/{person_id}/role-changes",
    status=HTTPStatus.CREATED,
    body=schemas.RoleChangeRequest,
    answer=schemas.RoleChangeView,
    errors=[
        errors.NotFound,
        errors.RolesNotCompatible,
        decisions.RolesUnchanged,
        decisions.RolesMoved,
        decisions.ReasonMissing,
        decisions.AlreadyDecided,
        errors.ConcurrentUpdate,
    ],
    action=Action.PROPOSE_ROLES,
    idempotent_by_key=True,
)
def propose_roles(call: Call, person_id: str) -> schemas.RoleChangeView:
    asked: schemas.RoleChangeRequest = call.body
    seen = None if asked.seen_roles is None else frozenset(asked.seen_roles)
    new = drawn(call, call.idempotency_key, "roles", person_id, sorted(asked.roles), asked.reason)
    change = usecase.propose_roles(
        call.ports,
        person_id,
        frozenset(asked.roles),
        asked.reason,
        call.person,
        seen,
        new.id if new else None,
    )
    return role_change_view(change)


@endpoint(people, "GET", "/staff/role-changes", answer=schemas.RoleChangeList, action=Action.READ_PEOPLE)
def list_role_changes(call: Call) -> schemas.RoleChangeList:
    waiting = call.ports.role_changes.waiting()
    return schemas.RoleChangeList(items=[role_change_view(each) for each in waiting])


@endpoint(
    people,
    "POST",
    "/staff/role-changes/{change_id}/decision",
    body=schemas.RoleDecisionRequest,
    answer=schemas.RoleChangeView,
    errors=[errors.NotFound, decisions.AlreadyDecided, decisions.RolesMoved, errors.ConcurrentUpdate],
    action=Action.DECIDE_ROLES,
)
def decide_on_roles(call: Call, change_id: str) -> schemas.RoleChangeView:
    is_approved = call.body.decision is schemas.RoleDecision.APPROVE
    return role_change_view(usecase.change_roles(call.ports, change_id, is_approved, call.person))


@endpoint(
    people,
    "PUT",
    "/staff/people/{person_id}/access",
    body=schemas.AccessRequest,
    answer=schemas.PersonView,
    errors=[errors.NotFound, decisions.ReasonMissing, decisions.AccessMoved, errors.ConcurrentUpdate],
    action=Action.CLOSE_ACCOUNT,
)
def close_or_open_an_account(call: Call, person_id: str) -> schemas.PersonView:
    asked: schemas.AccessRequest = call.body
    person = close_account(
        call.ports, person_id, asked.is_active, asked.reason, call.person, asked.access_version
    )
    return person_view(person)


@endpoint(
    people,
    "POST",
    "/staff/people/{person_id}/second-factor-removal",
    status=HTTPStatus.NO_CONTENT,
    body=schemas.WithReason,
    errors=[errors.NotFound, decisions.SecondFactorAbsent, decisions.ReasonMissing, errors.ConcurrentUpdate],
    action=Action.REMOVE_SECOND_FACTOR,
)
def remove_a_lost_second_factor(call: Call, person_id: str) -> None:
    person = show_person(call.ports, person_id)
    remove_second_factor(call.ports, person, call.person, call.body.reason)
