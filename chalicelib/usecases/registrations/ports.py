"""Interfaces that declaring, deciding and showing registrations need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.registration import Registration, RegistrationStatus
    from chalicelib.usecases.ports import Campaigns
    from chalicelib.usecases.storage_ports import Accounts


class Registrations(Protocol):
    def get(self, registration_id: str) -> Registration:
        """Raise `NotFound`."""

    def of_status(self, campaign_id: str, status: RegistrationStatus) -> Iterable[Registration]:
        """Return the registrations of a campaign with a status, by name, without unreadable ones."""


class RegistrationPorts(ActPorts, Protocol):
    """The ports of declaring, deciding and showing registrations."""

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def registrations(self) -> Registrations: ...

    @property
    def accounts(self) -> Accounts: ...
