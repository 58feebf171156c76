from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from chalicelib.domain.errors import ConcurrentUpdate, NotFound, SecondFactorNeeded, SessionMissing
from chalicelib.domain.people import Person
from chalicelib.domain.sessions import Session, Stage, used
from chalicelib.usecases.sign_in.open_session import digest
from chalicelib.usecases.sign_in.ports import AccountSessionPorts, SignInPorts

if TYPE_CHECKING:
    from chalicelib.domain.account import Account

Read = TypeVar("Read")


def read_session(ports: SignInPorts, token: str) -> tuple[Session, Person]:
    """Return the live session of a token and its person; roles are read again with every request.

    Raise `SecondFactorNeeded` while it waits for one, `SessionMissing` if the token has no live session.
    """
    session, person = read_unfinished(ports, token)
    return _finished(session), person


def read_account(ports: AccountSessionPorts, token: str) -> "tuple[Session, Person, Account]":
    """Do the same for a request that shows the account of its person: one query reads both."""
    session = _found(ports, token)
    account = _known(lambda: ports.accounts.account(session.person_id))
    person = replace(account.person, addresses=())
    return _finished(_live(ports, session, person)), person, account


def read_unfinished(ports: SignInPorts, token: str) -> tuple[Session, Person]:
    """Do the same for the pages that ask for the second factor. Expiry goes by our own clock."""
    session = _found(ports, token)
    person = _known(lambda: ports.people.person(session.person_id))
    return _live(ports, session, person), person


def session_of(ports: SignInPorts, token: str) -> Session | None:
    """Return the session of a token, over or not; None once its row is gone."""
    return ports.sessions.find(digest(token)) if token else None


def _found(ports: SignInPorts, token: str) -> Session:
    session = session_of(ports, token)
    if session is None:
        raise SessionMissing
    return session


def _known(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except NotFound:
        raise SessionMissing from None


def _live(ports: SignInPorts, session: Session, person: Person) -> Session:
    """Return the session with its use noted; raise `SessionMissing` for one that has ended."""
    now = ports.now()
    if not session.is_live(person, now):
        raise SessionMissing
    if session.ticket_hash and ports.sessions.is_ended(session.ticket_hash):
        raise SessionMissing
    noted = used(session, now)
    if noted is not session:
        _note(ports, noted)
    return noted


def _finished(session: Session) -> Session:
    if session.stage is not Stage.OPEN:
        raise SecondFactorNeeded
    return session


def _note(ports: SignInPorts, session: Session) -> None:
    try:
        ports.sessions.note_use(session)
    except ConcurrentUpdate:
        raise SessionMissing from None  # the session ended since it was read
