"""The second factor in a browser: asked for after the password, and set up where it is missing."""

from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action, admit
from chalicelib.domain.errors import CodeNotValid, SecondFactorNeeded, TooManyAttempts
from chalicelib.domain.people import Person
from chalicelib.domain.sessions import Session, Stage
from chalicelib.handlers.access_log import note_entry, note_refusal
from chalicelib.handlers.page import own_path, page
from chalicelib.handlers.page_response import SESSION, cookie, see_other
from chalicelib.handlers.problems import STATUS
from chalicelib.handlers.visit import Visit
from chalicelib.portal.qr import qr_svg
from chalicelib.usecases.enrol_second_factor import confirm_second_factor, enrol_second_factor
from chalicelib.usecases.finish_session import finish_session, renewed
from chalicelib.usecases.open_session import stage_of
from chalicelib.usecases.read_session import read_unfinished

pages_second_factor = Blueprint(__name__)
ENROLMENT = "/second-factor/enrolment"
GROUP = 4  # letters of the secret that are typed in one go


@page(pages_second_factor, "GET", "/second-factor", public=True)
def second_factor(visit: Visit) -> Response:
    onward = own_path(visit.parameter("next"))
    session, person = read_unfinished(visit.ports, visit.token)
    if session.stage is Stage.OPEN:
        return see_other(onward)
    if stage_of(visit.ports, person) is Stage.ENROLMENT:
        return see_other(f"{ENROLMENT}?next={onward}")
    return _form(visit, onward)


@page(pages_second_factor, "POST", "/second-factor", public=True)
def give_code(visit: Visit) -> Response:
    """Take the code. A session that is open already proves nothing by it: its identity gets no younger."""
    onward = own_path(visit.field("next"))
    session, person = read_unfinished(visit.ports, visit.token)
    if session.stage is Stage.OPEN:
        return see_other(onward)
    try:
        token, finished, _ = finish_session(visit.ports, session, person, visit.field("code"))
    except (CodeNotValid, TooManyAttempts) as error:
        note_refusal(error, visit.address, "/second-factor")
        return _form(visit, onward, error)
    note_entry(finished, visit.address)
    return see_other(onward, cookie(SESSION, token))


def _form(visit: Visit, onward: str, error: CodeNotValid | TooManyAttempts | None = None) -> Response:
    return visit.bare_page("second_factor", next=onward, **_mistake(error))


def _mistake(error: CodeNotValid | TooManyAttempts | None) -> dict[str, Any]:
    status = STATUS[type(error)] if error else HTTPStatus.OK
    return {"status": status, "mistake": error.sentence if error else ""}


@page(pages_second_factor, "GET", ENROLMENT, public=True)
def enrolment(visit: Visit) -> Response:
    session, person = _enrolling(visit)
    return _enrolment(visit, session, person, own_path(visit.parameter("next")))


@page(pages_second_factor, "POST", ENROLMENT, public=True)
def confirm_enrolment(visit: Visit) -> Response:
    """The first code puts it in place; a session that waited for this is open from now on."""
    session, person = _enrolling(visit)
    onward = own_path(visit.field("next"))
    try:
        codes = confirm_second_factor(visit.ports, person, session.token_hash, visit.field("code"))
    except (CodeNotValid, TooManyAttempts) as error:
        note_refusal(error, visit.address, ENROLMENT)
        return _enrolment(visit, session, person, onward, error)
    given: tuple[str, ...] = ()
    if session.stage is not Stage.OPEN:
        token, finished, _ = renewed(visit.ports, session, person)
        note_entry(finished, visit.address)
        given = (cookie(SESSION, token),)
    return visit.public_page("recovery_codes", codes=codes, next=onward, cookies=given)


def _enrolling(visit: Visit) -> tuple[Session, Person]:
    """Whoever may set one up: by a session that waits for it, or an open one, of a recent identity."""
    session, person = read_unfinished(visit.ports, visit.token)
    if session.stage is not Stage.OPEN and stage_of(visit.ports, person) is not Stage.ENROLMENT:
        raise SecondFactorNeeded
    admit(person, Action.SECURE_OWN_ACCOUNT, session, visit.ports.now())
    return session, person


def _enrolment(
    visit: Visit,
    session: Session,
    person: Person,
    onward: str,
    error: CodeNotValid | TooManyAttempts | None = None,
) -> Response:
    begun = enrol_second_factor(visit.ports, person, session.token_hash)
    starts = range(0, len(begun.secret), GROUP)
    return visit.public_page(
        "second_factor_enrolment",
        picture=qr_svg(begun.uri),
        secret=" ".join(begun.secret[start : start + GROUP] for start in starts),
        account=person.email,
        next=onward,
        **_mistake(error),
    )
