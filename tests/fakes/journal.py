"""The journal in memory."""

from collections.abc import Sequence

from chalicelib.domain.books.daily_sums import JournalSums
from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from tests.fakes.storage import Memory


class MemoryJournal:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def waiting(self, limit: int) -> Sequence[JournalEntry]:
        waiting = [entry for entry in self._m.journal.values() if not entry.number]
        return sorted(waiting, key=lambda entry: (entry.booked_at, entry.id))[:limit]

    def numbered(
        self, series: str, year: int, after: int = 0, limit: int | None = None
    ) -> Sequence[JournalEntry]:
        entries = [each for each in self._m.journal.values() if each.number and each.series == series]
        found = [each for each in entries if each.dated_on.year == year and each.number > after]
        return sorted(found, key=lambda entry: entry.number)[:limit]

    def sequences(self) -> Sequence[JournalSequence]:
        return tuple(self._m.journal_sequences.values())

    def sums(self, series: str, year: int) -> JournalSums:
        return self._m.journal_sums.get((series, year), JournalSums(series, year))

    def sequence(self, series: str, year: int) -> JournalSequence:
        return self._m.journal_sequences.get((series, year), JournalSequence(series, year))
