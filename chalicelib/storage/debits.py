from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.instalments import Debit, Instalment
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Payment
from chalicelib.domain.registration import Registration
from chalicelib.storage.audit import entry_row
from chalicelib.storage.instalments import (
    CONFLICTS,
    DUE,
    IN_FLIGHT,
    debits_of,
    write_debit,
    write_instalment,
    write_payment,
)
from chalicelib.storage.outbox import outbox_row
from chalicelib.storage.registrations import require_unchanged, write_registration
from chalicelib.storage.shards import shards
from chalicelib.storage.table import Row, Table, instant


class DynamoDebits:
    """Instalments and debits are found by day and by age in sharded queues, and written by version."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, today: date) -> Sequence[str]:
        """Each shard holds its due in the order of their days, so what comes later is never read."""
        tomorrow = f"{today + timedelta(days=1)}"
        waiting = (place for shard in shards(DUE) for place in self._table.places(shard, tomorrow))
        return tuple(place.partition("#")[2] for place in sorted(waiting))

    def in_flight(self, since_before: datetime) -> Sequence[Instalment]:
        waiting = self._of_all_shards(IN_FLIGHT, instant(since_before))
        return tuple(self._table.readable(Instalment, waiting))

    def conflicts(self) -> Sequence[Instalment]:
        return tuple(self._table.readable(Instalment, self._of_all_shards(CONFLICTS)))

    def write(
        self,
        instalment: Instalment,
        debit: Debit | None = None,
        payment: Payment | None = None,
        outbox: Sequence[OutboxEntry] = (),
        audit: AuditEntry | None = None,
        unchanged: Registration | None = None,
        registration: Registration | None = None,
    ) -> None:
        with self._table.transaction() as write:
            write_instalment(self._table, write, instalment)
            if debit:
                write_debit(self._table, write, debit)
            if payment:
                write_payment(self._table, write, instalment.person_id, payment)
            for entry in outbox:
                write.save(outbox_row(self._table, entry), condition=self._table.absent)
            if unchanged:
                require_unchanged(self._table, write, unchanged)
            if registration:
                write_registration(self._table, write, registration)
            if audit:
                write.save(entry_row(self._table, audit), condition=self._table.absent)

    def of_day(self, day: date) -> Sequence[Debit]:
        return tuple(self._table.readable(Debit, self._of_all_shards(debits_of(day))))

    def _of_all_shards(self, queue: str, before: str | None = None) -> list[Row]:
        found = (row for shard in shards(queue) for row in self._table.queue(shard, before))
        return sorted(found, key=lambda row: str(row.queue_sk))
