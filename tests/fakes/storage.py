"""The storage contract in memory: the same conditions as the table's transactions, under one lock."""

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.correlation import correlation_id
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.notifications import Notification, NotificationState
from chalicelib.domain.outbox import OutboxEntry, SentMail, Topic
from chalicelib.domain.people import Address, Person
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.sessions import Credentials, Session
from chalicelib.domain.trail.traced import traced

if TYPE_CHECKING:
    from chalicelib.domain.books.daily_sums import JournalSums
    from chalicelib.domain.books.hand_letterings import HandLettering
    from chalicelib.domain.books.journal import JournalEntry, JournalSequence
    from chalicelib.domain.books.periods import Closing, Period
    from chalicelib.domain.brakes.brake import Brakes
    from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignText, CampaignValues
    from chalicelib.domain.corrections.credit_notes import CreditNote, CreditNoteSequence
    from chalicelib.domain.corrections.waiver import Waiver
    from chalicelib.domain.events.event import Event, EventSequence
    from chalicelib.domain.exports.batches import Batch, BatchSequence, BatchText
    from chalicelib.domain.exports.catch_up import JournalCatchUp
    from chalicelib.domain.exports.returns import BatchReturn
    from chalicelib.domain.identities import Identity
    from chalicelib.domain.imports.student_import import StudentImport
    from chalicelib.domain.invoices import Invoice, Order, StoredDocument
    from chalicelib.domain.links import IbanLink, PasswordLink
    from chalicelib.domain.lists.comments import Comment
    from chalicelib.domain.payers.payer import Payer
    from chalicelib.domain.payment_links.link import PaymentLink, PaymentLinkKey
    from chalicelib.domain.payments import Attempt, Payment
    from chalicelib.domain.plan.instalments import Debit, Instalment, Mandate
    from chalicelib.domain.plan.plan_requests import PlanRequest
    from chalicelib.domain.programs.service_key import ServiceKey
    from chalicelib.domain.reconciliation.policies import Difference, Reconciliation
    from chalicelib.domain.refunds.refund import Refund
    from chalicelib.domain.refunds.transfer_files import TransferFile, TransferFileText, TransferSequence
    from chalicelib.domain.role_changes import RoleChange
    from chalicelib.domain.second_factor import SecondFactor
    from chalicelib.domain.settlement import Sequence as DocumentSequence
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


class ExportMemory:
    """What left for the school's accounting."""

    def __init__(self) -> None:
        self.batches: dict[str, Batch] = {}
        self.batch_returns: dict[str, BatchReturn] = {}
        self.batch_sequences: dict[tuple[str, str], BatchSequence] = {}
        self.batch_texts: dict[tuple[str, int], BatchText] = {}
        self.waivers: dict[str, Waiver] = {}
        self.catch_ups: dict[str, JournalCatchUp] = {}
        self.events: dict[str, Event] = {}
        self.service_keys: dict[str, ServiceKey] = {}
        self.event_sequences: dict[str, EventSequence] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.endpoint_cursors: dict[str, EndpointCursor] = {}
        self.endpoint_healths: dict[str, EndpointHealth] = {}
        self.deliveries: dict[tuple[str, int], Delivery] = {}


