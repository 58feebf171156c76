"""One commit in memory, under the conditions of the table's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.correlation import correlation_id
from chalicelib.domain.books.daily_sums import JournalSums
from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from chalicelib.domain.books.periods import Closing, Period
from chalicelib.domain.brakes.brake import Brakes
from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignText, CampaignValues
from chalicelib.domain.changes import Changes, Row
from chalicelib.domain.corrections.credit_notes import CreditNote, CreditNoteSequence
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.events.event import Event, EventSequence
from chalicelib.domain.exports.batches import Batch, BatchSequence, BatchText
from chalicelib.domain.exports.catch_up import JournalCatchUp
from chalicelib.domain.exports.returns import BatchReturn
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.identities import Identity
from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.domain.invoices import Invoice, Order, Sequence
from chalicelib.domain.links import IbanLink, PasswordLink
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.notifications import Notification, NotificationState
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
from chalicelib.domain.treasury.slips import Cheque, Slip, SlipLines, SlipSequence, squeezed
from chalicelib.domain.treasury.statements import BankStatement, StatementChain
from chalicelib.domain.webhooks.delivery import Delivery
from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointCursor, EndpointHealth
from tests.fakes.row_types import require_types
from tests.fakes.storage import Memory, require


@dataclass(frozen=True)
class Shelf:
    """Where the memory holds a kind of row: the dictionary, the row's key, and what is kept under it."""

    name: str
    key: Callable[[Any], Any]
    kept: Callable[[Any], Any] = lambda row: row


def _id(row: Any) -> str:
    return str(row.id)


def _owned(row: Any) -> tuple[str, Any]:
    return person_of(row.registration_id), row


