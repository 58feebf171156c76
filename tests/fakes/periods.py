"""How far books are closed, in memory."""

from collections.abc import Sequence

from chalicelib.domain.books.periods import Closing, Period
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
