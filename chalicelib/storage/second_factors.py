from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.storage.audit import entry_row
from chalicelib.storage.outbox import outbox_row
from chalicelib.storage.people import person_key
from chalicelib.storage.table import Table, load


class DynamoSecondFactors:
    """One row in its person's partition, written by version: a code is taken once."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, person_id: str) -> SecondFactor | None:
        row = self._table.get(person_key(person_id), "SECOND_FACTOR")
        return load(SecondFactor, row) if row else None

    def save(
        self, factor: SecondFactor, audit: AuditEntry | None = None, notice: OutboxEntry | None = None
    ) -> None:
        table, version = self._table, factor.version
        row = table.new(person_key(factor.person_id), "SECOND_FACTOR", factor, version=version)
        with table.transaction() as write:
            write.save(
                row, condition=table.at_version(version - 1) if version > 1 else table.absent_or_deleted
            )
            if audit:
                write.save(entry_row(table, audit), condition=table.absent)
            if notice:
                write.save(outbox_row(table, notice), condition=table.absent)

    def remove(self, factor: SecondFactor, audit: AuditEntry, notice: OutboxEntry) -> None:
        table = self._table
        gone = table.tombstone(person_key(factor.person_id), "SECOND_FACTOR", audit.at)
        with table.transaction() as write:
            write.save(gone, condition=table.at_version(factor.version))
            write.save(entry_row(table, audit), condition=table.absent)
            write.save(outbox_row(table, notice), condition=table.absent)
