"""Stored rows that several nouns read and write. Storage implements these; the fakes of the tests do too."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.erasure import PersonalFile, Redactions
from chalicelib.domain.invoices import Sequence as DocumentSequence
from chalicelib.domain.invoices import StoredDocument
from chalicelib.domain.limits import Limit
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Attempt
from chalicelib.domain.people import Address, Person
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Credentials, Session


class Store(Protocol):
    def commit(self, changes: Changes) -> None:
        """Write all of it in one transaction, or raise `ConcurrentUpdate` and write none of it.

        A row that another writer has changed since, be it written, ended or `unchanged`, is the reason.
        """


class Outbox(Protocol):
    def add(self, entry: OutboxEntry) -> None:
        """Write one that announces no change."""

    def pending(self, now: datetime, limit: int | None = None) -> Sequence[OutboxEntry]:
        """Return what is to be queued by now, those that wait longest first, `limit` of them at most."""

    def given_up(self) -> Sequence[OutboxEntry]:
        """Return what nobody tries any more, oldest first."""

    def find(self, entry_id: str) -> OutboxEntry | None:
        """Return None once it is delivered."""

    def delivered(self, entry_id: str) -> None: ...


class People(Protocol):
    def credentials(self, email: str) -> Credentials | None: ...

    def person(self, person_id: str) -> Person:
        """Raise `NotFound`."""

    def staff(self) -> Sequence[Person]:
        """Return everybody who holds a role of the staff, by name."""

    def to_review(self, today: date) -> Sequence[str]:
        """Return the ids of whom retention must look at by this day, those who wait longest first."""

    def save_address(self, person_id: str, address: Address) -> None:
        """Keep `address` under its id; the same id again replaces it."""


class Sessions(Protocol):
    def open(self, session: Session) -> None: ...

    def find(self, token_hash: str) -> Session | None: ...

    def note_use(self, session: Session) -> None:
        """Write when it was used; one that has ended meanwhile stays ended."""

    def close(self, token_hash: str) -> None: ...

    def of_person(self, person_id: str) -> Sequence[Session]:
        """Return what is kept under a person, newest first; ended ones may still be there."""

    def claim_ticket(self, ticket_hash: str, now: datetime) -> None:
        """`ConcurrentUpdate` when somebody has brought this ticket before."""

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


class SecondFactors(Protocol):
    def find(self, person_id: str) -> SecondFactor | None: ...


class Accounts(Protocol):
    def account(self, person_id: str) -> Account:
        """One consistent read of all that a student has; `NotFound` for an unknown person."""

    def open_attempts(self, opened_before: datetime) -> Sequence[Attempt]:
        """Return the attempts that the gateway must still be asked about, oldest first."""

    def sequence(self, campaign: Campaign) -> DocumentSequence: ...

    def keep_document(self, person_id: str, invoice_number: int, document: StoredDocument) -> None:
        """Remember the PDF of an invoice; the first one kept stays."""


class Questions(Protocol):
    def next_question(self) -> int:
        """Draw a number never drawn before, 1 … 2 147 483 647."""


class PersonalRecords(Protocol):
    """Everything about one person, in whichever partition it lies."""

    def held(self, person_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return every row by its kind, as its facts are stored: what must stay secret is still in it.

        Raise `NotFound`.
        """

    def file(self, person_id: str) -> PersonalFile:
        """Return the rows that have something personal to lose; `NotFound` for an unknown person."""

    def end_entries(self, person_id: str, now: datetime) -> None:
        """Remove what else lets a person in: identities, second factor, links, sessions."""

    def redact(self, person_id: str, redactions: Redactions, audit: AuditEntry | None = None) -> None:
        """Write the next version of each row; `ConcurrentUpdate` when one of them has changed.

        Many rows take several transactions, the entry goes with the first. Whoever repeats it after a crash
        finds less to do.
        """
