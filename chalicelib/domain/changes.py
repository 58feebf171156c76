"""All that one act writes, in one transaction: docs/decisions/0015-one-commit.md."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.identities import Identity
from chalicelib.domain.instalments import Debit, Instalment, Mandate
from chalicelib.domain.invoices import Invoice, Order, Sequence
from chalicelib.domain.links import PasswordLink
from chalicelib.domain.notifications import Notification
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.people import Person
from chalicelib.domain.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration
from chalicelib.domain.role_changes import RoleChange
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Login

Row = (
    Attempt
    | AuditEntry
    | Debit
    | Identity
    | Instalment
    | Invoice
    | Login
    | Mandate
    | Notification
    | Order
    | OutboxEntry
    | PasswordLink
    | Payment
    | Person
    | PlanRequest
    | Registration
    | RoleChange
    | SecondFactor
    | Sequence
)


@dataclass(frozen=True)
class Changes:
    """Rows to write, to end and to find unchanged, with what the act tells the audit trail and the outbox.

    `rows` are next versions: a first version is written only where there is none, a later one only over the
    version before it. A row without versions has the first for good. `unchanged` must still be stored at the
    version they have here. `ended` rows are removed at the version they have here.
    """

    rows: tuple[Row, ...] = ()
    audit: AuditEntry | None = None
    outbox: tuple[OutboxEntry, ...] = ()
    unchanged: tuple[Registration, ...] = ()
    ended: tuple[Row, ...] = ()

    @property
    def ended_at(self) -> datetime:
        """Return when the rows of `ended` end: at the act that the audit trail is told of."""
        if self.audit is None:
            raise ValueError("Rows end by an act that the audit trail tells.")
        return self.audit.at

    @property
    def written(self) -> tuple[Row, ...]:
        """Return every row to write, those of the audit trail and the outbox too."""
        return (*self.rows, *((self.audit,) if self.audit else ()), *self.outbox)


def existing(*rows: Row | None) -> tuple[Row, ...]:
    """Return those of `rows` that are not None."""
    return tuple(row for row in rows if row is not None)
