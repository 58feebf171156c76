"""The rows that reconciliations keep, as the desks read them too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.domain.reconciliation.policies import (
        Difference,
        DifferenceState,
        Policy,
        Reconciliation,
    )
    from chalicelib.domain.treasury.bank_movements import BankMovement
    from chalicelib.domain.treasury.remittances import CardMovement, MovementCursor, Remittance


class Reconciliations(Protocol):
    def cursor(self, series: str, year: int) -> MovementCursor:
        """Return how far the journal of a year was read, at 0 before the first time."""

    def open_movements(self, series: str) -> Sequence[CardMovement]:
        """Return the movements that are not settled, oldest first."""

    def movements(self, ids: Iterable[str]) -> Mapping[str, CardMovement]:
        """Return the movements with these ids, by id; unknown ones are left out."""

    def movements_of(
        self, series: str, remittance: str, after: str | None = None
    ) -> tuple[Sequence[CardMovement], str | None]:
        """Return one page of the settled movements of a remittance, and the cursor of the next page."""

    def unshown(self, series: str) -> Sequence[BankMovement]:
        """Return the movements of 512 that no statement line shows, oldest first."""

    def bank_movements(self, ids: Iterable[str]) -> Mapping[str, BankMovement]:
        """Return the movements of 512 with these ids, shown or not, by id; unknown ones are left out."""

    def remittance(self, series: str, number: str) -> Remittance | None: ...

    def open_remittances(self, series: str) -> Sequence[Remittance]:
        """Return the remittances that the bank has not credited, oldest first."""

    def credited_remittances(
        self, series: str, after: str | None = None
    ) -> tuple[Sequence[Remittance], str | None]:
        """Return one page of those it has credited, newest first, and the cursor of the next page."""

    def runs(
        self, series: str, policy: Policy, after: str | None = None
    ) -> tuple[Sequence[Reconciliation], str | None]:
        """Return one page of the runs of a policy, newest day first, and the cursor of the next page."""

    def run(self, run_id: str) -> Reconciliation:
        """Raise `NotFound`."""

    def difference(self, difference_id: str) -> Difference | None: ...

    def open_differences(self, series: str) -> Sequence[Difference]:
        """Return the differences that are not settled, explained or not."""

    def differences(
        self, series: str, state: DifferenceState, after: str | None = None
    ) -> tuple[Sequence[Difference], str | None]:
        """Return one page of the differences in a state, oldest first, and the cursor of the next page."""
