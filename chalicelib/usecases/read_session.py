from chalicelib.domain.errors import Forbidden, SessionMissing
from chalicelib.domain.people import Person, Role
from chalicelib.domain.sessions import Session
from chalicelib.usecases.open_session import digest
from chalicelib.usecases.ports import Ports


def read_session(ports: Ports, token: str) -> Session:
    """Find the live session of a token; expiry goes by our clock, the table's own deletion comes late."""
    session = ports.sessions.find(digest(token)) if token else None
    if session is None or session.expires_at <= ports.now():
        raise SessionMissing
    return session


def require_role(ports: Ports, session: Session, *roles: Role) -> Person:
    """Read the person again: a role taken away is gone at the next request."""
    person = ports.people.person(session.person_id)
    if not person.holds(*roles):
        raise Forbidden
    return person