class Memory(ExportMemory):
    """The storage contract in memory: the same conditions, under one lock."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.addresses: dict[str, dict[str, Address]] = {}
        self.logins: dict[str, Credentials] = {}
        self.registrations_by_id: dict[str, Registration] = {}
        self.attempts: dict[str, Attempt] = {}
        self.orders: dict[int, tuple[str, Order]] = {}
        self.invoices: dict[int, tuple[str, Invoice]] = {}
        self.credit_notes: dict[int, tuple[str, CreditNote]] = {}
        self.credit_note_sequences: dict[str, CreditNoteSequence] = {}
        self.credit_documents: dict[tuple[str, int], StoredDocument] = {}
        self.payments: dict[str, tuple[str, Payment]] = {}
        self.documents: dict[tuple[str, int], StoredDocument] = {}
        self.sequences: dict[str, DocumentSequence] = {}
        self.messages: dict[str, Notification] = {}
        self.aside: dict[tuple[str, str], Notification] = {}
        self.entries: dict[str, OutboxEntry] = {}
        self.mails: dict[str, SentMail] = {}
        self.plan_requests: dict[str, PlanRequest] = {}
        self.last_acts: dict[str, LastAct] = {}
        self.comments: dict[str, Comment] = {}
        self.instalments: dict[str, Instalment] = {}
        self.debits: dict[str, Debit] = {}
        self.mandates: dict[str, Mandate] = {}
        self.audit_waiting: dict[str, AuditEntry] = {}
        self.brakes: dict[str, Brakes] = {}
        self.campaign_registers: dict[str, CampaignRegister] = {}
        self.campaign_texts: dict[tuple[str, int], CampaignText] = {}
        self.campaign_values: dict[tuple[str, int, int], CampaignValues] = {}
        self.journal: dict[str, JournalEntry] = {}
        self.journal_sequences: dict[tuple[str, int], JournalSequence] = {}
        self.journal_sums: dict[tuple[str, int], JournalSums] = {}
        self.sessions: dict[str, Session] = {}
        self.links: dict[str, PasswordLink] = {}
        self.iban_links: dict[str, IbanLink] = {}
        self.payment_links: dict[str, PaymentLink] = {}
        self.payment_link_keys: dict[str, PaymentLinkKey] = {}
        self.second_factors: dict[str, SecondFactor] = {}
        self.identities: dict[tuple[str, str], Identity] = {}
        self.refunds: dict[str, Refund] = {}
        self.payers: dict[str, Payer] = {}
        self.transfer_files: dict[str, TransferFile] = {}
        self.transfer_texts: dict[str, TransferFileText] = {}
        self.transfer_sequences: dict[str, TransferSequence] = {}
        self._add_reconciliations()
        self.role_changes: dict[str, RoleChange] = {}
        self.student_imports: dict[str, StudentImport] = {}
        self._shelve_books()

    def _shelve_books(self) -> None:
        self.rapprochements: dict[str, Rapprochement] = {}
        self.closings: dict[str, Closing] = {}
        self.periods: dict[tuple[str, str], Period] = {}
        self.cheques: dict[tuple[str, str], Cheque] = {}
        self.slips: dict[str, Slip] = {}
        self.slip_lines: dict[str, SlipLines] = {}
        self.slip_sequences: dict[str, SlipSequence] = {}
        self.letterings: dict[str, HandLettering] = {}
        self.statements: dict[str, BankStatement] = {}
        self.statement_chains: dict[str, StatementChain] = {}
        self.csv_mappings: dict[str, CsvMapping] = {}
        self.statement_lines: dict[str, StatementLine] = {}

    def _add_reconciliations(self) -> None:
        self.bank_movements: dict[str, BankMovement] = {}
        self.card_movements: dict[str, CardMovement] = {}
        self.movement_cursors: dict[tuple[str, int], MovementCursor] = {}
        self.remittances: dict[tuple[str, str], Remittance] = {}
        self.reconciliation_runs: dict[str, Reconciliation] = {}
        self.differences: dict[str, Difference] = {}

    def enrol(self, person: Person, credentials: Credentials) -> None:
        self.people[person.id] = person
        self.logins[person.email] = credentials

    def add(self, registration: Registration) -> None:
        self.registrations_by_id[registration.id] = registration


def require(condition: bool, what: str) -> None:  # noqa: FBT001 - a condition is what it is
    if not condition:
        raise ConcurrentUpdate(what)


class MemoryRegistrations:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def get(self, registration_id: str) -> Registration:
        if registration_id not in self._m.registrations_by_id:
            raise NotFound
        return self._m.registrations_by_id[registration_id]

    def of_status(self, campaign_id: str, status: RegistrationStatus) -> Sequence[Registration]:
        found = (
            each
            for each in self._m.registrations_by_id.values()
            if each.campaign_id == campaign_id and each.status is status
        )
        return sorted(found, key=lambda each: each.holder.casefold())


class MemoryNotifications:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def record(self, notification: Notification) -> Notification:
        with self._m.lock:
            return self._m.messages.setdefault(notification.key, notification)

    def set_aside(self, notification: Notification) -> None:
        with self._m.lock:
            kept = self._m.messages.get(notification.key)
            if kept and kept.digest == notification.digest:
                self._m.messages[notification.key] = notification
            else:
                self._m.aside[notification.key, notification.digest] = notification

    def unapplied(self, received_before: datetime) -> Sequence[Notification]:
        return tuple(
            n
            for n in list(self._m.messages.values())
            if n.state is NotificationState.RECEIVED and n.received_at < received_before
        )


class MemoryOutbox:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def add(self, entry: OutboxEntry) -> None:
        self._m.entries.setdefault(entry.id, traced(entry, correlation_id()))

    def pending(self, now: datetime, limit: int | None = None) -> Sequence[OutboxEntry]:
        return tuple(each for each in self._due(now) if each.topic is not Topic.FORGET_CARD)[:limit]

    def cards(self, now: datetime) -> Sequence[OutboxEntry]:
        return tuple(each for each in self._due(now) if each.topic is Topic.FORGET_CARD)

    def _due(self, now: datetime) -> Sequence[OutboxEntry]:
        waiting = (each for each in tuple(self._m.entries.values()) if not each.given_up_at)
        due = [each for each in waiting if each.waits_until <= now]
        return sorted(due, key=lambda each: (each.waits_until, each.id))

    def given_up(self) -> Sequence[OutboxEntry]:
        found = [each for each in self._m.entries.values() if each.given_up_at]
        return tuple(sorted(found, key=lambda each: (each.given_up_at or each.created_at, each.id)))

    def find(self, entry_id: str) -> OutboxEntry | None:
        return self._m.entries.get(entry_id)

    def delivered(self, entry_id: str, mail: SentMail | None = None) -> None:
        self._m.entries.pop(entry_id, None)
        if mail:
            self._m.mails[mail.id] = mail

    def sent_to(self, person_id: str) -> Sequence[SentMail]:
        return tuple(each for each in self._m.mails.values() if each.person_id == person_id)
