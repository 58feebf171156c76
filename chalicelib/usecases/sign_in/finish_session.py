from chalicelib.domain.people import Person
from chalicelib.domain.sessions import NEVER, Session, Stage
from chalicelib.usecases.sign_in.check_code import check_code
from chalicelib.usecases.sign_in.open_session import Opened, create_session
from chalicelib.usecases.sign_in.ports import SignInPorts


def finish_session(ports: SignInPorts, session: Session, person: Person, code: str) -> Opened:
    """Check the second factor of a session that waits for it; the session goes on under a new token."""
    check_code(ports, person, ports.second_factors.find(person.id), code)
    return rotate_token(ports, session, person)


def rotate_token(ports: SignInPorts, session: Session, person: Person) -> Opened:
    """Return the same session, open, under a new token; the old token is invalid."""
    renewal = create_session(
        ports,
        person,
        session.method,
        Stage.OPEN,
        is_proved=session.authenticated_at != NEVER,
        ticket_hash=session.ticket_hash,
    )
    ports.sessions.close(session.token_hash)
    return renewal
