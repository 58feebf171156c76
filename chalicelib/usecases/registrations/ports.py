"""What declaring, deciding and showing registrations need of the world."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.usecases.audit.ports import TrailPorts
from chalicelib.usecases.ports import Campaigns
from chalicelib.usecases.storage_ports import Accounts


class Registrations(Protocol):
    def get(self, registration_id: str) -> Registration:
        """Raise `NotFound`."""

    def save(self, registration: Registration, audit: AuditEntry, outbox: OutboxEntry | None = None) -> None:
        """Write the next version; `ConcurrentUpdate` unless the stored one is `registration.version - 1`."""

    def queue(
        self, campaign_id: str, status: RegistrationStatus, after: str | None
    ) -> tuple[Sequence[Registration], str | None]:
        """One page of the registrar's queue, oldest name first, and the cursor of the next page."""


class RegistrationPorts(TrailPorts, Protocol):
    """The ports of declaring, deciding and showing registrations."""

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def registrations(self) -> Registrations: ...

    @property
    def accounts(self) -> Accounts: ...
