"""Interfaces that the delivery of the outbox needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.cards.ports import CardPorts
from chalicelib.usecases.evidence.ports import EvidencePorts
from chalicelib.usecases.imports.ports import ImportPorts
from chalicelib.usecases.invoices.ports import InvoicePorts
from chalicelib.usecases.passwords.ports import PasswordPorts
from chalicelib.usecases.refunds.ports import IbanPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.outbox import OutboxEntry
    from chalicelib.usecases.ports import Alarms
    from chalicelib.usecases.storage_ports import Outbox


class OutboxQueue(Protocol):
    def send(self, entries: Sequence[OutboxEntry]) -> None:
        """Queue every entry; raise at the end if the queue refused some."""


class DeliveryPorts(
    CardPorts, EvidencePorts, IbanPorts, ImportPorts, InvoicePorts, PasswordPorts, RegistrationPorts, Protocol
):
    """The ports of delivering the outbox."""

    @property
    def outbox_queue(self) -> OutboxQueue: ...

    @property
    def alarms(self) -> Alarms: ...


class GivenUpPorts(ActPorts, Protocol):
    """The ports of given up entries."""

    @property
    def outbox(self) -> Outbox: ...
