import hashlib

from chalicelib.domain.errors import InvalidCredentials
from chalicelib.domain.people import Person
from chalicelib.domain.sessions import LIFETIME, Session
from chalicelib.usecases.ports import Ports


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(ports: Ports, email: str, password: str) -> tuple[str, Session, Person]:
    """Return the token (shown once, kept only as a digest), the session and its person.

    An unknown address costs as much time as a wrong password and is refused in the same words.
    """
    credentials = ports.people.credentials(email.strip().lower())
    known_hash = credentials.password_hash if credentials else None
    if not ports.passwords.matches(password, known_hash) or credentials is None:
        raise InvalidCredentials
    token = ports.new_token()
    session = Session(digest(token), credentials.person_id, ports.now() + LIFETIME)
    ports.sessions.open(session)
    return token, session, ports.people.person(credentials.person_id)
