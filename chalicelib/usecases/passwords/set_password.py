from dataclasses import replace

from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import ConcurrentUpdate, LinkNotValid
from chalicelib.domain.links import PasswordLink
from chalicelib.domain.outbox import Topic
from chalicelib.domain.passwords import check_password, normalised
from chalicelib.domain.people import Person, signed_out
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited, notice
from chalicelib.usecases.limits.limit_tries import reset_limits
from chalicelib.usecases.passwords.ports import PasswordPorts
from chalicelib.usecases.sign_in.open_session import digest, prove_password

RACES = 3


def set_password(
    ports: PasswordPorts, token: str, password: str, address: str, *, ends_sessions: bool = True
) -> Person:
    """Set a password by a mailed link, once even under concurrent tries; return the person."""
    link, credentials, person = read_link(ports, token)
    hashed = _hashed(ports, person, password)
    for _ in range(RACES):
        try:
            _write(ports, credentials, person, hashed, link, ends_sessions=ends_sessions)
        except ConcurrentUpdate:
            link, credentials, person = read_link(ports, token)  # still valid: only the profile has changed
        else:
            reset_limits(ports, link.email, address, person.id)
            return person
    raise LinkNotValid


def read_link(ports: PasswordPorts, token: str) -> tuple[PasswordLink, Credentials, Person]:
    """Return the link of a token, its credentials and its person, or raise `LinkNotValid`.

    The link stays valid.
    """
    link = ports.links.find(digest(token))
    credentials = ports.people.credentials(link.email) if link else None
    if link is None or credentials is None or ports.now() >= link.expires_at:
        raise LinkNotValid
    person = ports.people.person(link.person_id)
    if credentials.version != link.credentials_version or not person.is_active:
        raise LinkNotValid
    return link, credentials, person


def change_password(
    ports: PasswordPorts, person: Person, current: str, password: str, address: str
) -> Person:
    """Replace the password after checking the current one; every session ends."""
    prove_password(ports, person.email, current, address)
    hashed = _hashed(ports, person, password)
    credentials = ports.people.credentials(person.email)
    if credentials is None:
        raise LinkNotValid
    return _write(ports, credentials, person, hashed, None, ends_sessions=True)


def _hashed(ports: PasswordPorts, person: Person, password: str) -> str:
    own_words = (
        person.email.partition("@")[0],
        person.first_name,
        person.last_name,
        ports.campaigns.current().school.name,
    )
    check_password(password, ports.passwords.is_common, own_words)
    return ports.passwords.hash(normalised(password))


def _write(
    ports: PasswordPorts,
    credentials: Credentials,
    person: Person,
    password_hash: str,
    link: PasswordLink | None,
    *,
    ends_sessions: bool,
) -> Person:
    following = signed_out(person) if ends_sessions else replace(person, version=person.version + 1)
    renewed = replace(credentials, password_hash=password_hash, version=credentials.version + 1)
    changes = Changes(
        (Login(person.email, renewed), following),
        audited(ports, person.id, Act.PASSWORD_SET, person.id, person.id),
        (notice(ports, Topic.PASSWORD_SET, person),),
        ended=existing(link),
    )
    ports.store.commit(changes)
    return following
