"""« Sécurité de mon compte »: the means of access to one's own account."""

from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.errors import (
    InvalidCredentials,
    PasswordTooWeak,
    QuittanceError,
    TooManyAttempts,
)
from chalicelib.domain.passwords import LONGEST, SHORTEST
from chalicelib.pages.frame.journeys import Journey, begun
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import SESSION, cookie, form_token, see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.identities.link_identity import central_identities, unlink_identity
from chalicelib.usecases.identities.log_in_by_cas import provider_of
from chalicelib.usecases.passwords.set_password import change_password
from chalicelib.usecases.second_factors.enrol_second_factor import remove_own_second_factor
from chalicelib.usecases.sign_in.close_session import close_other_sessions
from chalicelib.usecases.sign_in.finish_session import rotate_token
from chalicelib.usecases.sign_in.list_sessions import list_sessions
from chalicelib.usecases.sign_in.open_session import must_have_factor
from chalicelib.web.access_log import note_refusal
from chalicelib.web.problems import status_of

pages_security = Blueprint(__name__)
SECURITY = "/security"
SECURE = Action.SECURE_OWN_ACCOUNT
TOLD = {
    "password": marked("Votre mot de passe est changé. Toutes vos autres sessions sont fermées."),
    "sessions": marked("Toutes vos autres sessions sont fermées."),
    "removed": marked("Votre second facteur est retiré."),
    "linked": marked("Votre identité centrale est reliée à ce compte."),
    "unlinked": marked("Votre identité centrale n'est plus reliée à ce compte."),
}
WRONG = marked("Le mot de passe actuel n'est pas le bon. Vérifiez votre saisie, puis recommencez.")


@page(pages_security, "GET", SECURITY)
def security(page_request: PageRequest) -> Response:
    return _security(page_request)


def _security(page_request: PageRequest, mistakes: dict[str, str] | None = None, **shown: Any) -> Response:
    ports, person = page_request.ports, page_request.person
    factor = ports.second_factors.find(person.id)
    return page_request.page(
        "security",
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
        mistakes={"current": "", "password": ""} | (mistakes or {}),
        sessions=list_sessions(ports, person),
        here=page_request.session.token_hash,
        factor=factor if factor and factor.is_confirmed else None,
        must_have_factor=must_have_factor(ports, person),
        has_cas=ports.identity_provider is not None,
        identities=central_identities(ports, person.id),
        shortest=SHORTEST,
        longest=LONGEST,
        **shown,
    )


@page(pages_security, "POST", f"{SECURITY}/password", action=SECURE)
def choose_another_password(page_request: PageRequest) -> Response:
    """Change the password; every other session ends, this browser gets a new one."""
    current, wanted = page_request.typed("current"), page_request.typed("password")
    try:
        person = change_password(
            page_request.ports, page_request.person, current, wanted, page_request.address
        )
    except InvalidCredentials as error:
        return _mistaken(page_request, "current", page_request.said(WRONG), error)
    except TooManyAttempts as error:
        return _mistaken(page_request, "current", page_request.sentence(error), error)
    except PasswordTooWeak as error:
        return _mistaken(page_request, "password", page_request.sentence(error), error)
    token, _, _ = rotate_token(page_request.ports, page_request.session, person)
    return _done("password", cookie(SESSION, token))


def _mistaken(page_request: PageRequest, field: str, said: str, error: QuittanceError) -> Response:
    note_refusal(error, page_request.address, f"{SECURITY}/password")
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY  # not 401: the caller is known
    status = wrong if isinstance(error, InvalidCredentials) else status_of(error)
    return _security(page_request, {field: said}, status=status)


@page(pages_security, "POST", f"{SECURITY}/sessions")
def close_the_others(page_request: PageRequest) -> Response:
    """End all other sessions; needs no renewed authentication."""
    token = close_other_sessions(page_request.ports, page_request.session, page_request.person)
    return _done("sessions", cookie(SESSION, token))


@page(pages_security, "POST", f"{SECURITY}/second-factor-removal", action=SECURE)
def remove_factor(page_request: PageRequest) -> Response:
    remove_own_second_factor(page_request.ports, page_request.person)
    return _done("removed")


@page(pages_security, "POST", f"{SECURITY}/identity", action=SECURE)
def begin_linking(page_request: PageRequest) -> Response:
    """Redirect to CAS by a link: the page's policy allows no form that ends at another site."""
    link, word = form_token(page_request.token), page_request.ports.new_token()
    journey = Journey(True, SECURITY, word, link)  # noqa: FBT003 - the password is asked for there
    address = provider_of(page_request.ports).login_address(word, renew=True)
    return page_request.page("leave_for_cas", address=address, cookies=begun(page_request, journey))


@page(pages_security, "POST", f"{SECURITY}/identity-removal", action=SECURE)
def unlink(page_request: PageRequest) -> Response:
    unlink_identity(page_request.ports, page_request.person, provider_of(page_request.ports).name)
    return _done("unlinked")


def _done(what: str, *cookies: str) -> Response:
    return see_other(f"{SECURITY}?done={what}", *cookies)
