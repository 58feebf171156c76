"""What the use cases need to tell and to hand over; the rest is in `ports.py`. The same rules hold."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.invoices import Certificate, Invoice, StoredDocument
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person


class DebitQueue(Protocol):
    def send(self, planned: Sequence[tuple[str, date]]) -> None:
        """Hand over instalment ids, each with the Paris day it is planned for."""


class Outbox(Protocol):
    def add(self, entry: OutboxEntry) -> None:
        """Write one that announces no change."""

    def pending(self, now: datetime) -> Sequence[OutboxEntry]:
        """Return what may be delivered by now."""

    def find(self, entry_id: str) -> OutboxEntry | None:
        """Return None once it is delivered."""

    def delivered(self, entry_id: str) -> None: ...


class OutboxQueue(Protocol):
    def send(self, entries: Sequence[OutboxEntry]) -> None: ...


class Documents(Protocol):
    def key_for(self, invoice: Invoice) -> str: ...

    def put_once(self, key: str, pdf: bytes) -> StoredDocument:
        """Store unless something is there; return what is there."""

    def link(self, key: str, seconds: int) -> str:
        """Return an address that dies after `seconds`."""

    def erase(self, folder: str) -> None:
        """Delete every version of all that lies in the folder, whose name ends with a slash."""


class InvoiceRenderer(Protocol):
    def __call__(self, invoice: Invoice) -> bytes: ...


class CertificateRenderer(Protocol):
    def __call__(self, certificate: Certificate) -> bytes: ...


class Mailer(Protocol):
    def send(self, to: Person, entry: OutboxEntry, account: Account, campaign: Campaign) -> None: ...

    def send_link(self, to: Person, topic: Topic, token: str, campaign: Campaign) -> None:
        """Mail the address, under our own configured one, that sets a password once."""

    def send_notice(self, to: Person, topic: Topic, campaign: Campaign) -> None: ...
