import hashlib

from chalicelib.domain.errors import CodeNotValid, InvalidCredentials, SecondFactorMissing
from chalicelib.domain.passwords import normalised
from chalicelib.domain.people import Person
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Method, Session, Stage, new_session
from chalicelib.usecases.limits.limit_tries import limit_tries, succeeded
from chalicelib.usecases.sign_in.check_code import check_code
from chalicelib.usecases.sign_in.ports import SignInPorts

Opened = tuple[str, Session, Person]
"""The token (shown once, stored only as a digest), its session and its person."""


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(ports: SignInPorts, email: str, password: str, code: str | None, address: str) -> Opened:
    """Open a session for a program, with password and code in one request."""
    person, factor = prove_password(ports, email, password, address)
    stage = stage_of(ports, person, factor)
    if stage is Stage.ENROLMENT:
        raise SecondFactorMissing
    if stage is Stage.SECOND_FACTOR:
        _prove_code(ports, person, factor, code)
    return create_session(ports, person, Method.PASSWORD, Stage.OPEN)


def begin_session(ports: SignInPorts, email: str, password: str, address: str, device: str = "") -> Opened:
    """Open a session for a browser, which may still wait for its second factor; `device` is its cookie."""
    person, factor = prove_password(ports, email, password, address, device)
    return create_session(ports, person, Method.PASSWORD, stage_of(ports, person, factor))


def prove_password(
    ports: SignInPorts, email: str, password: str, address: str, device: str = ""
) -> tuple[Person, SecondFactor | None]:
    """Return the person and their second factor.

    Raise `InvalidCredentials`, at equal cost, for an unknown address and a wrong password.
    """
    wanted = email.strip().lower()
    tried = limit_tries(ports, wanted, address, device)
    credentials = tried.credentials
    known_hash = credentials.password_hash if credentials else None
    if not ports.passwords.matches(normalised(password), known_hash) or credentials is None:
        raise InvalidCredentials
    person, factor = ports.people.with_second_factor(credentials.person_id)
    if not person.is_active:
        raise InvalidCredentials
    succeeded(ports, tried)
    return person, factor


def _prove_code(ports: SignInPorts, person: Person, factor: SecondFactor | None, code: str | None) -> None:
    try:
        check_code(ports, person, factor, code or "")
    except CodeNotValid:
        raise InvalidCredentials from None


def stage_of(ports: SignInPorts, person: Person, factor: SecondFactor | None) -> Stage:
    """Return the step still missing after the password or the identity provider was accepted."""
    if factor and factor.is_confirmed:
        return Stage.SECOND_FACTOR
    return Stage.ENROLMENT if must_have_factor(ports, person) else Stage.OPEN


def must_have_factor(ports: SignInPorts, person: Person) -> bool:
    """Return True if the person cannot log in without a second factor at this school."""
    return person.is_staff and ports.requires_second_factor


def create_session(
    ports: SignInPorts,
    person: Person,
    method: Method,
    stage: Stage,
    *,
    is_proved: bool = True,
    ticket_hash: str = "",
) -> Opened:
    token = ports.new_token()
    session = new_session(
        digest(token),
        person,
        ports.now(),
        method=method,
        stage=stage,
        is_proved=is_proved,
        ticket_hash=ticket_hash,
    )
    ports.sessions.open(session)
    return token, session, person
