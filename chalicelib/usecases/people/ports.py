"""Interfaces that people and their roles need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.role_changes import RoleChange
    from chalicelib.usecases.programs.ports import ServiceKeys
    from chalicelib.usecases.storage_ports import People


class RoleChanges(Protocol):
    def get(self, change_id: str) -> RoleChange:
        """Raise `NotFound`."""

    def waiting(self) -> Sequence[RoleChange]:
        """Return the changes that wait for a second person, oldest first."""


class PeoplePorts(ActPorts, Protocol):
    """The ports of people and their roles."""

    @property
    def people(self) -> People: ...

    @property
    def service_keys(self) -> ServiceKeys: ...

    @property
    def role_changes(self) -> RoleChanges: ...
