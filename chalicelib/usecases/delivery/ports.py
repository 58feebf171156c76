"""What delivering the outbox needs of the world."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.outbox import OutboxEntry
from chalicelib.usecases.cards.ports import CardPorts
from chalicelib.usecases.invoices.ports import InvoicePorts
from chalicelib.usecases.passwords.ports import PasswordPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts


class OutboxQueue(Protocol):
    def send(self, entries: Sequence[OutboxEntry]) -> None: ...


class DeliveryPorts(CardPorts, InvoicePorts, PasswordPorts, RegistrationPorts, Protocol):
    """The ports of delivering the outbox."""

    @property
    def outbox_queue(self) -> OutboxQueue: ...
