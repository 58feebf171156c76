"""What the use cases need to know who somebody is; the rest is in `ports.py`. The same rules hold."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.identities import Identity
from chalicelib.domain.limits import Limit
from chalicelib.domain.links import PasswordLink
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.people import Address, Person
from chalicelib.domain.role_changes import RoleChange
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Credentials, Session


class People(Protocol):
    def credentials(self, email: str) -> Credentials | None: ...

    def person(self, person_id: str) -> Person:
        """Raise `NotFound`."""

    def staff(self) -> Sequence[Person]:
        """Return everybody who holds a role of the staff, by name."""

    def to_review(self, today: date) -> Sequence[str]:
        """Return the ids of whom retention must look at by this day, those who wait longest first."""

    def save(self, person: Person, audit: AuditEntry) -> None:
        """Write the next version; `Superseded` unless the stored one is `person.version - 1`."""

    def save_address(self, person_id: str, address: Address) -> None:
        """Keep `address` under its id; the same id again replaces it."""

    def set_password(
        self,
        credentials: Credentials,
        person: Person,
        audit: AuditEntry,
        notice: OutboxEntry,
        link: PasswordLink | None = None,
    ) -> None:
        """Write the next versions of both in one transaction that also spends the link."""


class Links(Protocol):
    def keep(self, link: PasswordLink) -> None: ...

    def find(self, token_hash: str) -> PasswordLink | None: ...


class Sessions(Protocol):
    def open(self, session: Session) -> None: ...

    def find(self, token_hash: str) -> Session | None: ...

    def note_use(self, session: Session) -> None:
        """Write when it was used; one that has ended meanwhile stays ended."""

    def close(self, token_hash: str) -> None: ...

    def of_person(self, person_id: str) -> Sequence[Session]:
        """Return what is kept under a person, newest first; ended ones may still be there."""

    def claim_ticket(self, ticket_hash: str, now: datetime) -> None:
        """`Superseded` when somebody has brought this ticket before."""

    def end_ticket(self, ticket_hash: str) -> None:
        """End what a ticket opened; one that nobody brought changes nothing."""

    def is_ended(self, ticket_hash: str) -> bool: ...


class Limits(Protocol):
    """Counters of tries; `key` names what is counted, and holds no mail address in clear."""

    def take(self, limit: Limit, key: str, now: datetime) -> int:
        """Count one more try in the window of `now` and return how many there are, this one included."""

    def give_back(self, limit: Limit, key: str, now: datetime) -> None:
        """Take one try back: it succeeded."""

    def clear(self, limit: Limit, key: str, now: datetime) -> None: ...

    def remember(self, account: str, network: str, until: datetime) -> None:
        """Know that this account was entered from this network."""

    def is_known(self, account: str, network: str, now: datetime) -> bool: ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Spend the same time when there is no hash to compare with."""

    def is_common(self, password: str) -> bool: ...


class SecondFactors(Protocol):
    def find(self, person_id: str) -> SecondFactor | None: ...

    def save(
        self, factor: SecondFactor, audit: AuditEntry | None = None, notice: OutboxEntry | None = None
    ) -> None:
        """Write the next version; `Superseded` when the stored one has changed."""

    def remove(self, factor: SecondFactor, audit: AuditEntry, notice: OutboxEntry) -> None:
        """Forget it; `Superseded` unless the stored one is this very version."""


class Totp(Protocol):
    """Time-based codes, RFC 6238: six digits, 30 seconds, one step of tolerance."""

    def new_secret(self) -> str: ...

    def uri(self, secret: str, account_name: str, issuer: str) -> str: ...

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the time step that `code` is right for."""

    def new_recovery_codes(self) -> tuple[str, ...]: ...

    def recovery_digest(self, code: str) -> str: ...


class Sealer(Protocol):
    """Encrypts what must be read again; `context` names what it belongs to and must be the same to open."""

    def seal(self, text: str, context: str) -> str: ...

    def open(self, sealed: str, context: str) -> str: ...


class Identities(Protocol):
    def find(self, provider: str, subject: str) -> Identity | None: ...

    def link(self, identity: Identity, audit: AuditEntry, notice: OutboxEntry) -> None:
        """`Superseded` when the subject is linked already."""

    def unlink(self, identity: Identity, audit: AuditEntry) -> None: ...

    def of_person(self, person_id: str) -> Sequence[Identity]: ...


class IdentityProvider(Protocol):
    """A CAS 3.0 server."""

    @property
    def name(self) -> str: ...

    def login_address(self, *, renew: bool) -> str: ...

    def subject(self, ticket: str, *, renew: bool) -> str | None:
        """Ask once whom a ticket stands for; None for whatever is not one clear success.

        Raise `IdentityProviderUnavailable` where it cannot be reached.
        """

    def ended_ticket(self, logout_request: str) -> str | None: ...


class RoleChanges(Protocol):
    def get(self, change_id: str) -> RoleChange:
        """Raise `NotFound`."""

    def save(self, change: RoleChange, audit: AuditEntry, person: Person | None = None) -> None:
        """Write the next version, and the person's where it is applied, in one transaction."""

    def waiting(self) -> Sequence[RoleChange]:
        """Return those that wait for a second person, oldest first."""
