from http import HTTPStatus

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.errors import InvalidCredentials, NotFound, SessionMissing, TooManyAttempts
from chalicelib.domain.limits import KNOWN_FOR
from chalicelib.domain.sessions import Stage
from chalicelib.pages.page import as_parameter, own_path, page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import DEVICE, SESSION, TYPED, cookie, see_other
from chalicelib.portal.render import ASSETS, asset
from chalicelib.portal.texts import marked
from chalicelib.usecases.sign_in.close_session import close_session
from chalicelib.usecases.sign_in.open_session import Opened, begin_session
from chalicelib.web.access_log import note_entry, note_refusal
from chalicelib.web.problems import status_of
from chalicelib.web.schemas.identity import NewSession

pages_session = Blueprint(__name__)
DEVICE_SECONDS = int(KNOWN_FOR.total_seconds())
WRONG = marked("Adresse mail ou mot de passe incorrect. Vérifiez votre saisie, puis recommencez.")
TOLD = {
    "password": marked("Votre mot de passe est enregistré. Connectez-vous avec ce mot de passe."),
    "logout": marked("Vous êtes déconnecté."),
    "ended": marked("Votre session est terminée. Connectez-vous de nouveau."),
}


@page(pages_session, "GET", "/login", public=True)
def login(page_request: PageRequest) -> Response:
    """Show the form; with `again`, also to a person logged in who must prove their identity again."""
    onward, is_again = own_path(page_request.parameter("next")), bool(page_request.parameter("again"))
    try:
        known = page_request.person
    except SessionMissing:
        return _form(page_request, onward, "", is_again=is_again)
    return _form(page_request, onward, known.email, is_again=True) if is_again else see_other(onward)


@page(pages_session, "POST", "/login", public=True)
def log_in(page_request: PageRequest) -> Response:
    """Log in; every login starts a new session, and the browser's earlier one ends."""
    onward, email = own_path(page_request.field("next")), page_request.field("email")
    is_again = bool(page_request.field("again"))
    try:
        asked = NewSession(email=email, password=page_request.typed("password"))
        begun = begin_session(
            page_request.ports, asked.email, asked.password, page_request.address, page_request.device
        )
    except (InvalidCredentials, TooManyAttempts) as error:
        return _form(page_request, onward, email, error, is_again=is_again)
    except ValidationError:
        return _form(page_request, onward, email, InvalidCredentials(), is_again=is_again)
    return entered(page_request, begun, onward, cookie(DEVICE, page_request.device, seconds=DEVICE_SECONDS))


def entered(page_request: PageRequest, begun: Opened, onward: str, *cookies: str) -> Response:
    """Set the cookie of the new session and redirect: to the second factor if it is still missing."""
    token, session, _ = begun
    note_entry(session, page_request.address)
    if page_request.token:
        close_session(page_request.ports, page_request.token)
    doors = {
        Stage.OPEN: onward,
        Stage.SECOND_FACTOR: f"/second-factor?next={as_parameter(onward)}",
        Stage.ENROLMENT: f"/second-factor/enrolment?next={as_parameter(onward)}",
    }
    return see_other(doors[session.stage], cookie(SESSION, token), *cookies)


def _form(
    page_request: PageRequest,
    onward: str,
    email: str,
    error: InvalidCredentials | TooManyAttempts | None = None,
    *,
    is_again: bool = False,
) -> Response:
    if error:
        note_refusal(error, page_request.address, "/login")
    return page_request.public_page(
        "login",
        status=status_of(error) if error else HTTPStatus.OK,
        next=onward,
        email=email,
        mistake=page_request.sentence(error)
        if isinstance(error, TooManyAttempts)
        else page_request.said(WRONG)
        if error
        else "",
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
        has_ended=page_request.parameter("done") == "ended",
        is_again=is_again,
        has_typed=bool(page_request.cookie(TYPED)),
        has_cas=page_request.ports.identity_provider is not None,
    )


@page(pages_session, "POST", "/logout", public=True, ends_session=True)
def log_out(page_request: PageRequest) -> Response:
    """End the session; a page of one that has ended leads on as well.

    Without a cookie none is taken away: a form of another site brings none.
    """
    if not page_request.token:
        return see_other("/login?done=logout")
    close_session(page_request.ports, page_request.token)
    return see_other("/login?done=logout", cookie(SESSION, ""))


@page(pages_session, "GET", "/static/{name}", public=True)
def static(_visit: PageRequest, name: str) -> Response:
    if name not in ASSETS:
        raise NotFound
    headers: dict[str, str | list[str]] = {
        "Content-Type": ASSETS[name],
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return Response(asset(name), headers=headers)
