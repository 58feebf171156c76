from http import HTTPStatus
from typing import Annotated

from chalice.app import Blueprint
from pydantic import Field, StringConstraints

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.corrections import refusals
from chalicelib.usecases.corrections.write_off_rest import write_off_rest
from chalicelib.web.schemas.models import Body

write_offs = Blueprint(__name__)


class WriteOff(Body):
    """`owed_seen_cents` is the rest that was seen: another one is not written off."""

    owed_seen_cents: Annotated[int, Field(ge=1, le=10_000_000)]
    reason: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]


@endpoint(
    write_offs,
    "POST",
    "/staff/registrations/{registration_id}/write-off",
    status=HTTPStatus.NO_CONTENT,
    body=WriteOff,
    errors=[
        errors.NotFound,
        refusals.NothingToWriteOff,
        refusals.RestAboveWriteOff,
        refusals.RestChanged,
        decisions.ReasonMissing,
        decisions.DebitInFlight,
        decisions.DebitInConflict,
        errors.ConcurrentUpdate,
    ],
    action=Action.WRITE_OFF,
)
def write_off_a_rest(call: Call, registration_id: str) -> None:
    write_off_rest(call.ports, registration_id, call.body.owed_seen_cents, call.body.reason, call.person)
