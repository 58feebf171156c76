from collections.abc import Sequence

from chalicelib.domain.people import Person
from chalicelib.domain.sessions import Session, Stage
from chalicelib.usecases.sign_in.ports import SignInPorts


def list_sessions(ports: SignInPorts, person: Person) -> Sequence[Session]:
    """Return the person's live sessions, newest first."""
    now = ports.now()
    return [
        each
        for each in ports.sessions.of_person(person.id)
        if each.stage is Stage.OPEN and each.is_live(person, now) and not _is_ended(ports, each)
    ]


def _is_ended(ports: SignInPorts, session: Session) -> bool:
    return bool(session.ticket_hash) and ports.sessions.is_ended(session.ticket_hash)
