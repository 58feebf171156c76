from collections.abc import Mapping, Sequence
from itertools import islice, takewhile

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


STRETCHES = 2
"""Stretches that a process holds: the next batch of the journal, and the next list of titles."""


class DynamoJournal:
    """Journal entries, which lie in the partitions of their students, found by queues.

    What has a number never changes. So a process holds the last stretches that it read: of one that is read
    again, only the last entry is, which must be the same, and what follows it.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._held: dict[tuple[str, int, int], tuple[JournalEntry, ...]] = {}

    def waiting(self, limit: int) -> Sequence[JournalEntry]:
        rows = [row for shard in shards(JOURNAL_WAITING) for row in self._table.queue(shard)]
        oldest = sorted(rows, key=lambda row: str(row.queue_sk))
        return tuple(islice(self._table.readable(JournalEntry, oldest), limit))

    def numbered(
        self, series: str, year: int, after: int = 0, limit: int | None = None
    ) -> Sequence[JournalEntry]:
        if limit is None:
            return self._read(series, year, after)
        stretch = series, year, after
        held = self._held.pop(stretch, ())[:limit]
        known = held[:-1]
        found = self._read(series, year, after + len(known), limit - len(known))
        if held and found[:1] == held[-1:]:
            found = (*known, *found)
        elif held:
            found = self._read(series, year, after, limit)
        self._hold(stretch, found)
        return found

    def _read(self, series: str, year: int, after: int, limit: int | None = None) -> tuple[JournalEntry, ...]:
        row = self._table.row
        found = row.by_queue.query(journal_of(series, year), row.queue_sk > f"{after:012}", limit=limit)
        return tuple(load(JournalEntry, each) for each in found)

    def _hold(self, stretch: tuple[str, int, int], entries: Sequence[JournalEntry]) -> None:
        """Hold the entries up to the first gap: the index may tell a later one first."""
        follow = takewhile(lambda each: each[1].number == each[0], enumerate(entries, stretch[2] + 1))
        if len(self._held) >= STRETCHES:
            self._held.clear()
        self._held[stretch] = tuple(entry for _, entry in follow)

    def sums(self, series: str, year: int) -> JournalSums:
        row = self._table.get(journal_sums_key(series, year), "SUMS")
        return load(JournalSums, row) if row else JournalSums(series, year)

    def sequences(self) -> Sequence[JournalSequence]:
        return tuple(load(JournalSequence, row) for row in self._table.queue(JOURNAL_SEQUENCES))

    def sequence(self, series: str, year: int) -> JournalSequence:
        row = self._table.get(journal_sequence_key(series, year), "END")
        return load(JournalSequence, row) if row else JournalSequence(series, year)
