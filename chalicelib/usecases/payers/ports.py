"""Interfaces that third-party payers need."""

from collections.abc import Callable, Sequence
from typing import Protocol

from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.usecases.isolation import IsolationPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts


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
