from http import HTTPStatus
from typing import Annotated, Any

from chalice.app import Blueprint
from pydantic import StringConstraints

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action, permit
from chalicelib.usecases.privacy.erase_person import erase_person
from chalicelib.usecases.privacy.export_person import export_person
from chalicelib.web.schemas.models import Body, View
from chalicelib.web.schemas.texts import Reason

privacy = Blueprint(__name__)


class PersonalExport(View):
    """All data stored about a person: `records` by kind, each row with its stored facts."""

    person_id: str
    exported_at: str
    records: dict[str, list[dict[str, Any]]]


class ErasureRequest(Body):
    reason: Annotated[Reason, StringConstraints(min_length=1)]


@endpoint(privacy, "GET", "/me/export", answer=PersonalExport)
def export_myself(call: Call) -> PersonalExport:
    return PersonalExport(**export_person(call.ports, call.person_id, call.person))


@endpoint(
    privacy,
    "GET",
    "/staff/people/{person_id}/export",
    answer=PersonalExport,
    errors=[errors.NotFound],
    action=Action.EXPORT_PERSON,
)
def export_somebody(call: Call, person_id: str) -> PersonalExport:
    permit(call.person, Action.EXPORT_PERSON, person_id)  # a person's own export is at /me/export
    return PersonalExport(**export_person(call.ports, person_id, call.person))


@endpoint(
    privacy,
    "POST",
    "/staff/people/{person_id}/erasure",
    status=HTTPStatus.NO_CONTENT,
    body=ErasureRequest,
    errors=[errors.NotFound, errors.ErasureNotPossible, errors.ConcurrentUpdate],
    action=Action.ERASE_PERSON,
)
def erase_somebody(call: Call, person_id: str) -> None:
    erase_person(call.ports, person_id, call.body.reason, call.person)
