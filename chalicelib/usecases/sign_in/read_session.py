from chalicelib.domain.errors import ConcurrentUpdate, NotFound, SecondFactorNeeded, SessionMissing
from chalicelib.domain.people import Person
from chalicelib.domain.sessions import Session, Stage, used
from chalicelib.usecases.sign_in.open_session import digest
from chalicelib.usecases.sign_in.ports import SignInPorts


def read_session(ports: SignInPorts, token: str) -> tuple[Session, Person]:
    """Return the live session of a token and its person; roles are read again with every request.

    Raise `SecondFactorNeeded` while it waits for one, `SessionMissing` if the token has no live session.
    """
    session, person = read_unfinished(ports, token)
    if session.stage is not Stage.OPEN:
        raise SecondFactorNeeded
    return session, person


def read_unfinished(ports: SignInPorts, token: str) -> tuple[Session, Person]:
    """Do the same for the pages that ask for the second factor. Expiry goes by our own clock."""
    session = ports.sessions.find(digest(token)) if token else None
    if session is None:
        raise SessionMissing
    person = _whose(ports, session)
    now = ports.now()
    if not session.is_live(person, now):
        raise SessionMissing
    if session.ticket_hash and ports.sessions.is_ended(session.ticket_hash):
        raise SessionMissing
    noted = used(session, now)
    if noted is not session:
        _note(ports, noted)
    return noted, person


def _whose(ports: SignInPorts, session: Session) -> Person:
    try:
        return ports.people.person(session.person_id)
    except NotFound:
        raise SessionMissing from None


def _note(ports: SignInPorts, session: Session) -> None:
    try:
        ports.sessions.note_use(session)
    except ConcurrentUpdate:
        raise SessionMissing from None  # the session ended since it was read
