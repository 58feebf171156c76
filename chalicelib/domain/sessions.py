"""A person's session: opened by a proof of identity, found again by the digest of its token.

The limits are those of NIST SP 800-63B, AAL2: one hour without use, eight hours in all.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.people import Person
from chalicelib.domain.secrecy import SECRET

LIFETIME = timedelta(hours=8)
IDLE_LIFETIME = timedelta(hours=1)
UNFINISHED_LIFETIME = timedelta(minutes=10)
"""The time for which a session waits for its second factor."""
RECENT = timedelta(minutes=15)
"""The maximum age of a proof of identity for high-value acts."""
NOTED_EVERY = timedelta(minutes=5)
"""The interval of writes of the last use: a write for each request would cost too much."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Method(StrEnum):
    PASSWORD = "password"
    CAS = "cas"


class Stage(StrEnum):
    OPEN = "open"
    SECOND_FACTOR = "second_factor"  # waits for a code
    ENROLMENT = "enrolment"  # waits until a second factor is set up


@dataclass(frozen=True)
class Session:
    """A session; `token_hash` is the SHA-256 of the opaque token in hex, the token itself is never stored.

    `authenticated_at` is when the identity was proved for this session, NEVER after a single sign-on.
    `ticket_hash` is the digest of the CAS ticket; the end of the ticket ends the session.
    """

    token_hash: str = field(repr=False, metadata=SECRET)
    person_id: str
    expires_at: datetime
    opened_at: datetime = NEVER
    used_at: datetime = NEVER
    authenticated_at: datetime = NEVER
    generation: int = 0
    method: Method = Method.PASSWORD
    stage: Stage = Stage.OPEN
    ticket_hash: str = field(default="", repr=False, metadata=SECRET)

    def is_live(self, person: Person, now: datetime) -> bool:
        is_in_time = now < self.expires_at and now - self.used_at < IDLE_LIFETIME
        return is_in_time and person.is_active and self.generation == person.session_generation

    def is_recent(self, now: datetime) -> bool:
        return now - self.authenticated_at < RECENT


@dataclass(frozen=True)
class Credentials:
    """The password data of a login by mail address; without a password that login is impossible."""

    person_id: str
    password_hash: str | None = field(repr=False, metadata=SECRET)
    version: int = 1


@dataclass(frozen=True)
class Login:
    """Credentials with the mail address they are stored under."""

    email: str
    credentials: Credentials


def new_session(
    token_hash: str,
    person: Person,
    now: datetime,
    *,
    method: Method,
    stage: Stage,
    is_proved: bool = True,
    ticket_hash: str = "",
) -> Session:
    return Session(
        token_hash=token_hash,
        person_id=person.id,
        expires_at=now + (LIFETIME if stage is Stage.OPEN else UNFINISHED_LIFETIME),
        opened_at=now,
        used_at=now,
        authenticated_at=now if is_proved else NEVER,
        generation=person.session_generation,
        method=method,
        stage=stage,
        ticket_hash=ticket_hash,
    )


def used(session: Session, now: datetime) -> Session:
    """Return the session as used now; the same one if the change is too small to be worth a write."""
    return session if now - session.used_at < NOTED_EVERY else replace(session, used_at=now)
