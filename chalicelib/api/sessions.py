"""Login, second factor and logout; the school's CAS server has a file of its own."""

from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.outbox import Topic
from chalicelib.usecases.passwords import request_link as links
from chalicelib.usecases.passwords import set_password as passwords
from chalicelib.usecases.second_factors import enrol_second_factor as second_factor
from chalicelib.usecases.sign_in.close_session import close_every_session, close_session
from chalicelib.usecases.sign_in.list_sessions import list_sessions
from chalicelib.usecases.sign_in.open_session import open_session
from chalicelib.web.access_log import note_entry
from chalicelib.web.schemas import identity
from chalicelib.web.schemas.models import PersonBrief

auth = Blueprint(__name__)


@endpoint(
    auth,
    "POST",
    "/auth/first-connection",
    status=HTTPStatus.ACCEPTED,
    body=identity.LinkRequest,
    public=True,
)
def ask_for_a_first_password(call: Call) -> None:
    links.request_link(call.ports, call.body.email, Topic.FIRST_CONNECTION, call.address)


@endpoint(
    auth, "POST", "/auth/password-reset", status=HTTPStatus.ACCEPTED, body=identity.LinkRequest, public=True
)
def ask_for_another_password(call: Call) -> None:
    links.request_link(call.ports, call.body.email, Topic.PASSWORD_RESET, call.address)


@endpoint(
    auth,
    "POST",
    "/auth/password",
    status=HTTPStatus.NO_CONTENT,
    body=identity.NewPassword,
    errors=[errors.LinkNotValid, errors.PasswordTooWeak],
    public=True,
)
def set_password(call: Call) -> None:
    asked: identity.NewPassword = call.body
    passwords.set_password(
        call.ports, asked.token, asked.password, call.address, ends_sessions=asked.end_sessions
    )


@endpoint(
    auth,
    "PUT",
    "/auth/password",
    status=HTTPStatus.NO_CONTENT,
    body=identity.PasswordChange,
    errors=[
        errors.InvalidCredentials,
        errors.TooManyAttempts,
        errors.PasswordTooWeak,
        errors.LinkNotValid,
        errors.ConcurrentUpdate,
    ],
)
def change_password(call: Call) -> None:
    asked: identity.PasswordChange = call.body
    passwords.change_password(call.ports, call.person, asked.current_password, asked.password, call.address)


@endpoint(
    auth,
    "POST",
    "/auth/sessions",
    status=HTTPStatus.CREATED,
    body=identity.NewSession,
    answer=identity.SessionOpened,
    errors=[
        errors.InvalidCredentials,
        errors.TooManyAttempts,
        errors.SecondFactorMissing,
        errors.SecondFactorUnavailable,
    ],
    public=True,
)
def log_in(call: Call) -> identity.SessionOpened:
    token, session, person = open_session(
        call.ports, call.body.email, call.body.password, call.body.otp, call.address
    )
    note_entry(session, call.address)
    return identity.SessionOpened(
        token=token,
        expires_at=session.expires_at,
        person=PersonBrief.model_validate(person, from_attributes=True),
        roles=sorted(person.roles),
    )


@endpoint(auth, "GET", "/auth/sessions", answer=identity.SessionList)
def list_my_sessions(call: Call) -> identity.SessionList:
    return identity.SessionList(
        items=[
            identity.SessionView(
                opened_at=each.opened_at,
                used_at=each.used_at,
                expires_at=each.expires_at,
                method=each.method,
                is_current=each.token_hash == call.session.token_hash,
            )
            for each in list_sessions(call.ports, call.person)
        ]
    )


@endpoint(
    auth,
    "DELETE",
    "/auth/sessions",
    status=HTTPStatus.NO_CONTENT,
    errors=[errors.ConcurrentUpdate],
    action=Action.END_OWN_SESSIONS,
)
def log_out_everywhere(call: Call) -> None:
    close_every_session(call.ports, call.person)


@endpoint(
    auth,
    "DELETE",
    "/auth/sessions/current",
    status=HTTPStatus.NO_CONTENT,
    action=Action.END_OWN_SESSIONS,
)
def log_out(call: Call) -> None:
    close_session(call.ports, call.token)


@endpoint(
    auth,
    "POST",
    "/auth/second-factor",
    answer=identity.SecondFactorSecret,
    errors=[decisions.SecondFactorInPlace, errors.SecondFactorUnavailable, errors.ConcurrentUpdate],
    action=Action.SECURE_OWN_ACCOUNT,
)
def enrol_second_factor(call: Call) -> identity.SecondFactorSecret:
    enrolment = second_factor.enrol_second_factor(call.ports, call.person, call.session.token_hash)
    return identity.SecondFactorSecret(secret=enrolment.secret, uri=enrolment.uri)


@endpoint(
    auth,
    "POST",
    "/auth/second-factor/confirmation",
    body=identity.SecondFactorCode,
    answer=identity.RecoveryCodes,
    errors=[
        errors.CodeNotValid,
        errors.TooManyAttempts,
        errors.SecondFactorUnavailable,
        decisions.SecondFactorNotBegun,
        errors.ConcurrentUpdate,
    ],
    action=Action.SECURE_OWN_ACCOUNT,
)
def confirm_second_factor(call: Call) -> identity.RecoveryCodes:
    codes = second_factor.confirm_second_factor(
        call.ports, call.person, call.session.token_hash, call.body.otp
    )
    return identity.RecoveryCodes(recovery_codes=codes)


@endpoint(
    auth,
    "DELETE",
    "/auth/second-factor",
    status=HTTPStatus.NO_CONTENT,
    errors=[decisions.SecondFactorRequired, decisions.SecondFactorAbsent, errors.ConcurrentUpdate],
    action=Action.SECURE_OWN_ACCOUNT,
)
def remove_my_second_factor(call: Call) -> None:
    second_factor.remove_own_second_factor(call.ports, call.person)
