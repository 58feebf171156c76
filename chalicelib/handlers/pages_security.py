"""« Sécurité de mon compte »: how one's own account is entered, and by what."""

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
from chalicelib.handlers.access_log import note_refusal
from chalicelib.handlers.cas import Journey, travelling
from chalicelib.handlers.page import page
from chalicelib.handlers.page_response import SESSION, cookie, form_token, see_other
from chalicelib.handlers.problems import STATUS
from chalicelib.handlers.visit import Visit
from chalicelib.usecases.close_session import close_other_sessions
from chalicelib.usecases.enrol_second_factor import remove_own_second_factor
from chalicelib.usecases.finish_session import renewed
from chalicelib.usecases.link_identity import unlink_identity
from chalicelib.usecases.list_sessions import list_sessions
from chalicelib.usecases.log_in_by_cas import provider_of
from chalicelib.usecases.open_session import must_have_factor
from chalicelib.usecases.set_password import change_password

pages_security = Blueprint(__name__)
SECURITY = "/security"
SECURE = Action.SECURE_OWN_ACCOUNT
TOLD = {
    "password": "Votre mot de passe est changé. Toutes vos autres sessions sont fermées.",
    "sessions": "Toutes vos autres sessions sont fermées.",
    "removed": "Votre second facteur est retiré.",
    "linked": "Votre identité centrale est reliée à ce compte.",
    "unlinked": "Votre identité centrale n'est plus reliée à ce compte.",
}
WRONG = "Le mot de passe actuel n'est pas le bon. Vérifiez votre saisie, puis recommencez."


@page(pages_security, "GET", SECURITY)
def security(visit: Visit) -> Response:
    return _security(visit)


def _security(visit: Visit, mistakes: dict[str, str] | None = None, **shown: Any) -> Response:
    ports, person = visit.ports, visit.person
    factor = ports.second_factors.find(person.id)
    return visit.page(
        "security",
        told=TOLD.get(visit.parameter("done"), ""),
        mistakes={"current": "", "password": ""} | (mistakes or {}),
        sessions=list_sessions(ports, person),
        here=visit.session.token_hash,
        factor=factor if factor and factor.is_confirmed else None,
        must_have_factor=must_have_factor(ports, person),
        has_cas=ports.identity_provider is not None,
        identities=ports.identities.of_person(person.id),
        shortest=SHORTEST,
        longest=LONGEST,
        **shown,
    )


@page(pages_security, "POST", f"{SECURITY}/password", action=SECURE)
def choose_another_password(visit: Visit) -> Response:
    """Every session ends but this browser's, which goes on with a new one."""
    current, wanted = visit.typed("current"), visit.typed("password")
    try:
        person = change_password(visit.ports, visit.person, current, wanted, visit.address)
    except InvalidCredentials as error:
        return _mistaken(visit, "current", WRONG, error)
    except TooManyAttempts as error:
        return _mistaken(visit, "current", error.sentence, error)
    except PasswordTooWeak as error:
        return _mistaken(visit, "password", error.sentence, error)
    token, _, _ = renewed(visit.ports, visit.session, person)
    return _done("password", cookie(SESSION, token))


def _mistaken(visit: Visit, field: str, sentence: str, error: QuittanceError) -> Response:
    note_refusal(error, visit.address, f"{SECURITY}/password")
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY  # not 401: who asks is known
    status = wrong if isinstance(error, InvalidCredentials) else STATUS[type(error)]
    return _security(visit, {field: sentence}, status=status)


@page(pages_security, "POST", f"{SECURITY}/sessions")
def close_the_others(visit: Visit) -> Response:
    """Nobody is asked twice for the right to shut the others out."""
    token = close_other_sessions(visit.ports, visit.session, visit.person)
    return _done("sessions", cookie(SESSION, token))


@page(pages_security, "POST", f"{SECURITY}/second-factor-removal", action=SECURE)
def remove_factor(visit: Visit) -> Response:
    remove_own_second_factor(visit.ports, visit.person)
    return _done("removed")


@page(pages_security, "POST", f"{SECURITY}/identity", action=SECURE)
def begin_linking(visit: Visit) -> Response:
    """Lead to CAS by a link: the page's policy lets no form of ours end at another site."""
    journey = Journey(True, SECURITY, form_token(visit.token))  # noqa: FBT003 - the password is asked for there
    address = provider_of(visit.ports).login_address(renew=True)
    return visit.page("leave_for_cas", address=address, cookies=(travelling(journey),))


@page(pages_security, "POST", f"{SECURITY}/identity-removal", action=SECURE)
def unlink(visit: Visit) -> Response:
    unlink_identity(visit.ports, visit.person, provider_of(visit.ports).name)
    return _done("unlinked")


def _done(what: str, *cookies: str) -> Response:
    return see_other(f"{SECURITY}?done={what}", *cookies)
