"""Card movements, remittances and runs in memory."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.domain.errors import NotFound
from chalicelib.domain.reconciliation.policies import (
    Difference,
    DifferenceState,
    Policy,
    Reconciliation,
)
from chalicelib.domain.treasury.bank_movements import BankMovement
from chalicelib.domain.treasury.remittances import CardMovement, MovementCursor, Remittance
from tests.fakes.storage import Memory

PAGE = 50


class MemoryReconciliations:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def cursor(self, series: str, year: int) -> MovementCursor:
        return self._m.movement_cursors.get((series, year), MovementCursor(series, year))

    def open_movements(self, series: str) -> Sequence[CardMovement]:
        return tuple(each for each in self._movements(series) if not each.settled)

    def movements(self, ids: Iterable[str]) -> Mapping[str, CardMovement]:
        known = self._m.card_movements
        return {each: known[each] for each in ids if each in known}

    def movements_of(
        self, series: str, remittance: str, after: str | None = None
    ) -> tuple[Sequence[CardMovement], str | None]:
        found = [each for each in self._movements(series) if each.settled and each.remittance == remittance]
        return _page(found, after)

    def unshown(self, series: str) -> Sequence[BankMovement]:
        known = self._m.bank_movements.values()
        found = [each for each in known if each.series == series and not each.line_id]
        return tuple(sorted(found, key=lambda each: (each.day, each.id)))

    def bank_movements(self, ids: Iterable[str]) -> Mapping[str, BankMovement]:
        known = self._m.bank_movements
        return {each: known[each] for each in ids if each in known}

    def remittance(self, series: str, number: str) -> Remittance | None:
        return self._m.remittances.get((series, number))

    def open_remittances(self, series: str) -> Sequence[Remittance]:
        return tuple(each for each in self._remittances(series) if not each.is_credited)

    def credited_remittances(
        self, series: str, after: str | None = None
    ) -> tuple[Sequence[Remittance], str | None]:
        found = [each for each in reversed(self._remittances(series)) if each.is_credited]
        return _page(found, after)

    def runs(
        self, series: str, policy: Policy, after: str | None = None
    ) -> tuple[Sequence[Reconciliation], str | None]:
        runs = self._m.reconciliation_runs.values()
        found = [each for each in runs if (each.series, each.policy) == (series, policy)]
        return _page(sorted(found, key=lambda each: (each.day, each.at), reverse=True), after)

    def run(self, run_id: str) -> Reconciliation:
        if run_id not in self._m.reconciliation_runs:
            raise NotFound
        return self._m.reconciliation_runs[run_id]

    def difference(self, difference_id: str) -> Difference | None:
        return self._m.differences.get(difference_id)

    def open_differences(self, series: str) -> Sequence[Difference]:
        states = (DifferenceState.UNEXPLAINED, DifferenceState.EXPLAINED)
        return tuple(each for state in states for each in self._differences(series, state))

    def differences(
        self, series: str, state: DifferenceState, after: str | None = None
    ) -> tuple[Sequence[Difference], str | None]:
        return _page(self._differences(series, state), after)

    def _movements(self, series: str) -> list[CardMovement]:
        found = [each for each in self._m.card_movements.values() if each.series == series]
        return sorted(found, key=lambda each: (each.day, each.id))

    def _remittances(self, series: str) -> list[Remittance]:
        found = [each for each in self._m.remittances.values() if each.series == series]
        return sorted(found, key=lambda each: (each.day, each.number))

    def _differences(self, series: str, state: DifferenceState) -> list[Difference]:
        known = self._m.differences.values()
        found = [each for each in known if (each.series, each.state) == (series, state)]
        return sorted(found, key=lambda each: (each.found_on, each.id))


def _page(rows: Sequence[Any], after: str | None) -> tuple[tuple[Any, ...], str | None]:
    """Cut a page; the cursor is the place of its end."""
    begin = int(after) if after and after.isdigit() else 0  # any text is a cursor
    end = begin + PAGE
    return tuple(rows[begin:end]), str(end) if len(rows) > end else None
