"""The storage contract in memory: the same conditions as the table's transactions, under one lock."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.identities import Identity  # noqa: TC001 - the same
from chalicelib.domain.instalments import Debit, Instalment, Mandate
from chalicelib.domain.invoices import Invoice, Order, StoredDocument
from chalicelib.domain.links import PasswordLink  # noqa: TC001 - the same
from chalicelib.domain.notifications import Notification, NotificationState, applied
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.people import Address, Person
from chalicelib.domain.plan_requests import PlanRequest  # noqa: TC001 - imports are plain here
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.role_changes import RoleChange  # noqa: TC001 - the same
from chalicelib.domain.second_factor import SecondFactor  # noqa: TC001 - the same
from chalicelib.domain.sessions import Credentials, Session
from chalicelib.domain.settlement import Booking, Settlement
from chalicelib.domain.settlement import Sequence as DocumentSequence


class Memory:
    """The storage contract in memory: the same conditions, under one lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.addresses: dict[str, dict[str, Address]] = {}
        self.logins: dict[str, Credentials] = {}
        self.registrations_by_id: dict[str, Registration] = {}
        self.attempts: dict[str, Attempt] = {}
        self.orders: dict[int, tuple[str, Order]] = {}
        self.invoices: dict[int, tuple[str, Invoice]] = {}
        self.payments: dict[str, tuple[str, Payment]] = {}
        self.documents: dict[tuple[str, int], StoredDocument] = {}
        self.sequences: dict[str, DocumentSequence] = {}
        self.messages: dict[str, Notification] = {}
        self.aside: dict[tuple[str, str], Notification] = {}
        self.entries: dict[str, OutboxEntry] = {}
        self.plan_requests: dict[str, PlanRequest] = {}
        self.instalments: dict[str, Instalment] = {}
        self.debits: dict[str, Debit] = {}
        self.mandates: dict[str, Mandate] = {}
        self.audit_waiting: dict[str, AuditEntry] = {}
        self.sessions: dict[str, Session] = {}
        self.links: dict[str, PasswordLink] = {}
        self.second_factors: dict[str, SecondFactor] = {}
        self.identities: dict[tuple[str, str], Identity] = {}
        self.role_changes: dict[str, RoleChange] = {}

    def enrol(self, person: Person, credentials: Credentials) -> None:
        self.people[person.id] = person
        self.logins[person.email] = credentials

    def add(self, registration: Registration) -> None:
        self.registrations_by_id[registration.id] = registration


class _Versioned(Protocol):
    @property
    def version(self) -> int: ...


def require(condition: bool, what: str) -> None:  # noqa: FBT001 - a condition is what it is
    if not condition:
        raise ConcurrentUpdate(what)


def require_next(stored: _Versioned | None, following: _Versioned | None, what: str) -> None:
    """A first version must find nothing; a later one the one just before it."""
    if following:
        require((stored.version if stored else 0) == following.version - 1, what)


def require_unchanged(memory: "Memory", registration: Registration) -> None:
    require(memory.registrations_by_id[registration.id].version == registration.version, "registration")


def require_absent(
    memory: "Memory", entries: Iterable[OutboxEntry | None], audit: AuditEntry | None = None
) -> None:
    for entry in entries:
        require(entry is None or entry.id not in memory.entries, "outbox")
    require(audit is None or audit.id not in memory.audit_waiting, "audit")


def keep_beside(
    memory: "Memory", entries: Iterable[OutboxEntry | None], audit: AuditEntry | None = None
) -> None:
    """What a change writes beside itself."""
    memory.entries.update({entry.id: entry for entry in entries if entry})
    if audit:
        memory.audit_waiting[audit.id] = audit


class MemoryRegistrations:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def get(self, registration_id: str) -> Registration:
        if registration_id not in self._m.registrations_by_id:
            raise NotFound
        return self._m.registrations_by_id[registration_id]

    def save(self, registration: Registration, audit: AuditEntry, outbox: OutboxEntry | None = None) -> None:
        with self._m.lock:
            stored = self._m.registrations_by_id[registration.id]
            require(stored.version == registration.version - 1, "registration")
            require_absent(self._m, (outbox,), audit)
            self._m.registrations_by_id[registration.id] = registration
            keep_beside(self._m, (outbox,), audit)

    def queue(
        self, campaign_id: str, status: RegistrationStatus, after: str | None
    ) -> tuple[Sequence[Registration], str | None]:
        found = sorted(
            (
                each
                for each in self._m.registrations_by_id.values()
                if each.campaign_id == campaign_id and each.status is status
            ),
            key=lambda each: each.holder.casefold(),
        )
        return tuple(each for each in found if not after or each.holder.casefold() > after), None


