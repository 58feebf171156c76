from dataclasses import replace

from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Address, Person
from chalicelib.domain.sessions import Credentials, Session
from chalicelib.storage.table import Table, load


def person_key(person_id: str) -> str:
    return f"PERSON#{person_id}"


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

    def save_address(self, person_id: str, address: Address) -> None:
        self._table.put(self._table.new(person_key(person_id), f"ADDRESS#{address.id}", address))

    def enrol(self, person: Person, credentials: Credentials) -> None:
        """Write a person and the credentials together; used by imports and by the demo's seed."""
        profile = self._table.new(person_key(person.id), "PROFILE", replace(person, addresses=()))
        login = self._table.new(f"EMAIL#{person.email}", "CREDENTIALS", credentials)
        with self._table.transaction() as write:
            write.save(profile, condition=self._table.absent)
            write.save(login, condition=self._table.absent)


class DynamoSessions:
    def __init__(self, table: Table) -> None:
        self._table = table

    def open(self, session: Session) -> None:
        purge_at = int(session.expires_at.timestamp())
        self._table.put(
            self._table.new(f"SESSION#{session.token_hash}", "SESSION", session, purge_at=purge_at),
            self._table.absent,
        )

    def find(self, token_hash: str) -> Session | None:
        row = self._table.get(f"SESSION#{token_hash}", "SESSION")
        return load(Session, row) if row else None

    def close(self, token_hash: str) -> None:
        self._table.row(f"SESSION#{token_hash}", "SESSION").delete()
