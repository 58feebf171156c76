"""What people and their roles need of the world."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.people import Person
from chalicelib.domain.role_changes import RoleChange
from chalicelib.usecases.audit.ports import TrailPorts
from chalicelib.usecases.storage_ports import People


class RoleChanges(Protocol):
    def get(self, change_id: str) -> RoleChange:
        """Raise `NotFound`."""

    def save(self, change: RoleChange, audit: AuditEntry, person: Person | None = None) -> None:
        """Write the next version, and the person's where it is applied, in one transaction."""

    def waiting(self) -> Sequence[RoleChange]:
        """Return those that wait for a second person, oldest first."""


class PeoplePorts(TrailPorts, Protocol):
    """The ports of people and their roles."""

    @property
    def people(self) -> People: ...

    @property
    def role_changes(self) -> RoleChanges: ...
