"""How far books are closed, in memory."""

from collections.abc import Sequence

from chalicelib.domain.books.periods import Closing, Period
from chalicelib.domain.errors import NotFound
from chalicelib.domain.treasury.rapprochement import Rapprochement
from tests.fakes.storage import Memory


class MemoryPeriods:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def closing(self, series: str) -> Closing:
        return self._m.closings.get(series, Closing(series))

    def closings(self) -> Sequence[Closing]:
        return tuple(self._m.closings[series] for series in sorted(self._m.closings))

    def closed(self, series: str) -> Sequence[Period]:
        found = sorted(self._m.periods.items())
        return tuple(period for (of, _), period in found if of == series)


class MemoryRapprochements:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def listed(self, after: str | None = None) -> tuple[Sequence[Rapprochement], str | None]:
        return tuple(self._m.rapprochements[key] for key in sorted(self._m.rapprochements)), None

    def find(self, rapprochement_id: str) -> Rapprochement:
        if rapprochement_id not in self._m.rapprochements:
            raise NotFound
        return self._m.rapprochements[rapprochement_id]
