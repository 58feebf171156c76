"""Interfaces that money at accounting's desk needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.isolation import IsolationPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chalicelib.domain.payments import Payment
    from chalicelib.domain.plan.instalments import Instalment
    from chalicelib.usecases.cheques.ports import Cheques


class Unpaid(Protocol):
    def listed(self, after: str | None) -> tuple[Sequence[Payment], str | None]:
        """Return one page of the payments that the bank took back, and the cursor of the next page.

        Open disputes come first, by their last day.
        """

    def late(self) -> Sequence[Instalment]:
        """Return the instalments that wait for the student: no debit takes them any more."""

    def awaited(self) -> Iterator[Instalment]:
        """Yield these, and those that wait for a debit: of all that is unpaid, not what is being paid."""


class CollectionPorts(RegistrationPorts, IsolationPorts, Protocol):
    """The ports of receipts, of what the bank takes back, and of arrears."""

    @property
    def pause(self) -> Callable[[int], None]:
        """Wait before the nth retry of a lost race: longer each time, with jitter."""

    @property
    def unpaid(self) -> Unpaid: ...

    @property
    def cheques(self) -> Cheques: ...
