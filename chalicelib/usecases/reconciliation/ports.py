"""Interfaces that reconciliations need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.journal.ports import JournalPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from chalicelib.usecases.debits.ports import Debits
    from chalicelib.usecases.ports import Alarms, Gateway
    from chalicelib.usecases.reconciliation.kept_ports import Reconciliations
    from chalicelib.usecases.refunds.ports import TransferFiles
    from chalicelib.usecases.statements.ports import Statements
    from chalicelib.usecases.storage_ports import Questions


class ReconciliationPorts(RegistrationPorts, JournalPorts, Protocol):
    """The ports of reconciliations."""

    @property
    def reconciliations(self) -> Reconciliations: ...

    @property
    def statements(self) -> Statements: ...

    @property
    def transfer_files(self) -> TransferFiles: ...

    @property
    def gateway(self) -> Gateway: ...

    @property
    def questions(self) -> Questions: ...

    @property
    def debits(self) -> Debits: ...

    @property
    def alarms(self) -> Alarms: ...
