from collections.abc import Mapping, Sequence
from itertools import islice

from chalicelib.domain.books.daily_sums import JournalSums
from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from chalicelib.storage.keys import (
    JOURNAL_SEQUENCES,
    JOURNAL_WAITING,
    journal_of,
    journal_sequence_key,
    journal_sums_key,
)
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.shards import shards
from chalicelib.storage.table import Table, load

SUM_KINDS: Mapping[type, Kind] = {
    JournalSums: Kind(
        lambda each: (Place(journal_sums_key(each.series, each.year), "SUMS"),), version=counted
    ),
}


class DynamoJournal:
    """Journal entries, which lie in the partitions of their students, found by queues."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def waiting(self, limit: int) -> Sequence[JournalEntry]:
        rows = [row for shard in shards(JOURNAL_WAITING) for row in self._table.queue(shard)]
        oldest = sorted(rows, key=lambda row: str(row.queue_sk))
        return tuple(islice(self._table.readable(JournalEntry, oldest), limit))

    def numbered(
        self, series: str, year: int, after: int = 0, limit: int | None = None
    ) -> Sequence[JournalEntry]:
        row = self._table.row
        found = row.by_queue.query(journal_of(series, year), row.queue_sk > f"{after:012}", limit=limit)
        return tuple(load(JournalEntry, each) for each in found)

    def sums(self, series: str, year: int) -> JournalSums:
        row = self._table.get(journal_sums_key(series, year), "SUMS")
        return load(JournalSums, row) if row else JournalSums(series, year)

    def sequences(self) -> Sequence[JournalSequence]:
        return tuple(load(JournalSequence, row) for row in self._table.queue(JOURNAL_SEQUENCES))

    def sequence(self, series: str, year: int) -> JournalSequence:
        row = self._table.get(journal_sequence_key(series, year), "END")
        return load(JournalSequence, row) if row else JournalSequence(series, year)
