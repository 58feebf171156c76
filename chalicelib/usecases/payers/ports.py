"""Interfaces that third-party payers need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.isolation import IsolationPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.payers.payer import Payer, PayerState


class Payers(Protocol):
    def of_state(self, state: PayerState) -> Sequence[Payer]:
        """Return the payers that are to be invoiced, or those that owe, the longest waiting first."""


class PayerPorts(RegistrationPorts, IsolationPorts, Protocol):
    """The ports of naming, invoicing and reminding third-party payers."""

    @property
    def pause(self) -> Callable[[int], None]:
        """Wait before the nth retry of a lost race: longer each time, with jitter."""

    @property
    def payers(self) -> Payers: ...
