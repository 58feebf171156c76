"""Interfaces that the audit trail needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.isolation import IsolationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from chalicelib.domain.trail.audit import AuditEntry, AuditRecord, Head
    from chalicelib.usecases.ports import Clock
    from chalicelib.usecases.storage_ports import Store


class AuditTrail(Protocol):
    """The waiting entries and the chain.

    Records are only added; of a record only the reason may be removed.
    """

    def waiting(self, limit: int) -> Sequence[AuditEntry]:
        """Return at most `limit` entries that wait to be sealed, oldest first."""

    def head(self) -> Head | None:
        """Return the end of the chain, None while it is empty; its day is that of the last sealing."""

    def append(self, records: Sequence[AuditRecord], after: Head | None, day: date) -> None:
        """Add 1 to 49 records and remove their entries from the waiting ones, in one transaction.

        `day` is the Paris day of this sealing.

        Raise `ConcurrentUpdate` and write nothing if the end of the chain is no longer `after`, or if one of
        the entries no longer waits.
        """

    def records(self, from_number: int, to_number: int | None = None) -> Iterable[AuditRecord]:
        """Read the chain consistently and in order; raise `RecordUnreadable` at an unreadable record.

        Both numbers are included; without the last one the chain is read to its end.
        """

    def of_subject(self, subject_id: str, after: str | None) -> tuple[Sequence[AuditRecord], str | None]:
        """Return one page of the records about a person, newest last, and the cursor of the next page."""

    def forget_reasons(self, subject_id: str) -> None:
        """Blank the reasons in entries and records about a person, sealed or waiting.

        Those of the acts in `FORGETTING` stay. An entry of such an act must be written before or in the same
        transaction: without it the verification reports each blank.
        """


class AuditHeads(Protocol):
    """The ends of days, stored outside the chain."""

    def keep(self, head: Head) -> None:
        """Store it as the head of its day; the first one stored stays."""

    def all(self) -> Mapping[date, Head]: ...


class KeptAudit(Protocol):
    """The chain and the heads to verify it against."""

    @property
    def audit(self) -> AuditTrail: ...
    @property
    def audit_heads(self) -> AuditHeads: ...


class ActPorts(Protocol):
    """The ports of every act: the store it writes to, and the sources of its audit entry."""

    @property
    def store(self) -> Store: ...

    @property
    def now(self) -> Clock: ...

    @property
    def new_id(self) -> Callable[[], str]:
        """Return a function that makes 16 random hex digits."""


class AuditPorts(KeptAudit, ActPorts, IsolationPorts, Protocol):
    """The ports of the audit trail."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a function that makes an unguessable token of 256 bits."""
