from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.storage.audit import entry_row
from chalicelib.storage.table import Row, Table, instant, load

PENDING = "OUTBOX#PENDING"
GIVEN_UP = "OUTBOX#GIVEN_UP"


def outbox_row(table: Table, entry: OutboxEntry) -> Row:
    """The row that a transaction writes beside the change it announces."""
    return table.new(
        f"OUTBOX#{entry.id}",
        "ENTRY",
        entry,
        version=entry.version,
        queue_pk=GIVEN_UP if entry.given_up_at else PENDING,
        queue_sk=f"{instant(entry.given_up_at or entry.waits_until)}#{entry.id}",
    )


class DynamoOutbox:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, entry: OutboxEntry) -> None:
        with suppress(ConcurrentUpdate):
            self._table.put(outbox_row(self._table, entry), self._table.absent)

    def pending(self, now: datetime, limit: int | None = None) -> Sequence[OutboxEntry]:
        after_now = instant(now + timedelta.resolution)
        found = self._table.readable(OutboxEntry, self._table.queue(PENDING, after_now))
        return tuple(islice(found, limit))

    def given_up(self) -> Sequence[OutboxEntry]:
        return tuple(self._table.readable(OutboxEntry, self._table.queue(GIVEN_UP)))

    def find(self, entry_id: str) -> OutboxEntry | None:
        row = self._table.get(f"OUTBOX#{entry_id}", "ENTRY")
        return load(OutboxEntry, row) if row else None

    def save(self, entry: OutboxEntry, audit: AuditEntry | None = None) -> None:
        row, follows = outbox_row(self._table, entry), self._table.at_version(entry.version - 1)
        if audit is None:
            self._table.put(row, follows)
            return
        with self._table.transaction() as write:
            write.save(row, condition=follows)
            write.save(entry_row(self._table, audit), condition=self._table.absent)

    def delivered(self, entry_id: str) -> None:
        self._table.row(f"OUTBOX#{entry_id}", "ENTRY").delete()
