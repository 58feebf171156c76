"""Interfaces that credits need."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.payments import Payment
from chalicelib.usecases.ports import Alarms
from chalicelib.usecases.registrations.ports import RegistrationPorts


class Credits(Protocol):
    def waiting(self) -> Sequence[Payment]:
        """Return the payments that are not wholly allocated, oldest first."""


class CreditPorts(RegistrationPorts, Protocol):
    """The ports of credits."""

    @property
    def credits(self) -> Credits: ...

    @property
    def alarms(self) -> Alarms: ...
