"""Interfaces of stored rows used by several nouns, implemented by storage and by the fakes of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from chalicelib.domain.account import Account
    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.changes import Changes
    from chalicelib.domain.corrections.credit_notes import CreditNoteSequence
    from chalicelib.domain.invoices import Invoice, StoredDocument
    from chalicelib.domain.invoices import Sequence as DocumentSequence
    from chalicelib.domain.limits import Limit
    from chalicelib.domain.outbox import OutboxEntry, SentMail
    from chalicelib.domain.payments import Attempt
    from chalicelib.domain.people import Address, Person
    from chalicelib.domain.privacy.erasure import PersonalFile, Redactions
    from chalicelib.domain.second_factor import SecondFactor
    from chalicelib.domain.sessions import Credentials, Session
    from chalicelib.domain.trail.audit import AuditEntry


class Store(Protocol):
    def commit(self, changes: Changes) -> None:
        """Write all rows in one transaction, or raise `ConcurrentUpdate` and write none.

        It is raised if another writer has changed a row since: written, ended or `unchanged`.
        """


class Outbox(Protocol):
    def add(self, entry: OutboxEntry) -> None:
        """Write an entry that belongs to no other change."""

    def pending(self, now: datetime, limit: int | None = None) -> Sequence[OutboxEntry]:
        """Return the entries to be queued by now, longest waiting first, at most `limit`; no cards."""

    def cards(self, now: datetime) -> Sequence[OutboxEntry]:
        """Return the entries by which the gateway is to forget a card by now, longest waiting first."""

    def given_up(self) -> Sequence[OutboxEntry]:
        """Return the given up entries, oldest first."""

    def find(self, entry_id: str) -> OutboxEntry | None:
        """Return the entry, None once it is delivered."""

    def delivered(self, entry_id: str, mail: SentMail | None = None) -> None:
        """End an entry, and keep the record of the mail that it was, in one transaction."""

    def sent_to(self, person_id: str) -> Sequence[SentMail]:
        """Return the records of the mails to a person, in any order."""


class People(Protocol):
    def credentials(self, email: str) -> Credentials | None: ...

    def person(self, person_id: str) -> Person:
        """Raise `NotFound`."""

    def with_second_factor(self, person_id: str) -> tuple[Person, SecondFactor | None]:
        """Return the person and their second factor, in one read; raise `NotFound`."""

    def persons(self, ids: Iterable[str]) -> Sequence[Person]:
        """Return the persons with these ids, in any order; unknown ones are left out."""

    def staff(self) -> Sequence[Person]:
        """Return everybody with a role of the staff, by name."""

    def to_review(self, today: date) -> Sequence[str]:
        """Return the ids of the persons due for review by this day, longest waiting first."""

    def save_address(self, person_id: str, address: Address) -> None:
        """Store `address` under its id; the same id again replaces it."""


class Sessions(Protocol):
    def open(self, session: Session) -> None: ...

    def find(self, token_hash: str) -> Session | None: ...

    def note_use(self, session: Session) -> None:
        """Write the time of the last use; a session that has ended meanwhile stays ended."""

    def close(self, token_hash: str) -> None: ...

    def of_person(self, person_id: str) -> Sequence[Session]:
        """Return the sessions stored under a person, newest first; ended ones may be among them."""

    def claim_ticket(self, ticket_hash: str, now: datetime) -> None:
        """Raise `ConcurrentUpdate` if the ticket has been used before."""

    def end_ticket(self, ticket_hash: str) -> None:
        """End the session that a ticket opened; an unused ticket changes nothing."""

    def is_ended(self, ticket_hash: str) -> bool: ...


class Limits(Protocol):
    """Counters of tries; `key` names what is counted and holds no mail address in clear."""

    def take(self, limit: Limit, key: str, now: datetime) -> int:
        """Count one more try in the window of `now`; return the count, this one included."""

    def give_back(self, limit: Limit, key: str, now: datetime, tries: int = 1) -> bool:
        """Take tries back after a success; return False, and take none, if fewer are counted now."""

    def clear(self, limit: Limit, key: str, now: datetime) -> None: ...

    def take_within(self, inner: Limit, key: str, outer: Limit, outer_key: str, now: datetime) -> int | Limit:
        """Count one more try under two limits at once; return the count of `inner`, this one included.

        If one of them is used up, count it under neither and return that limit. A window of `outer` holds
        whole windows of `inner`.
        """

    def give_back_within(
        self, inner: Limit, key: str, outer: Limit, outer_key: str, now: datetime, tries: int
    ) -> bool:
        """Take `tries` back from `inner` and one from `outer`; return False, and take none, if fewer are."""

    def clear_within(self, inner: Limit, key: str, outer: Limit, outer_key: str, now: datetime) -> None: ...

    def remember(self, account: str, place: str, until: datetime) -> None:
        """Remember until `until` that this account was entered from this network or browser."""

    def known(self, account: str, places: Sequence[str], now: datetime) -> Mapping[str, datetime]:
        """Return the places from which the account was entered, in their order, each with its last moment."""

    def credentials_and_known(
        self, email: str, account: str, places: Sequence[str], now: datetime
    ) -> tuple[Credentials | None, Mapping[str, datetime]]:
        """Do the same, and return the credentials of the mail address, in one read."""


class SecondFactors(Protocol):
    def find(self, person_id: str) -> SecondFactor | None: ...


class Accounts(Protocol):
    def account(self, person_id: str) -> Account:
        """Return a student's whole account in one consistent read; raise `NotFound` for an unknown person."""

    def open_attempts(self, opened_before: datetime) -> Sequence[Attempt]:
        """Return the attempts the gateway must still be asked about, oldest first."""

    def sequence(self, campaign: Campaign) -> DocumentSequence: ...

    def keep_document(self, person_id: str, invoice_number: int, document: StoredDocument) -> None:
        """Store the PDF of an invoice in the account; the first one stored stays."""

    def credit_note_sequence(self, campaign: Campaign) -> CreditNoteSequence: ...

    def invoices(self, number: int) -> Sequence[Invoice]:
        """Return the invoices with a number, one a series; not those written before they were queued."""

    def keep_credit_document(self, person_id: str, number: int, document: StoredDocument) -> None:
        """Store the PDF of a credit note in the account; the first one stored stays."""


class Questions(Protocol):
    def next_question(self) -> int:
        """Return a question number never returned before, 1 … 2 147 483 647."""

    def skip(self, numbers: int) -> None:
        """Leave out the next `numbers`."""


class PersonalRecords(Protocol):
    """All rows about one person, in every partition."""

    def held(self, person_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return every row by its kind, as its facts are stored, secret fields included.

        Raise `NotFound` for an unknown person.
        """

    def file(self, person_id: str) -> PersonalFile:
        """Return the rows that hold personal data; raise `NotFound` for an unknown person."""

    def end_entries(self, person_id: str, now: datetime) -> None:
        """Remove the other means of access: identities, second factor, links, sessions."""

    def redact(self, person_id: str, redactions: Redactions, audit: AuditEntry | None = None) -> None:
        """Write the next version of each row; raise `ConcurrentUpdate` if one of them has changed.

        Many rows take several transactions; the audit entry is in the first. A repetition after a crash
        redacts only the rest.
        """
