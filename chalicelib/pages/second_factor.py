"""The second factor in a browser: asked for after the password, and enrolled if it is missing."""

from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action, admit
from chalicelib.domain.errors import (
    CodeNotValid,
    SecondFactorNeeded,
    SecondFactorUnavailable,
    TooManyAttempts,
)
from chalicelib.domain.people import Person
from chalicelib.domain.sessions import Session, Stage
from chalicelib.pages.page import as_parameter, own_path, page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import SESSION, cookie, see_other
from chalicelib.portal.qr import LABEL, qr_svg
from chalicelib.usecases.second_factors.enrol_second_factor import confirm_second_factor, enrol_second_factor
from chalicelib.usecases.sign_in.finish_session import finish_session, rotate_token
from chalicelib.usecases.sign_in.open_session import stage_of
from chalicelib.usecases.sign_in.read_session import read_unfinished
from chalicelib.web.access_log import note_entry, note_refusal
from chalicelib.web.problems import status_of

pages_second_factor = Blueprint(__name__)
ENROLMENT = "/second-factor/enrolment"
Mistake = CodeNotValid | TooManyAttempts | SecondFactorUnavailable
GROUP = 4  # letters of the secret in a group


@page(pages_second_factor, "GET", "/second-factor", public=True)
def second_factor(page_request: PageRequest) -> Response:
    onward = own_path(page_request.parameter("next"))
    session, person = read_unfinished(page_request.ports, page_request.token)
    if session.stage is Stage.OPEN:
        return see_other(onward)
    if _stage(page_request, person) is Stage.ENROLMENT:
        return see_other(f"{ENROLMENT}?next={as_parameter(onward)}")
    return _form(page_request, onward)


@page(pages_second_factor, "POST", "/second-factor", public=True)
def give_code(page_request: PageRequest) -> Response:
    """Check the code. For a session already open it is no new proof: the time of its proof is unchanged."""
    onward = own_path(page_request.field("next"))
    session, person = read_unfinished(page_request.ports, page_request.token)
    if session.stage is Stage.OPEN:
        return see_other(onward)
    try:
        token, finished, _ = finish_session(page_request.ports, session, person, page_request.field("code"))
    except (CodeNotValid, TooManyAttempts, SecondFactorUnavailable) as error:
        note_refusal(error, page_request.address, "/second-factor")
        return _form(page_request, onward, error)
    note_entry(finished, page_request.address)
    return see_other(onward, cookie(SESSION, token))


def _form(page_request: PageRequest, onward: str, error: Mistake | None = None) -> Response:
    return page_request.bare_page("second_factor", next=onward, **_mistake(page_request, error))


def _mistake(page_request: PageRequest, error: Mistake | None) -> dict[str, Any]:
    status = status_of(error) if error else HTTPStatus.OK
    return {"status": status, "mistake": page_request.sentence(error)}


@page(pages_second_factor, "GET", ENROLMENT, public=True)
def enrolment(page_request: PageRequest) -> Response:
    session, person = _enrolling(page_request)
    return _enrolment(page_request, session, person, own_path(page_request.parameter("next")))


@page(pages_second_factor, "POST", ENROLMENT, public=True)
def confirm_enrolment(page_request: PageRequest) -> Response:
    """Confirm the second factor by its first code; a session that waited for this is open from now on."""
    session, person = _enrolling(page_request)
    onward = own_path(page_request.field("next"))
    try:
        codes = confirm_second_factor(
            page_request.ports, person, session.token_hash, page_request.field("code")
        )
    except (CodeNotValid, TooManyAttempts) as error:
        note_refusal(error, page_request.address, ENROLMENT)
        return _enrolment(page_request, session, person, onward, error)
    given: tuple[str, ...] = ()
    if session.stage is not Stage.OPEN:
        token, finished, _ = rotate_token(page_request.ports, session, person)
        note_entry(finished, page_request.address)
        given = (cookie(SESSION, token),)
    return page_request.public_page(
        "recovery_codes", codes=codes, holder=person.email, next=onward, cookies=given
    )


def _enrolling(page_request: PageRequest) -> tuple[Session, Person]:
    """Return the session and person that may enrol: awaiting enrolment or open, recently authenticated."""
    session, person = read_unfinished(page_request.ports, page_request.token)
    if session.stage is not Stage.OPEN and _stage(page_request, person) is not Stage.ENROLMENT:
        raise SecondFactorNeeded
    admit(person, Action.SECURE_OWN_ACCOUNT, session, page_request.ports.now())
    return session, person


def _stage(page_request: PageRequest, person: Person) -> Stage:
    return stage_of(page_request.ports, person, page_request.ports.second_factors.find(person.id))


def _enrolment(
    page_request: PageRequest,
    session: Session,
    person: Person,
    onward: str,
    error: Mistake | None = None,
) -> Response:
    begun = enrol_second_factor(page_request.ports, person, session.token_hash)
    starts = range(0, len(begun.secret), GROUP)
    return page_request.public_page(
        "second_factor_enrolment",
        picture=qr_svg(begun.uri, page_request.said(LABEL)),
        secret=" ".join(begun.secret[start : start + GROUP] for start in starts),
        account=person.email,
        next=onward,
        **_mistake(page_request, error),
    )
