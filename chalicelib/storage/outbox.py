from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.storage.table import Row, Table, instant, load

PENDING = "OUTBOX#PENDING"


def outbox_row(table: Table, entry: OutboxEntry) -> Row:
    """The row that a transaction writes beside the change it announces."""
    return table.new(
        f"OUTBOX#{entry.id}",
        "ENTRY",
        entry,
        queue_pk=PENDING,
        queue_sk=f"{instant(entry.not_before or entry.created_at)}#{entry.id}",
    )


class DynamoOutbox:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, entry: OutboxEntry) -> None:
        with suppress(ConcurrentUpdate):
            self._table.put(outbox_row(self._table, entry), self._table.absent)

    def pending(self, now: datetime) -> Sequence[OutboxEntry]:
        after_now = instant(now + timedelta.resolution)
        return tuple(self._table.readable(OutboxEntry, self._table.queue(PENDING, after_now)))

    def find(self, entry_id: str) -> OutboxEntry | None:
        row = self._table.get(f"OUTBOX#{entry_id}", "ENTRY")
        return load(OutboxEntry, row) if row else None

    def delivered(self, entry_id: str) -> None:
        self._table.row(f"OUTBOX#{entry_id}", "ENTRY").delete()
