"""How far each school's books are closed, and its closed months."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.books.periods import Closing, Period
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import Table, load

CLOSINGS = "CLOSINGS"


def closing_key(series: str) -> str:
    return f"CLOSING#{series}"


PERIOD_KINDS: Mapping[type, Kind] = {
    Closing: Kind(
        lambda each: (Place(closing_key(each.series), "CLOSING"),),
        lambda each: Place(CLOSINGS, each.series),
        counted,
    ),
    Period: Kind(lambda each: (Place(closing_key(each.series), f"PERIOD#{each.month}"),)),
}


class DynamoPeriods:
    def __init__(self, table: Table) -> None:
        self._table = table

    def closing(self, series: str) -> Closing:
        row = self._table.get(closing_key(series), "CLOSING")
        return load(Closing, row) if row else Closing(series)

    def closings(self) -> Sequence[Closing]:
        return tuple(self._table.readable(Closing, self._table.queue(CLOSINGS)))

    def closed(self, series: str) -> Sequence[Period]:
        rows = self._table.partition(closing_key(series), "PERIOD#")
        return tuple(load(Period, row) for row in rows)
