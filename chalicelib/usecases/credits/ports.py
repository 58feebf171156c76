"""Interfaces that credits need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.payments import Payment
    from chalicelib.usecases.ports import Alarms


class Credits(Protocol):
    def waiting(self) -> Sequence[Payment]:
        """Return the payments that are not wholly allocated, oldest first."""


class CreditPorts(RegistrationPorts, Protocol):
    """The ports of credits."""

    @property
    def credits(self) -> Credits: ...

    @property
    def alarms(self) -> Alarms: ...
