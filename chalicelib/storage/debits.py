from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chalicelib.domain.plan.instalments import Debit, Instalment
from chalicelib.storage.keys import CONFLICTS, DUE, IN_FLIGHT, debits_of
from chalicelib.storage.shards import shards
from chalicelib.storage.table import Row, Table, instant


class DynamoDebits:
    """Instalments and debits, found by day and by age in sharded queues."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, today: date) -> Sequence[str]:
        """Return the ids due by `today`; each shard is sorted by day, so later ones are never read."""
        tomorrow = f"{today + timedelta(days=1)}"
        waiting = (place for shard in shards(DUE) for place in self._table.places(shard, tomorrow))
        return tuple(place.partition("#")[2] for place in sorted(waiting))

    def in_flight(self, since_before: datetime) -> Sequence[Instalment]:
        waiting = self._of_all_shards(IN_FLIGHT, instant(since_before))
        return tuple(self._table.readable(Instalment, waiting))

    def conflicts(self) -> Sequence[Instalment]:
        return tuple(self._table.readable(Instalment, self._of_all_shards(CONFLICTS)))

    def of_day(self, day: date) -> Sequence[Debit]:
        return tuple(self._table.readable(Debit, self._of_all_shards(debits_of(day))))

    def _of_all_shards(self, queue: str, before: str | None = None) -> list[Row]:
        found = (row for shard in shards(queue) for row in self._table.queue(shard, before))
        return sorted(found, key=lambda row: str(row.queue_sk))