SHELVES: Mapping[type, Shelf] = {
    Attempt: Shelf("attempts", _id),
    AuditEntry: Shelf("audit_waiting", _id),
    BankMovement: Shelf("bank_movements", _id),
    BankStatement: Shelf("statements", _id),
    Batch: Shelf("batches", _id),
    BatchReturn: Shelf("batch_returns", _id),
    BatchSequence: Shelf("batch_sequences", lambda each: (each.series, each.kind)),
    BatchText: Shelf("batch_texts", lambda each: (each.id, each.part)),
    Brakes: Shelf("brakes", lambda _: "state"),
    CampaignRegister: Shelf("campaign_registers", lambda _: "register"),
    CampaignText: Shelf("campaign_texts", lambda each: (each.campaign_id, each.number)),
    CampaignValues: Shelf("campaign_values", lambda each: (each.campaign_id, each.number, each.shape)),
    Cheque: Shelf("cheques", lambda each: (squeezed(each.number), each.payment_id)),
    CardMovement: Shelf("card_movements", _id),
    Closing: Shelf("closings", lambda each: each.series),
    Comment: Shelf("comments", lambda each: each.registration_id),
    CreditNote: Shelf("credit_notes", lambda note: note.number, _owned),
    CreditNoteSequence: Shelf("credit_note_sequences", lambda sequence: sequence.series),
    CsvMapping: Shelf("csv_mappings", lambda each: each.iban),
    Debit: Shelf("debits", _id),
    Delivery: Shelf("deliveries", lambda each: (each.endpoint_id, each.number)),
    Endpoint: Shelf("endpoints", _id),
    EndpointCursor: Shelf("endpoint_cursors", lambda each: each.endpoint_id),
    EndpointHealth: Shelf("endpoint_healths", lambda each: each.endpoint_id),
    Event: Shelf("events", _id),
    EventSequence: Shelf("event_sequences", lambda _: "events"),
    HandLettering: Shelf("letterings", _id),
    Difference: Shelf("differences", _id),
    IbanLink: Shelf("iban_links", lambda link: link.token_hash),
    Identity: Shelf("identities", lambda each: (each.provider, each.subject)),
    Instalment: Shelf("instalments", _id),
    Invoice: Shelf("invoices", lambda invoice: invoice.number, _owned),
    JournalCatchUp: Shelf("catch_ups", lambda each: each.campaign_id),
    JournalEntry: Shelf("journal", _id),
    JournalSequence: Shelf("journal_sequences", lambda each: (each.series, each.year)),
    JournalSums: Shelf("journal_sums", lambda each: (each.series, each.year)),
    LastAct: Shelf("last_acts", lambda each: each.registration_id),
    Login: Shelf("logins", lambda login: login.email, lambda login: login.credentials),
    Mandate: Shelf("mandates", lambda mandate: mandate.registration_id),
    MovementCursor: Shelf("movement_cursors", lambda each: (each.series, each.year)),
    Notification: Shelf("messages", lambda each: each.key),
    Order: Shelf("orders", lambda order: order.number, _owned),
    OutboxEntry: Shelf("entries", _id),
    PasswordLink: Shelf("links", lambda link: link.token_hash),
    Payer: Shelf("payers", _id),
    Payment: Shelf("payments", lambda payment: payment.name, _owned),
    PaymentLink: Shelf("payment_links", _id),
    PaymentLinkKey: Shelf("payment_link_keys", lambda key: key.token_hash),
    Person: Shelf("people", _id, lambda person: replace(person, addresses=())),
    Period: Shelf("periods", lambda each: (each.series, each.month)),
    PlanRequest: Shelf("plan_requests", lambda request: request.registration_id),
    Reconciliation: Shelf("reconciliation_runs", _id),
    Rapprochement: Shelf("rapprochements", _id),
    Refund: Shelf("refunds", _id),
    Registration: Shelf("registrations_by_id", _id),
    Remittance: Shelf("remittances", lambda each: (each.series, each.number)),
    RoleChange: Shelf("role_changes", _id),
    SecondFactor: Shelf("second_factors", lambda factor: factor.person_id),
    Sequence: Shelf("sequences", lambda sequence: sequence.series),
    ServiceKey: Shelf("service_keys", _id),
    Slip: Shelf("slips", _id),
    SlipLines: Shelf("slip_lines", lambda each: f"{each.series}-{each.number:06}"),
    SlipSequence: Shelf("slip_sequences", lambda each: each.series),
    StatementChain: Shelf("statement_chains", lambda each: each.iban),
    StatementLine: Shelf("statement_lines", _id),
    StudentImport: Shelf("student_imports", lambda _run: "last"),
    TransferFile: Shelf("transfer_files", _id),
    Waiver: Shelf("waivers", _id),
    TransferFileText: Shelf("transfer_texts", lambda each: f"{each.series}-{each.number:06}"),
    TransferSequence: Shelf("transfer_sequences", lambda each: each.series),
}


class MemoryStore:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def commit(self, changes: Changes) -> None:
        """Weigh every condition first, then write: all of it or none."""
        changes = replace(changes, correlation_id=correlation_id())
        with self._m.lock:
            written = changes.written
            for row in written:
                require(self._stored_version(row) == _version(row) - 1, type(row).__name__)
            for row in (*changes.unchanged, *changes.ended):
                require(self._stored_version(row) == _version(row), type(row).__name__)
            assert not changes.ended or changes.ended_at
            assert all(entry.created_at for entry in changes.outbox), "the table refuses a mail of no moment"
            for row in written:
                require_types(row)
                shelf = SHELVES[type(row)]
                self._rows(row)[shelf.key(row)] = shelf.kept(row)
            for row in changes.ended:
                del self._rows(row)[SHELVES[type(row)].key(row)]

    def _rows(self, row: Row) -> dict[Any, Any]:
        rows: dict[Any, Any] = getattr(self._m, SHELVES[type(row)].name)
        return rows

    def _stored_version(self, row: Row) -> int:
        shelf = SHELVES[type(row)]
        stored = self._rows(row).get(shelf.key(row))
        return 0 if stored is None else _version(stored)


def _version(row: Any) -> int:
    """Return the version of a row, or of what the memory keeps of it; 1 for one without versions."""
    if isinstance(row, tuple):  # owned rows are kept beside their person's id
        return _version(row[1])
    if isinstance(row, Login):
        return row.credentials.version
    if isinstance(row, Notification):
        return 1 if row.state is NotificationState.RECEIVED else 2
    return int(getattr(row, "version", 1))