class MemoryAccounts:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def account(self, person_id: str) -> Account:
        m = self._m
        with m.lock:
            if person_id not in m.people:
                raise NotFound
            return Account(
                person=replace(m.people[person_id], addresses=tuple(m.addresses.get(person_id, {}).values())),
                registrations=tuple(r for r in m.registrations_by_id.values() if r.person_id == person_id),
                attempts=tuple(a for a in m.attempts.values() if a.person_id == person_id),
                orders=tuple(o for p, o in m.orders.values() if p == person_id),
                invoices=tuple(i for p, i in m.invoices.values() if p == person_id),
                payments=tuple(p for owner, p in m.payments.values() if owner == person_id),
                plan_requests=tuple(r for r in m.plan_requests.values() if r.person_id == person_id),
                instalments=tuple(i for i in m.instalments.values() if i.person_id == person_id),
                debits=tuple(d for d in m.debits.values() if d.person_id == person_id),
                mandates=tuple(d for d in m.mandates.values() if d.person_id == person_id),
                documents={n: d for (p, n), d in m.documents.items() if p == person_id},
            )

    def start(
        self, attempt: Attempt, registration: Registration, instalment: Instalment | None = None
    ) -> None:
        with self._m.lock:
            require(attempt.id not in self._m.attempts, "attempt")
            require_unchanged(self._m, registration)
            self._require_instalment(instalment)
            self._m.attempts[attempt.id] = attempt
            self._keep_instalment(instalment)

    def save_attempt(
        self,
        attempt: Attempt,
        notification: Notification | None = None,
        instalment: Instalment | None = None,
        mandate: Mandate | None = None,
    ) -> None:
        with self._m.lock:
            self._require_version(attempt)
            self._require_received(notification)
            self._require_instalment(instalment)
            if mandate:
                require_next(self._m.mandates.get(mandate.registration_id), mandate, "mandate")
                self._m.mandates[mandate.registration_id] = mandate
            self._m.attempts[attempt.id] = attempt
            self._keep_instalment(instalment)
            self._apply(notification)

    def open_attempts(self, started_before: datetime) -> Sequence[Attempt]:
        return tuple(
            a for a in list(self._m.attempts.values()) if a.is_open and a.started_at < started_before
        )

    def sequence(self, campaign: Campaign) -> DocumentSequence:
        numbering = campaign.numbering
        first = DocumentSequence(numbering.series, numbering.first_order, numbering.first_invoice)
        return self._m.sequences.get(numbering.series, first)

    def settle(self, settlement: Settlement, notification: Notification | None, audit: AuditEntry) -> None:
        m, payment, owner = self._m, settlement.payment, settlement.attempt.person_id
        with m.lock:
            self._require_settleable(settlement)
            self._require_received(notification)
            require_absent(m, settlement.outbox, audit)
            if settlement.booking:
                self._keep_booking(settlement.booking, owner)
            m.attempts[settlement.attempt.id] = settlement.attempt
            m.payments[payment.transaction] = (owner, payment)
            keep_beside(m, settlement.outbox, audit)
            m.registrations_by_id[settlement.registration.id] = settlement.registration
            if settlement.plan_request:
                m.plan_requests[settlement.plan_request.registration_id] = settlement.plan_request
            if settlement.mandate:
                m.mandates[settlement.mandate.registration_id] = settlement.mandate
            for each in settlement.instalments:
                self._keep_instalment(each)
            self._apply(notification)

    def _require_settleable(self, settlement: Settlement) -> None:
        m, request, mandate = self._m, settlement.plan_request, settlement.mandate
        self._require_version(settlement.attempt)
        require(settlement.payment.transaction not in m.payments, "payment")
        if request:
            require_next(m.plan_requests.get(request.registration_id), request, "plan request")
        if mandate:
            require_next(m.mandates.get(mandate.registration_id), mandate, "mandate")
        registration = settlement.registration
        require_next(m.registrations_by_id[registration.id], registration, "registration")
        for each in settlement.instalments:
            self._require_instalment(each)
        if settlement.booking:
            sequence = settlement.booking.sequence
            require_next(m.sequences.get(sequence.series), sequence, "sequence")

    def _keep_booking(self, booking: Booking, owner: str) -> None:
        m = self._m
        m.orders[booking.order.number] = (owner, booking.order)
        m.invoices[booking.invoice.number] = (owner, booking.invoice)
        m.sequences[booking.sequence.series] = booking.sequence

    def keep_document(self, person_id: str, invoice_number: int, document: StoredDocument) -> None:
        self._m.documents.setdefault((person_id, invoice_number), document)

    def _require_version(self, attempt: Attempt) -> None:
        require(self._m.attempts[attempt.id].version == attempt.version - 1, "attempt")

    def _require_instalment(self, instalment: Instalment | None) -> None:
        if instalment:
            require_next(self._m.instalments.get(instalment.id), instalment, "instalment")

    def _keep_instalment(self, instalment: Instalment | None) -> None:
        if instalment:
            self._m.instalments[instalment.id] = instalment

    def _require_received(self, notification: Notification | None) -> None:
        if notification:
            kept = self._m.messages[notification.key]
            require(kept.state is NotificationState.RECEIVED, "notification")

    def _apply(self, notification: Notification | None) -> None:
        if notification:
            self._m.messages[notification.key] = applied(notification)


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
        self._m.entries.setdefault(entry.id, entry)

    def pending(self, now: datetime, limit: int | None = None) -> Sequence[OutboxEntry]:
        waiting = (each for each in tuple(self._m.entries.values()) if not each.given_up_at)
        due = [each for each in waiting if each.waits_until <= now]
        return tuple(sorted(due, key=lambda each: (each.waits_until, each.id))[:limit])

    def given_up(self) -> Sequence[OutboxEntry]:
        found = [each for each in self._m.entries.values() if each.given_up_at]
        return tuple(sorted(found, key=lambda each: (each.given_up_at or each.created_at, each.id)))

    def save(self, entry: OutboxEntry, audit: AuditEntry | None = None) -> None:
        with self._m.lock:
            require(entry.id in self._m.entries, "outbox")
            require_next(self._m.entries[entry.id], entry, "outbox")
            require_absent(self._m, (), audit)
            keep_beside(self._m, (entry,), audit)

    def find(self, entry_id: str) -> OutboxEntry | None:
        return self._m.entries.get(entry_id)

    def delivered(self, entry_id: str) -> None:
        self._m.entries.pop(entry_id, None)
