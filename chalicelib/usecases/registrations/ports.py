"""Interfaces that declaring, deciding and showing registrations need."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.ports import Campaigns
from chalicelib.usecases.storage_ports import Accounts


class Registrations(Protocol):
    def get(self, registration_id: str) -> Registration:
        """Raise `NotFound`."""

    def queue(
        self, campaign_id: str, status: RegistrationStatus, after: str | None
    ) -> tuple[Sequence[Registration], str | None]:
        """Return one page of the registrar's queue, by name, and the cursor of the next page."""


class RegistrationPorts(ActPorts, Protocol):
    """The ports of declaring, deciding and showing registrations."""

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def registrations(self) -> Registrations: ...

    @property
    def accounts(self) -> Accounts: ...
