from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.domain.errors import InvalidCredentials
from chalicelib.handlers import schemas
from chalicelib.handlers.endpoint import Call, endpoint
from chalicelib.handlers.views import person_brief
from chalicelib.usecases.close_session import close_session
from chalicelib.usecases.open_session import open_session

sessions = Blueprint(__name__)


@endpoint(
    sessions,
    "POST",
    "/auth/sessions",
    status=HTTPStatus.CREATED,
    body=schemas.NewSession,
    answer=schemas.SessionOpened,
    errors=[InvalidCredentials],
    public=True,
)
def log_in(call: Call) -> schemas.SessionOpened:
    token, session, person = open_session(call.ports, call.body.email, call.body.password)
    return schemas.SessionOpened(
        token=token,
        expires_at=session.expires_at,
        person=person_brief(person),
        roles=sorted(person.roles),
    )


@endpoint(sessions, "DELETE", "/auth/sessions/current", status=HTTPStatus.NO_CONTENT)
def log_out(call: Call) -> None:
    close_session(call.ports, call.token)
