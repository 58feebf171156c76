"""Choosing a password: a link comes by mail, to whoever has the address and nobody else."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import LinkNotValid, PasswordTooWeak
from chalicelib.domain.links import LINK_LIFETIME
from chalicelib.domain.outbox import Topic
from chalicelib.domain.passwords import LONGEST, SHORTEST
from chalicelib.handlers.access_log import note_refusal
from chalicelib.handlers.page import page
from chalicelib.handlers.page_response import see_other
from chalicelib.handlers.problems import STATUS
from chalicelib.handlers.visit import Visit
from chalicelib.usecases.request_link import request_link
from chalicelib.usecases.set_password import read_link, set_password

pages_password = Blueprint(__name__)
LONGEST_EMAIL = 254


@page(pages_password, "GET", "/first-connection", public=True)
def first_connection(visit: Visit) -> Response:
    return _asking(visit, Topic.FIRST_CONNECTION)


@page(pages_password, "GET", "/password-reset", public=True)
def password_reset(visit: Visit) -> Response:
    return _asking(visit, Topic.PASSWORD_RESET)


@page(pages_password, "POST", "/first-connection", public=True)
def ask_for_a_first_link(visit: Visit) -> Response:
    return _asked(visit, Topic.FIRST_CONNECTION)


@page(pages_password, "POST", "/password-reset", public=True)
def ask_for_another_link(visit: Visit) -> Response:
    return _asked(visit, Topic.PASSWORD_RESET)


def _asking(visit: Visit, topic: Topic, mistake: str = "") -> Response:
    return visit.public_page(
        "link_request",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        is_first=topic is Topic.FIRST_CONNECTION,
        mistake=mistake,
    )


def _asked(visit: Visit, topic: Topic) -> Response:
    """The same words whoever asks: nobody learns here who has an account."""
    email = visit.field("email")
    if "@" not in email or len(email) > LONGEST_EMAIL:
        return _asking(visit, topic, "Indiquez une adresse mail, par exemple prenom.nom@exemple.fr.")
    request_link(visit.ports, email, topic, visit.address)
    return visit.public_page("link_sent", minutes=int(LINK_LIFETIME.total_seconds()) // 60)


@page(pages_password, "GET", "/password", public=True)
def password(visit: Visit) -> Response:
    """The form that a mailed link leads to; looking at it spends nothing."""
    return _form(visit, visit.parameter("token"))


@page(pages_password, "POST", "/password", public=True)
def choose_password(visit: Visit) -> Response:
    """Set it; the token travels in the form alone, never in an address that we lead to."""
    token, ends_sessions = visit.field("token"), bool(visit.field("end_sessions"))
    try:
        set_password(visit.ports, token, visit.typed("password"), visit.address, ends_sessions=ends_sessions)
    except PasswordTooWeak as error:
        return _form(visit, token, error.sentence, ends_sessions=ends_sessions)
    except LinkNotValid as error:
        return _spent(visit, error)
    return see_other("/login?done=password")


def _form(visit: Visit, token: str, mistake: str = "", *, ends_sessions: bool = True) -> Response:
    try:
        link, _, _ = read_link(visit.ports, token)
    except LinkNotValid as error:
        return _spent(visit, error)
    return visit.bare_page(
        "password",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        token=token,
        email=link.email,
        mistake=mistake,
        ends_sessions=ends_sessions,
        shortest=SHORTEST,
        longest=LONGEST,
    )


def _spent(visit: Visit, error: LinkNotValid) -> Response:
    note_refusal(error, visit.address, "/password")
    return visit.bare_page("link_not_valid", status=STATUS[LinkNotValid], sentence=error.sentence)
