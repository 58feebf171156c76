"""All rows that one act writes in one transaction: docs/decisions/0015-one-commit.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.corrections.credit_notes import CreditNote, CreditNoteSequence
from chalicelib.domain.events.deriving import events_of
from chalicelib.domain.invoices import Invoice, Order, Sequence
from chalicelib.domain.trail.traced import traced

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.books.daily_sums import JournalSums
    from chalicelib.domain.books.hand_letterings import HandLettering
    from chalicelib.domain.books.journal import JournalEntry, JournalSequence
    from chalicelib.domain.books.periods import Closing, Period
    from chalicelib.domain.brakes.brake import Brakes
    from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignText, CampaignValues
    from chalicelib.domain.corrections.waiver import Waiver
    from chalicelib.domain.events.event import Event, EventSequence
    from chalicelib.domain.exports.batches import Batch, BatchSequence, BatchText
    from chalicelib.domain.exports.catch_up import JournalCatchUp
    from chalicelib.domain.exports.returns import BatchReturn
    from chalicelib.domain.identities import Identity
    from chalicelib.domain.imports.student_import import StudentImport
    from chalicelib.domain.links import IbanLink, PasswordLink
    from chalicelib.domain.lists.comments import Comment
    from chalicelib.domain.notifications import Notification
    from chalicelib.domain.outbox import OutboxEntry
    from chalicelib.domain.payers.payer import Payer
    from chalicelib.domain.payment_links.link import PaymentLink, PaymentLinkKey
    from chalicelib.domain.payments import Attempt, Payment
    from chalicelib.domain.people import Person
    from chalicelib.domain.plan.instalments import Debit, Instalment, Mandate
    from chalicelib.domain.plan.plan_requests import PlanRequest
    from chalicelib.domain.programs.service_key import ServiceKey
    from chalicelib.domain.reconciliation.policies import Difference, Reconciliation
    from chalicelib.domain.refunds.refund import Refund
    from chalicelib.domain.refunds.transfer_files import TransferFile, TransferFileText, TransferSequence
    from chalicelib.domain.registration import Registration
    from chalicelib.domain.role_changes import RoleChange
    from chalicelib.domain.second_factor import SecondFactor
    from chalicelib.domain.sessions import Login
    from chalicelib.domain.trail.audit import AuditEntry
    from chalicelib.domain.trail.undo import LastAct
    from chalicelib.domain.treasury.bank_movements import BankMovement
    from chalicelib.domain.treasury.csv_mapping import CsvMapping
    from chalicelib.domain.treasury.lines import StatementLine
    from chalicelib.domain.treasury.rapprochement import Rapprochement
    from chalicelib.domain.treasury.remittances import CardMovement, MovementCursor, Remittance
    from chalicelib.domain.treasury.slips import Cheque, Slip, SlipLines, SlipSequence
    from chalicelib.domain.treasury.statements import BankStatement, StatementChain
    from chalicelib.domain.webhooks.delivery import Delivery
    from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointCursor, EndpointHealth

    Row = (
        Attempt
        | AuditEntry
        | BankMovement
        | BankStatement
        | Batch
        | BatchReturn
        | BatchSequence
        | BatchText
        | Brakes
        | CampaignRegister
        | CampaignText
        | CampaignValues
        | Cheque
        | CardMovement
        | Closing
        | Comment
        | CreditNote
        | CreditNoteSequence
        | CsvMapping
        | Debit
        | Delivery
        | Endpoint
        | EndpointCursor
        | EndpointHealth
        | HandLettering
        | Difference
        | Event
        | EventSequence
        | IbanLink
        | Identity
        | Instalment
        | Invoice
        | JournalCatchUp
        | JournalEntry
        | JournalSequence
        | JournalSums
        | LastAct
        | Login
        | Mandate
        | MovementCursor
        | Notification
        | Order
        | OutboxEntry
        | PasswordLink
        | Payer
        | Payment
        | PaymentLink
        | PaymentLinkKey
        | Person
        | Period
        | PlanRequest
        | Reconciliation
        | Rapprochement
        | Refund
        | Registration
        | Remittance
        | RoleChange
        | SecondFactor
        | Sequence
        | ServiceKey
        | Slip
        | SlipLines
        | SlipSequence
        | StatementChain
        | StatementLine
        | StudentImport
        | TransferFile
        | TransferFileText
        | TransferSequence
        | Waiver
    )
else:
    Row = object  # to import each kind takes a third of a cold start


@dataclass(frozen=True)
class Changes:
    """Rows to write, to delete and to find unchanged, with the audit and outbox entries of the act.

    `rows` are next versions: a first version is written only if the row does not exist, a later one only over
    the version before it. A row without versions is written once. `unchanged` rows must still be stored at
    the version they have here. `ended` rows are deleted at the version they have here.
    The rows that a later run picks up are written with `correlation_id`.
    """

    rows: tuple[Row, ...] = ()
    audit: AuditEntry | None = None
    outbox: tuple[OutboxEntry, ...] = ()
    unchanged: tuple[Registration, ...] = ()
    ended: tuple[Row, ...] = ()
    correlation_id: str = ""

    @property
    def ended_at(self) -> datetime:
        """Return the moment from which the rows of `ended` count as deleted: that of the audit entry."""
        if self.audit is None:
            raise ValueError("Rows end by an act that the audit trail tells.")
        return self.audit.at

    @property
    def written(self) -> tuple[Row, ...]:
        """Return every row to write: audit entry, outbox entries and events included."""
        audit = (self.audit,) if self.audit else ()
        rows = (*self.rows, *audit, *self.outbox, *events_of(self.rows, self.audit))
        return tuple(traced(row, self.correlation_id) for row in rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Return kind and id, or number, of each row to write that has one: neither is a secret."""
        named = ((type(row).__name__, _name(row)) for row in self.written)
        return tuple(f"{kind} {name}" for kind, name in named if name)


def _name(row: Row) -> object:
    return row.number if isinstance(row, Order | Invoice | CreditNote) else getattr(row, "id", "")


def existing(*rows: Row | None) -> tuple[Row, ...]:
    """Return the `rows` that are not None."""
    return tuple(row for row in rows if row is not None)
