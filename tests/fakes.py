"""In-process ports: the storage contract in memory, a gateway that keeps a ledger, and recorders."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Campaign, School
from chalicelib.domain.errors import GatewayUnavailable, NotFound, SignatureMismatch, Superseded
from chalicelib.domain.invoices import Certificate, Invoice, Order, StoredDocument
from chalicelib.domain.notifications import Notification, NotificationState
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Answer, Attempt, Outcome, Payment, PaymentPage
from chalicelib.domain.people import Address, Person
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.sessions import Credentials, Session
from chalicelib.domain.settlement import Sequence as DocumentSequence
from chalicelib.domain.settlement import Settlement

MANUAL_DAY = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)
SITE = "1999888"


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

    def enrol(self, person: Person, credentials: Credentials) -> None:
        self.people[person.id] = person
        self.logins[person.email] = credentials

    def add(self, registration: Registration) -> None:
        self.registrations_by_id[registration.id] = registration


def _require(condition: bool, what: str) -> None:  # noqa: FBT001 - a condition is what it is
    if not condition:
        raise Superseded(what)


class MemoryPeople:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def credentials(self, email: str) -> Credentials | None:
        return self._m.logins.get(email)

    def person(self, person_id: str) -> Person:
        if person_id not in self._m.people:
            raise NotFound
        return self._m.people[person_id]

    def save_address(self, person_id: str, address: Address) -> None:
        self._m.addresses.setdefault(person_id, {})[address.id] = address


class MemorySessions:
    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def open(self, session: Session) -> None:
        self._sessions[session.token_hash] = session

    def find(self, token_hash: str) -> Session | None:
        return self._sessions.get(token_hash)

    def close(self, token_hash: str) -> None:
        self._sessions.pop(token_hash, None)


class MemoryRegistrations:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def get(self, registration_id: str) -> Registration:
        if registration_id not in self._m.registrations_by_id:
            raise NotFound
        return self._m.registrations_by_id[registration_id]

    def save(self, registration: Registration, outbox: OutboxEntry | None = None) -> None:
        with self._m.lock:
            stored = self._m.registrations_by_id[registration.id]
            _require(stored.version == registration.version - 1, "registration")
            self._m.registrations_by_id[registration.id] = registration
            if outbox:
                self._m.entries[outbox.id] = outbox

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
                documents={n: d for (p, n), d in m.documents.items() if p == person_id},
            )

    def start(self, attempt: Attempt, registration: Registration) -> None:
        with self._m.lock:
            _require(attempt.id not in self._m.attempts, "attempt")
            stored = self._m.registrations_by_id[registration.id]
            _require(stored.version == registration.version, "registration")
            self._m.attempts[attempt.id] = attempt

    def save_attempt(self, attempt: Attempt, notification: Notification | None = None) -> None:
        with self._m.lock:
            self._require_version(attempt)
            self._require_received(notification)
            self._m.attempts[attempt.id] = attempt
            self._apply(notification)

    def open_attempts(self, started_before: datetime) -> Sequence[Attempt]:
        return tuple(
            a for a in list(self._m.attempts.values()) if a.is_open and a.started_at < started_before
        )

    def sequence(self, campaign: Campaign) -> DocumentSequence:
        numbering = campaign.numbering
        first = DocumentSequence(numbering.series, numbering.first_order, numbering.first_invoice)
        return self._m.sequences.get(numbering.series, first)

    def settle(self, settlement: Settlement, notification: Notification | None) -> None:
        m, attempt, payment, booking = (
            self._m,
            settlement.attempt,
            settlement.payment,
            settlement.booking,
        )
        with m.lock:
            self._require_version(attempt)
            self._require_received(notification)
            _require(payment.transaction not in m.payments, "payment")
            _require(settlement.outbox.id not in m.entries, "outbox")
            if booking:
                stored = m.registrations_by_id[booking.registration.id]
                _require(stored.version == booking.registration.version - 1, "registration")
                drawn = m.sequences.get(booking.sequence.series)
                _require((drawn.version if drawn else 0) == booking.sequence.version - 1, "sequence")
                m.registrations_by_id[booking.registration.id] = booking.registration
                m.orders[booking.order.number] = (attempt.person_id, booking.order)
                m.invoices[booking.invoice.number] = (attempt.person_id, booking.invoice)
                m.sequences[booking.sequence.series] = booking.sequence
            m.attempts[attempt.id] = attempt
            m.payments[payment.transaction] = (attempt.person_id, payment)
            m.entries[settlement.outbox.id] = settlement.outbox
            self._apply(notification)

    def keep_document(self, person_id: str, invoice_number: int, document: StoredDocument) -> None:
        self._m.documents.setdefault((person_id, invoice_number), document)

    def _require_version(self, attempt: Attempt) -> None:
        _require(self._m.attempts[attempt.id].version == attempt.version - 1, "attempt")

    def _require_received(self, notification: Notification | None) -> None:
        if notification:
            kept = self._m.messages[notification.key]
            _require(kept.state is NotificationState.RECEIVED, "notification")

    def _apply(self, notification: Notification | None) -> None:
        if notification:
            applied = replace(notification, state=NotificationState.APPLIED)
            self._m.messages[notification.key] = applied


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

    def pending(self) -> Sequence[OutboxEntry]:
        return tuple(self._m.entries.values())

    def find(self, entry_id: str) -> OutboxEntry | None:
        return self._m.entries.get(entry_id)

    def delivered(self, entry_id: str) -> None:
        self._m.entries.pop(entry_id, None)


@dataclass
class FakeGateway:
    """A gateway whose messages are `Answer`s by name; `answers` is what it says when asked by reference."""

    messages: dict[bytes, Answer] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    is_up: bool = True
    pages: list[PaymentPage] = field(default_factory=list)

    def reference(self, attempt_id: str) -> str:
        return f"{SITE}-32-{attempt_id}"

    def attempt_id(self, reference: str) -> str | None:
        prefix = f"{SITE}-32-"
        return reference.removeprefix(prefix) if reference.startswith(prefix) else None

    def payment_page(self, attempt: Attempt, payer: Person, school: School, language: str) -> PaymentPage:
        if not self.is_up:
            raise GatewayUnavailable
        fields = (("reference", attempt.reference), ("total", str(attempt.amount_cents)))
        return PaymentPage("https://gateway.test/pay", fields)

    def says(self, body: bytes, answer: Answer) -> bytes:
        """Sign a message; what it says was paid, the books hold too."""
        if answer.outcome is Outcome.PAID:
            self.answers.setdefault(answer.reference, answer)
        return self.signs_elsewhere(body, answer)

    def signs_elsewhere(self, body: bytes, answer: Answer) -> bytes:
        """Sign a message that our account holds nothing of: the same key signs for every merchant."""
        self.messages[body] = answer
        return body

    def read_notification(self, body: bytes) -> Answer:
        if body not in self.messages:
            raise SignatureMismatch("Cette notification n'est pas signée par la passerelle.")
        return self.messages[body]

    def inquire(self, attempt: Attempt, next_question: Callable[[], int], now: datetime) -> Answer:
        next_question()
        not_found = Answer(attempt.reference, attempt.amount_cents, Outcome.NOT_FOUND, "00018")
        return self.answers.get(attempt.reference, not_found)


class FakeDocuments:
    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    def key_for(self, invoice: Invoice) -> str:
        return f"invoices/{invoice.number}/1.pdf"

    def put_once(self, key: str, pdf: bytes) -> StoredDocument:
        kept = self.stored.setdefault(key, pdf)
        return StoredDocument(key, f"sha256 of {kept!r}", len(kept))

    def link(self, key: str, seconds: int) -> str:
        return f"https://documents.test/{key}?dies_in={seconds}"


class FakeQuestions:
    def __init__(self) -> None:
        self._drawn = count(1)

    def next_question(self) -> int:
        return next(self._drawn)


class PlainPasswords:
    def matches(self, password: str, password_hash: str | None) -> bool:
        return password == password_hash


@dataclass
class RecordedAlarms:
    raised: list[str] = field(default_factory=list)

    def raise_anomaly(self, notification: Notification) -> None:
        self.raised.append(f"anomaly {notification.anomaly}")

    def raise_overpayment(self, attempt: Attempt) -> None:
        self.raised.append(f"overpayment {attempt.id}")

    def raise_unanswered(self, attempt: Attempt) -> None:
        self.raised.append(f"unanswered {attempt.id}")


@dataclass
class RecordedMailer:
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, to: Person, entry: OutboxEntry, account: Account, campaign: Campaign) -> None:
        self.sent.append((to.email, entry.topic))


@dataclass
class RecordedQueue:
    entries: list[OutboxEntry] = field(default_factory=list)

    def send(self, entries: Sequence[OutboxEntry]) -> None:
        self.entries.extend(entries)


class OneCampaign:
    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def current(self) -> Campaign:
        return self._campaign

    def get(self, campaign_id: str) -> Campaign:
        if campaign_id != self._campaign.id:
            raise NotFound
        return self._campaign


class FakePorts:
    """All ports on fakes; the clock stands still until it is moved."""

    def __init__(self, campaign: Campaign, at: datetime = MANUAL_DAY) -> None:
        self.memory = Memory()
        self.at = at
        self.campaigns = OneCampaign(campaign)
        self.people = MemoryPeople(self.memory)
        self.sessions = MemorySessions()
        self.passwords = PlainPasswords()
        self.registrations = MemoryRegistrations(self.memory)
        self.accounts = MemoryAccounts(self.memory)
        self.notifications = MemoryNotifications(self.memory)
        self.outbox = MemoryOutbox(self.memory)
        self.outbox_queue = RecordedQueue()
        self.gateway = FakeGateway()
        self.questions = FakeQuestions()
        self.documents = FakeDocuments()
        self.mailer = RecordedMailer()
        self.alarms = RecordedAlarms()
        self.races = 0
        self._ids: Iterator[int] = count(1)

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)

    def pause(self, race: int) -> None:
        self.races += 1

    def new_id(self) -> str:
        return f"{next(self._ids):016x}"

    def new_token(self) -> str:
        return f"token {next(self._ids)}"

    def render_certificate(self, certificate: Certificate) -> bytes:
        return f"{certificate.total_paid_cents} of {certificate.total_due_cents}".encode()

    def render_invoice(self, invoice: Invoice) -> bytes:
        return f"PDF of {invoice.number}".encode()


def enrol_student(
    ports: FakePorts, person: Person, programme_code: str, campaign_id: str, password: str = "password"
) -> Registration:
    """Write a student and an empty registration, as an import would."""
    ports.memory.enrol(person, Credentials(person.id, password))
    registration = Registration(
        id=f"{person.id}-1",
        person_id=person.id,
        campaign_id=campaign_id,
        programme_code=programme_code,
        holder=f"{person.last_name} {person.first_name}",
    )
    ports.memory.add(registration)
    return registration
