from http import HTTPStatus
from urllib.parse import urlsplit

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.errors import Forbidden, InvalidCredentials, NotFound, SessionMissing
from chalicelib.handlers import schemas
from chalicelib.handlers.page import Visit, cookie, own_path, page, require_form_token, see_other
from chalicelib.portal.render import ASSETS, asset
from chalicelib.settings import settings
from chalicelib.usecases.close_session import close_session
from chalicelib.usecases.open_session import open_session

pages_session = Blueprint(__name__)


@page(pages_session, "GET", "/login", public=True)
def login(visit: Visit) -> Response:
    onward = own_path(visit.parameter("next"))
    try:
        _ = visit.session
    except SessionMissing:
        return visit.public_page("login", next=onward, email="", mistake="")
    return see_other(onward)


@page(pages_session, "POST", "/login", public=True)
def log_in(visit: Visit) -> Response:
    require_own_origin(visit)
    onward = own_path(visit.field("next"))
    email = visit.field("email")
    try:
        asked = schemas.NewSession(email=email, password=visit.form.get("password", [""])[-1])
        token, _, _ = open_session(visit.ports, asked.email, asked.password)
    except (InvalidCredentials, ValidationError):
        return visit.public_page(
            "login",
            status=HTTPStatus.UNAUTHORIZED,
            next=onward,
            email=email,
            mistake=InvalidCredentials().sentence,
        )
    return see_other(onward, Set_Cookie=cookie(token))


@page(pages_session, "POST", "/logout", public=True)
def log_out(visit: Visit) -> Response:
    """A session that is already over needs no proof to be left."""
    if visit.token:
        require_form_token(visit)
        close_session(visit.ports, visit.token)
    return see_other("/login", Set_Cookie=cookie(""))


@page(pages_session, "GET", "/static/{name}", public=True)
def static(_visit: Visit, name: str) -> Response:
    if name not in ASSETS:
        raise NotFound
    headers: dict[str, str | list[str]] = {
        "Content-Type": ASSETS[name],
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return Response(asset(name), headers=headers)


def require_own_origin(visit: Visit) -> None:
    """Refuse a log-in form that another site posts, to leave its victim in an account of its choice.

    There is no session yet that a token could be derived from. Every browser says where such a form comes
    from, and no page can make it lie; what says neither is no browser, and has no victim.
    """
    headers = visit.request.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    ours = urlsplit(settings().base_url)
    if site not in {None, "same-origin", "none"} or (
        site is None and origin not in {None, f"{ours.scheme}://{ours.netloc}"}
    ):
        raise Forbidden("Cette connexion vient d'un autre site. Ouvrez le portail, puis connectez-vous.")
