"""Interfaces that debits need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from chalicelib.domain.plan.instalments import Debit, Instalment
    from chalicelib.usecases.brakes.ports import BrakeState
    from chalicelib.usecases.ports import Alarms, Gateway
    from chalicelib.usecases.storage_ports import Questions


class DebitQueue(Protocol):
    def send(self, planned: Sequence[tuple[str, date]]) -> None:
        """Hand over instalment ids, each with the Paris day it is planned for."""


class Debits(Protocol):
    def due(self, today: date) -> Sequence[str]:
        """Return the ids of the instalments due on or before this Paris day, never of later ones."""

    def in_flight(self, since_before: datetime) -> Sequence[Instalment]:
        """Return the instalments claimed, sent or unknown since before that moment, oldest first."""

    def conflicts(self) -> Sequence[Instalment]:
        """Return the instalments that only staff can release, oldest first."""

    def of_day(self, day: date) -> Sequence[Debit]:
        """Return the debits that belong to a Paris day."""


class DebitPorts(RegistrationPorts, Protocol):
    """The ports of debits."""

    @property
    def brakes(self) -> BrakeState: ...

    @property
    def debits(self) -> Debits: ...

    @property
    def debit_queue(self) -> DebitQueue: ...

    @property
    def gateway(self) -> Gateway: ...

    @property
    def questions(self) -> Questions: ...

    @property
    def asks_before_debits(self) -> bool:
        """True on a restored table, which may not know what was taken."""

    @property
    def alarms(self) -> Alarms: ...
