"""Interfaces that refunds need."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.usecases.ports import Alarms, Gateway
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.storage_ports import Questions


class Refunds(Protocol):
    def of_state(self, state: RefundState, after: str | None = None) -> tuple[Sequence[Refund], str | None]:
        """Return one page of the refunds in a state, oldest first, and the cursor of the next page."""


class RefundPorts(RegistrationPorts, Protocol):
    """The ports of refunds."""

    @property
    def refunds(self) -> Refunds: ...

    @property
    def gateway(self) -> Gateway: ...

    @property
    def questions(self) -> Questions: ...

    @property
    def alarms(self) -> Alarms: ...
