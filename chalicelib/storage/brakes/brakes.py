from collections.abc import Callable

from chalicelib.domain.brakes.brake import Brakes
from chalicelib.storage.keys import BRAKES
from chalicelib.storage.table import Table, load

RECENT_SECONDS = 5.0
"""How long a process trusts the brakes that it read: a portal closes and opens that late at most."""


class DynamoBrakes:
    """All brakes are one row; `ticks` counts seconds and never goes back."""

    def __init__(self, table: Table, ticks: Callable[[], float]) -> None:
        self._table = table
        self._ticks = ticks
        self._known: tuple[float, Brakes] | None = None

    def current(self) -> Brakes:
        row = self._table.get(*BRAKES)
        brakes = load(Brakes, row) if row else Brakes()
        self._known = (self._ticks(), brakes)
        return brakes

    def recent(self) -> Brakes:
        known = self._known
        if known is None or self._ticks() - known[0] >= RECENT_SECONDS:
            return self.current()
        return known[1]
