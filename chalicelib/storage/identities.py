import hashlib
from collections.abc import Sequence

from pynamodb.transactions import TransactWrite

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.identities import Identity
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.storage.audit import entry_row
from chalicelib.storage.outbox import outbox_row
from chalicelib.storage.people import person_key
from chalicelib.storage.table import Table, load


def _key(provider: str, subject: str) -> str:
    return f"IDENTITY#{provider}#{subject}"


def places(identity: Identity) -> tuple[tuple[str, str], tuple[str, str]]:
    """Under the provider's name for the person, and in the person's own partition, whose key names nobody."""
    digest = hashlib.sha256(identity.subject.encode()).hexdigest()
    beside = f"IDENTITY#{identity.provider}#{digest}"
    return (_key(identity.provider, identity.subject), "IDENTITY"), (person_key(identity.person_id), beside)


class DynamoIdentities:
    """Each is two rows, written and removed together: one says whom it names, one stands with its person."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, provider: str, subject: str) -> Identity | None:
        row = self._table.get(_key(provider, subject), "IDENTITY")
        return load(Identity, row) if row else None

    def of_person(self, person_id: str) -> Sequence[Identity]:
        rows = self._table.partition(person_key(person_id), "IDENTITY#")
        return tuple(load(Identity, row) for row in rows)

    def link(self, identity: Identity, audit: AuditEntry, notice: OutboxEntry) -> None:
        with self._table.transaction() as write:
            self._write(write, identity)
            write.save(entry_row(self._table, audit), condition=self._table.absent)
            write.save(outbox_row(self._table, notice), condition=self._table.absent)

    def unlink(self, identity: Identity, audit: AuditEntry) -> None:
        table = self._table
        with table.transaction() as write:
            for pk, sk in places(identity):
                write.save(table.tombstone(pk, sk, audit.at), condition=table.at_version(1))
            write.save(entry_row(table, audit), condition=table.absent)

    def enrol(self, identity: Identity) -> None:
        """Write what an import knows already; used by the demo's seed too."""
        with self._table.transaction() as write:
            self._write(write, identity)

    def _write(self, write: TransactWrite, identity: Identity) -> None:
        for pk, sk in places(identity):
            write.save(self._table.new(pk, sk, identity), condition=self._table.absent_or_deleted)
