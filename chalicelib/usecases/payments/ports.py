"""Interfaces that payments by card need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.limits.ports import LimitPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from chalicelib.domain.notifications import Notification
    from chalicelib.usecases.brakes.ports import BrakeState
    from chalicelib.usecases.ports import Alarms, Gateway
    from chalicelib.usecases.storage_ports import People, Questions


class Notifications(Protocol):
    def record(self, notification: Notification) -> Notification:
        """Store it if its key is new; return the notification stored under the key."""

    def set_aside(self, notification: Notification) -> None:
        """Store a notification with its anomaly. A second one with the same digest changes nothing."""

    def unapplied(self, received_before: datetime) -> Sequence[Notification]:
        """Return the notifications received before that moment and not yet applied."""


class PaymentPorts(LimitPorts, RegistrationPorts, Protocol):
    """The ports of payments by card."""

    @property
    def pause(self) -> Callable[[int], None]:
        """Wait before the nth retry of a lost race: longer each time, with jitter."""

    @property
    def brakes(self) -> BrakeState: ...

    @property
    def people(self) -> People: ...

    @property
    def notifications(self) -> Notifications: ...

    @property
    def gateway(self) -> Gateway: ...

    @property
    def questions(self) -> Questions: ...

    @property
    def alarms(self) -> Alarms: ...
