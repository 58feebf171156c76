from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pynamodb.transactions import TransactWrite

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.links import PasswordLink
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.people import Address, Person
from chalicelib.domain.sessions import Credentials
from chalicelib.storage.audit import entry_row
from chalicelib.storage.links import spend_link
from chalicelib.storage.outbox import outbox_row
from chalicelib.storage.table import Row, Table, load

STAFF = "STAFF"
REVIEWS = "REVIEWS"


def person_key(person_id: str) -> str:
    return f"PERSON#{person_id}"


def write_profile(table: Table, write: TransactWrite, person: Person) -> None:
    """The next version, over the one before it."""
    write.save(_profile_row(table, person), condition=table.at_version(person.version - 1))


def _profile_row(table: Table, person: Person) -> Row:
    queue_pk, queue_sk = _queue(person)
    return table.new(
        person_key(person.id),
        "PROFILE",
        replace(person, addresses=()),
        version=person.version,
        queue_pk=queue_pk,
        queue_sk=queue_sk,
    )


def _queue(person: Person) -> tuple[str | None, str | None]:
    """Staff stand by name; who is not staff, by the day on which retention looks at them again."""
    if person.is_staff:
        return STAFF, f"{person.last_name} {person.first_name}#{person.id}".casefold()
    if person.review_on:
        return REVIEWS, f"{person.review_on}#{person.id}"
    return None, None


def _credentials_row(table: Table, email: str, credentials: Credentials) -> Row:
    return table.new(f"EMAIL#{email}", "CREDENTIALS", credentials, version=credentials.version)


class DynamoPeople:
    """Profiles and addresses live in their person's partition, credentials under the e-mail address."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def credentials(self, email: str) -> Credentials | None:
        row = self._table.get(f"EMAIL#{email}", "CREDENTIALS")
        return load(Credentials, row) if row else None

    def person(self, person_id: str) -> Person:
        row = self._table.get(person_key(person_id), "PROFILE")
        if row is None:
            raise NotFound
        return load(Person, row)

    def staff(self) -> Sequence[Person]:
        return tuple(self._table.readable(Person, self._table.queue(STAFF)))

    def to_review(self, today: date) -> Sequence[str]:
        """Return the ids of whom retention must look at by this day, those who wait longest first."""
        waiting = self._table.places(REVIEWS, f"{today + timedelta(days=1)}")
        return tuple(place.partition("#")[2] for place in waiting)

    def save(self, person: Person, audit: AuditEntry) -> None:
        with self._table.transaction() as write:
            write_profile(self._table, write, person)
            write.save(entry_row(self._table, audit), condition=self._table.absent)

    def save_address(self, person_id: str, address: Address) -> None:
        self._table.put(self._table.new(person_key(person_id), f"ADDRESS#{address.id}", address))

    def set_password(
        self,
        credentials: Credentials,
        person: Person,
        audit: AuditEntry,
        notice: OutboxEntry,
        link: PasswordLink | None = None,
    ) -> None:
        table = self._table
        login = _credentials_row(table, person.email, credentials)
        with table.transaction() as write:
            write.save(login, condition=table.at_version(credentials.version - 1))
            write_profile(table, write, person)
            write.save(entry_row(table, audit), condition=table.absent)
            write.save(outbox_row(table, notice), condition=table.absent)
            if link:
                spend_link(table, write, link)

    def enrol(self, person: Person, credentials: Credentials) -> None:
        """Write a person and the credentials together; used by imports and by the demo's seed."""
        with self._table.transaction() as write:
            write.save(_profile_row(self._table, person), condition=self._table.absent)
            write.save(_credentials_row(self._table, person.email, credentials), condition=self._table.absent)
