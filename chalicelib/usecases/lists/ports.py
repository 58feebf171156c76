"""Interfaces that the lists of the staff need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.isolation import IsolationPorts
from chalicelib.usecases.plans.ports import PlanPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from chalicelib.domain.lists.lines import LineBook, RegistrationLine
    from chalicelib.usecases.audit.ports import AuditTrail
    from chalicelib.usecases.debits.ports import Debits
    from chalicelib.usecases.identities.ports import Identities
    from chalicelib.usecases.people.ports import RoleChanges
    from chalicelib.usecases.ports import Alarms
    from chalicelib.usecases.reconciliation.kept_ports import Reconciliations
    from chalicelib.usecases.storage_ports import Outbox


class RegistrationLines(Protocol):
    """Lines of registrations, projected from their accounts."""

    def of_campaign(self, campaign_id: str) -> LineBook:
        """Return every line of a campaign, as it is now but for the accounts that still wait."""

    def line(self, registration_id: str) -> RegistrationLine:
        """Return one line as it is now, and show it so from now on; raise `NotFound`."""

    def heal(self, campaign_id: str) -> int:
        """Let lines that are missing or outdated be projected again; return how many people have one."""


class ListPorts(RegistrationPorts, Protocol):
    """The ports of the lists."""

    @property
    def lines(self) -> RegistrationLines: ...

    @property
    def alarms(self) -> Alarms: ...


class FilePorts(ListPorts, Protocol):
    """The ports of one whole file."""

    @property
    def identities(self) -> Identities: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def audit(self) -> AuditTrail: ...


class ManyPorts(RegistrationPorts, IsolationPorts, Protocol):
    """The ports of one decision on many files."""


class ManyPlanPorts(PlanPorts, IsolationPorts, Protocol):
    """The ports of one decision on many requests for a plan."""


class DeskPorts(ListPorts, Protocol):
    """The ports of the counters of a desk."""

    @property
    def debits(self) -> Debits: ...

    @property
    def role_changes(self) -> RoleChanges: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def reconciliations(self) -> Reconciliations: ...
