"""Interfaces that export, erasure and retention need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts, AuditTrail

if TYPE_CHECKING:
    from chalicelib.usecases.ports import Alarms, Campaigns, Documents
    from chalicelib.usecases.storage_ports import Accounts, People, PersonalRecords


class PrivacyPorts(ActPorts, Protocol):
    """The ports of export, erasure and retention."""

    @property
    def alarms(self) -> Alarms: ...

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def people(self) -> People: ...

    @property
    def audit(self) -> AuditTrail: ...

    @property
    def personal(self) -> PersonalRecords: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def documents(self) -> Documents: ...
