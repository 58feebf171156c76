from http import HTTPStatus

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.errors import InvalidCredentials, NotFound, SessionMissing, TooManyAttempts
from chalicelib.domain.limits import KNOWN_FOR
from chalicelib.domain.sessions import Stage
from chalicelib.handlers import schemas
from chalicelib.handlers.access_log import note_entry, note_refusal
from chalicelib.handlers.page import own_path, page
from chalicelib.handlers.page_response import DEVICE, SESSION, cookie, see_other
from chalicelib.handlers.problems import STATUS
from chalicelib.handlers.visit import Visit
from chalicelib.portal.render import ASSETS, asset
from chalicelib.usecases.close_session import close_session
from chalicelib.usecases.open_session import Opened, begin_session

pages_session = Blueprint(__name__)
DEVICE_SECONDS = int(KNOWN_FOR.total_seconds())
WRONG = "Adresse mail ou mot de passe incorrect. Vérifiez votre saisie, puis recommencez."
TOLD = {"password": "Votre mot de passe est enregistré. Connectez-vous avec lui."}


@page(pages_session, "GET", "/login", public=True)
def login(visit: Visit) -> Response:
    """The form; with `again`, for somebody who is logged in but must show once more who they are."""
    onward, is_again = own_path(visit.parameter("next")), bool(visit.parameter("again"))
    try:
        known = visit.person
    except SessionMissing:
        return _form(visit, onward, "", is_again=is_again)
    return _form(visit, onward, known.email, is_again=True) if is_again else see_other(onward)


@page(pages_session, "POST", "/login", public=True)
def log_in(visit: Visit) -> Response:
    """Every log-in begins a new session: what the browser had before is over."""
    onward, email = own_path(visit.field("next")), visit.field("email")
    is_again = bool(visit.field("again"))
    try:
        asked = schemas.NewSession(email=email, password=visit.typed("password"))
        begun = begin_session(visit.ports, asked.email, asked.password, visit.address, visit.device)
    except (InvalidCredentials, TooManyAttempts) as error:
        return _form(visit, onward, email, error, is_again=is_again)
    except ValidationError:
        return _form(visit, onward, email, InvalidCredentials(), is_again=is_again)
    return entered(visit, begun, onward, cookie(DEVICE, visit.device, seconds=DEVICE_SECONDS))


def entered(visit: Visit, begun: Opened, onward: str, *cookies: str) -> Response:
    """Give the browser its new session, and lead it on: to the second factor where that is still missing."""
    token, session, _ = begun
    note_entry(session, visit.address)
    if visit.token:
        close_session(visit.ports, visit.token)
    doors = {
        Stage.OPEN: onward,
        Stage.SECOND_FACTOR: f"/second-factor?next={onward}",
        Stage.ENROLMENT: f"/second-factor/enrolment?next={onward}",
    }
    return see_other(doors[session.stage], cookie(SESSION, token), *cookies)


def _form(
    visit: Visit,
    onward: str,
    email: str,
    error: InvalidCredentials | TooManyAttempts | None = None,
    *,
    is_again: bool = False,
) -> Response:
    if error:
        note_refusal(error, visit.address, "/login")
    return visit.public_page(
        "login",
        status=STATUS[type(error)] if error else HTTPStatus.OK,
        next=onward,
        email=email,
        mistake=error.sentence if isinstance(error, TooManyAttempts) else WRONG if error else "",
        told=TOLD.get(visit.parameter("done"), ""),
        is_again=is_again,
        has_cas=visit.ports.identity_provider is not None,
    )


@page(pages_session, "POST", "/logout", public=True)
def log_out(visit: Visit) -> Response:
    close_session(visit.ports, visit.token)
    return see_other("/login", cookie(SESSION, ""))


@page(pages_session, "GET", "/static/{name}", public=True)
def static(_visit: Visit, name: str) -> Response:
    if name not in ASSETS:
        raise NotFound
    headers: dict[str, str | list[str]] = {
        "Content-Type": ASSETS[name],
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return Response(asset(name), headers=headers)
