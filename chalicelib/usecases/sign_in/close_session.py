from dataclasses import replace

from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person, signed_out
from chalicelib.domain.sessions import Session
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.sign_in.open_session import digest
from chalicelib.usecases.sign_in.ports import SignInPorts


def close_session(ports: SignInPorts, token: str) -> None:
    ports.sessions.close(digest(token))


def close_every_session(ports: SignInPorts, person: Person) -> Person:
    """End all of a person's sessions, this one too."""
    ended = signed_out(person)
    ports.store.commit(
        Changes((ended,), audit=audited(ports, person.id, Act.SESSIONS_ENDED, person.id, person.id))
    )
    return ended


def close_other_sessions(ports: SignInPorts, session: Session, person: Person) -> str:
    """End all of a person's other sessions; this one keeps its age and goes on under the returned token."""
    ended = close_every_session(ports, person)
    token = ports.new_token()
    ports.sessions.open(replace(session, token_hash=digest(token), generation=ended.session_generation))
    ports.sessions.close(session.token_hash)
    return token


def end_ticket(ports: SignInPorts, logout_request: str) -> None:
    """End the sessions opened by the ticket of a CAS single logout, and no other."""
    provider = ports.identity_provider
    ticket = provider.ended_ticket(logout_request) if provider else None
    if ticket:
        ports.sessions.end_ticket(digest(ticket))
