"""What the audit trail needs of the world."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from chalicelib.domain.audit import AuditEntry, AuditRecord, Head
from chalicelib.usecases.isolation import IsolationPorts
from chalicelib.usecases.ports import Clock
from chalicelib.usecases.storage_ports import Store


class AuditTrail(Protocol):
    """The waiting entries and the chain. Records are only ever added; of one, only the reason may go."""

    def waiting(self, limit: int) -> Sequence[AuditEntry]:
        """Return the entries that wait for their place, oldest first."""

    def head(self) -> Head | None:
        """Return the chain's end, None while it is empty; its day is that of the last sealing."""

    def append(self, records: Sequence[AuditRecord], after: Head | None, day: date) -> None:
        """Add 1 to 49 records and take their entries out of the waiting, in one transaction.

        `day` is the Paris day of this sealing.

        `ConcurrentUpdate`, nothing is written, when the chain's end is no longer `after` or when one of the
        entries does not wait any more.
        """

    def records(self, from_number: int) -> Iterable[AuditRecord]:
        """Read the chain consistently and in order; `RecordUnreadable` in the place of a spoilt one."""

    def of_subject(self, subject_id: str, after: str | None) -> tuple[Sequence[AuditRecord], str | None]:
        """One page of what was done to a person's record, newest last, and the cursor of the next page."""

    def forget_reasons(self, subject_id: str) -> None:
        """Blank the reasons of what was done to a person's record, sealed or waiting.

        Those of the acts in `FORGETTING` stay. An entry of such an act must be written before, or in the same
        breath: without it the verifier names each blank.
        """


class AuditHeads(Protocol):
    """The ends of days, kept apart from the chain."""

    def keep(self, head: Head) -> None:
        """Keep it as the head of its day; the first one kept stays."""

    def all(self) -> Mapping[date, Head]: ...


class KeptAudit(Protocol):
    """All that there is to verify."""

    @property
    def audit(self) -> AuditTrail: ...
    @property
    def audit_heads(self) -> AuditHeads: ...


class ActPorts(Protocol):
    """What every act needs: the store it is written to, and what its audit entry is made of."""

    @property
    def store(self) -> Store: ...

    @property
    def now(self) -> Clock: ...

    @property
    def new_id(self) -> Callable[[], str]:
        """Return 16 fresh random hex digits."""


class AuditPorts(KeptAudit, ActPorts, IsolationPorts, Protocol):
    """The ports of the audit trail."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a fresh unguessable token of 256 bits."""
