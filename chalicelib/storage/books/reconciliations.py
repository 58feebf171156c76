"""Card movements, remittances, and the runs that compare the books with what others say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from chalicelib.domain.errors import NotFound
from chalicelib.domain.reconciliation.policies import (
    Difference,
    DifferenceState,
    Policy,
    Reconciliation,
)
from chalicelib.domain.treasury.bank_movements import BankMovement
from chalicelib.domain.treasury.remittances import CardMovement, MovementCursor, Remittance
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import Table, load

_LAST_SECOND = 10**11
"""A moment after all others, in seconds: what is subtracted from it is ordered newest first."""


def _movement_place(movement_id: str) -> Place:
    return Place(f"MOVEMENT#{movement_id}", "MOVEMENT")


def _open_movements(series: str) -> str:
    return f"MOVEMENTS#OPEN#{series}"


def _movements_of(series: str, remittance: str) -> str:
    """Return the queue of the settled movements of a remittance, "" for those that have none."""
    return f"MOVEMENTS#OF#{series}#{remittance}"


def _movement_queue(movement: CardMovement) -> Place:
    queue = _movements_of(movement.series, movement.remittance)
    return Place(
        queue if movement.settled else _open_movements(movement.series), f"{movement.day}#{movement.id}"
    )


def _unshown(series: str) -> str:
    return f"BANK_MOVEMENTS#UNSHOWN#{series}"


def _bank_place(movement_id: str) -> Place:
    return Place(f"BANK_MOVEMENT#{movement_id}", "MOVEMENT")


def _bank_queue(movement: BankMovement) -> Place | None:
    return None if movement.line_id else Place(_unshown(movement.series), f"{movement.day}#{movement.id}")


def _remittance_place(series: str, number: str) -> Place:
    return Place(f"REMITTANCE#{series}#{number}", "REMITTANCE")


def _open_remittances(series: str) -> str:
    return f"REMITTANCES#OPEN#{series}"


def _credited_remittances(series: str) -> str:
    return f"REMITTANCES#CREDITED#{series}"


def _newest_first(day: date) -> str:
    return f"{date.max.toordinal() - day.toordinal():07}"


def _remittance_queue(remittance: Remittance) -> Place:
    if remittance.is_credited:
        key = f"{_newest_first(remittance.day)}#{remittance.number}"
        return Place(_credited_remittances(remittance.series), key)
    return Place(_open_remittances(remittance.series), f"{remittance.day}#{remittance.number}")


def _cursor_place(series: str, year: int) -> Place:
    return Place(f"MOVEMENT_CURSOR#{series}#{year}", "END")


def _runs(series: str, policy: Policy) -> str:
    return f"RECONCILIATIONS#{series}#{policy}"


def _run_queue(run: Reconciliation) -> Place:
    seconds = f"{_LAST_SECOND - int(run.at.timestamp()):012}"
    return Place(_runs(run.series, run.policy), f"{_newest_first(run.day)}#{seconds}#{run.id}")


def _differences(series: str, state: DifferenceState) -> str:
    return f"DIFFERENCES#{state}#{series}"


RECONCILIATION_KINDS = {
    BankMovement: Kind(lambda each: (_bank_place(each.id),), _bank_queue, counted),
    CardMovement: Kind(lambda each: (_movement_place(each.id),), _movement_queue, counted),
    Remittance: Kind(lambda each: (_remittance_place(each.series, each.number),), _remittance_queue, counted),
    MovementCursor: Kind(lambda each: (_cursor_place(each.series, each.year),), version=counted),
    Reconciliation: Kind(lambda run: (Place(f"RECONCILIATION#{run.id}", "RUN"),), _run_queue),
    Difference: Kind(
        lambda each: (Place(f"DIFFERENCE#{each.id}", "DIFFERENCE"),),
        lambda each: Place(_differences(each.series, each.state), f"{each.found_on}#{each.id}"),
        counted,
    ),
}


class DynamoReconciliations:
    def __init__(self, table: Table) -> None:
        self._table = table

    def cursor(self, series: str, year: int) -> MovementCursor:
        row = self._table.get(*_cursor_place(series, year))
        return load(MovementCursor, row) if row else MovementCursor(series, year)

    def open_movements(self, series: str) -> Sequence[CardMovement]:
        return tuple(self._table.readable(CardMovement, self._table.queue(_open_movements(series))))

    def movements(self, ids: Iterable[str]) -> Mapping[str, CardMovement]:
        rows = self._table.batch(_movement_place(each) for each in ids)
        return {each.id: each for each in self._table.readable(CardMovement, rows)}

    def movements_of(
        self, series: str, remittance: str, after: str | None = None
    ) -> tuple[Sequence[CardMovement], str | None]:
        page, cursor = self._table.page(_movements_of(series, remittance), after)
        return tuple(self._table.readable(CardMovement, page)), cursor

    def unshown(self, series: str) -> Sequence[BankMovement]:
        return tuple(self._table.readable(BankMovement, self._table.queue(_unshown(series))))

    def bank_movements(self, ids: Iterable[str]) -> Mapping[str, BankMovement]:
        rows = self._table.batch(_bank_place(each) for each in ids)
        return {each.id: each for each in self._table.readable(BankMovement, rows)}

    def remittance(self, series: str, number: str) -> Remittance | None:
        row = self._table.get(*_remittance_place(series, number))
        return load(Remittance, row) if row else None

    def open_remittances(self, series: str) -> Sequence[Remittance]:
        return tuple(self._table.readable(Remittance, self._table.queue(_open_remittances(series))))

    def credited_remittances(
        self, series: str, after: str | None = None
    ) -> tuple[Sequence[Remittance], str | None]:
        page, cursor = self._table.page(_credited_remittances(series), after)
        return tuple(self._table.readable(Remittance, page)), cursor

    def runs(
        self, series: str, policy: Policy, after: str | None = None
    ) -> tuple[Sequence[Reconciliation], str | None]:
        page, cursor = self._table.page(_runs(series, policy), after)
        return tuple(self._table.readable(Reconciliation, page)), cursor

    def run(self, run_id: str) -> Reconciliation:
        row = self._table.get(f"RECONCILIATION#{run_id}", "RUN")
        if row is None:
            raise NotFound
        return load(Reconciliation, row)

    def difference(self, difference_id: str) -> Difference | None:
        row = self._table.get(f"DIFFERENCE#{difference_id}", "DIFFERENCE")
        return load(Difference, row) if row else None

    def open_differences(self, series: str) -> Sequence[Difference]:
        states = (DifferenceState.UNEXPLAINED, DifferenceState.EXPLAINED)
        rows = (row for state in states for row in self._table.queue(_differences(series, state)))
        return tuple(self._table.readable(Difference, rows))

    def differences(
        self, series: str, state: DifferenceState, after: str | None = None
    ) -> tuple[Sequence[Difference], str | None]:
        page, cursor = self._table.page(_differences(series, state), after)
        return tuple(self._table.readable(Difference, page)), cursor
