"""Pages to request a mailed link, and to set a password with it."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import LinkNotValid, PasswordTooWeak
from chalicelib.domain.links import LINK_LIFETIME
from chalicelib.domain.outbox import Topic
from chalicelib.domain.passwords import LONGEST, SHORTEST
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.passwords.request_link import request_link
from chalicelib.usecases.passwords.set_password import read_link, set_password
from chalicelib.web.access_log import note_refusal
from chalicelib.web.statuses import STATUS

pages_password = Blueprint(__name__)
LONGEST_EMAIL = 254
NO_ADDRESS = marked("Indiquez une adresse mail, par exemple prenom.nom@exemple.fr.")


@page(pages_password, "GET", "/first-connection", public=True)
def first_connection(page_request: PageRequest) -> Response:
    return _asking(page_request, Topic.FIRST_CONNECTION)


@page(pages_password, "GET", "/password-reset", public=True)
def password_reset(page_request: PageRequest) -> Response:
    return _asking(page_request, Topic.PASSWORD_RESET)


@page(pages_password, "POST", "/first-connection", public=True)
def ask_for_a_first_link(page_request: PageRequest) -> Response:
    return _asked(page_request, Topic.FIRST_CONNECTION)


@page(pages_password, "POST", "/password-reset", public=True)
def ask_for_another_link(page_request: PageRequest) -> Response:
    return _asked(page_request, Topic.PASSWORD_RESET)


def _asking(page_request: PageRequest, topic: Topic, mistake: str = "") -> Response:
    return page_request.public_page(
        "link_request",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        is_first=topic is Topic.FIRST_CONNECTION,
        email=page_request.field("email") if mistake else "",
        mistake=mistake,
    )


def _asked(page_request: PageRequest, topic: Topic) -> Response:
    """Answer in the same way for known and unknown addresses, so that accounts cannot be enumerated."""
    email = page_request.field("email")
    if "@" not in email or len(email) > LONGEST_EMAIL:
        return _asking(page_request, topic, page_request.said(NO_ADDRESS))
    request_link(page_request.ports, email, topic, page_request.address)
    return page_request.public_page("link_sent", minutes=int(LINK_LIFETIME.total_seconds()) // 60)


@page(pages_password, "GET", "/password", public=True)
def password(page_request: PageRequest) -> Response:
    """Show the form of a mailed link; the link stays valid."""
    return _form(page_request, page_request.parameter("token"))


@page(pages_password, "POST", "/password", public=True)
def choose_password(page_request: PageRequest) -> Response:
    """Set the password; the token is only in the form, never in a URL that we redirect to."""
    token, ends_sessions = page_request.field("token"), bool(page_request.field("end_sessions"))
    try:
        set_password(
            page_request.ports,
            token,
            page_request.typed("password"),
            page_request.address,
            ends_sessions=ends_sessions,
        )
    except PasswordTooWeak as error:
        return _form(page_request, token, page_request.sentence(error), ends_sessions=ends_sessions)
    except LinkNotValid as error:
        return _spent(page_request, error)
    return see_other("/login?done=password")


def _form(
    page_request: PageRequest, token: str, mistake: str = "", *, ends_sessions: bool = True
) -> Response:
    try:
        link, _, _ = read_link(page_request.ports, token)
    except LinkNotValid as error:
        return _spent(page_request, error)
    return page_request.bare_page(
        "password",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        token=token,
        email=link.email,
        mistake=mistake,
        ends_sessions=ends_sessions,
        shortest=SHORTEST,
        longest=LONGEST,
    )


def _spent(page_request: PageRequest, error: LinkNotValid) -> Response:
    note_refusal(error, page_request.address, "/password")
    return page_request.bare_page(
        "link_not_valid", status=STATUS[LinkNotValid], sentence=page_request.sentence(error)
    )
