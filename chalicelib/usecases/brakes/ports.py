"""Interfaces that the brakes of operations need."""

from typing import Protocol

from chalicelib.domain.brakes.brake import Brakes
from chalicelib.usecases.audit.ports import ActPorts


class BrakeState(Protocol):
    def current(self) -> Brakes:
        """Return the brakes as they are at this moment."""

    def recent(self) -> Brakes:
        """Return the brakes as they were some seconds ago at most, mostly without a read."""


class BrakePorts(ActPorts, Protocol):
    """The ports of the brakes."""

    @property
    def brakes(self) -> BrakeState: ...
