"""What the use cases need of the world. Adapters implement these; the fakes of the tests do too.

Writes are conditional: a writer whose read has been overtaken gets `Superseded` and nothing is written.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.campaign import Campaign, School
from chalicelib.domain.instalments import Debit, Instalment, Mandate
from chalicelib.domain.invoices import StoredDocument
from chalicelib.domain.notifications import Notification
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Answer, Attempt, Payment, PaymentPage
from chalicelib.domain.people import Person
from chalicelib.domain.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.settlement import Sequence as DocumentSequence
from chalicelib.domain.settlement import Settlement
from chalicelib.usecases.audit_ports import AuditHeads, AuditTrail, Clock
from chalicelib.usecases.delivery_ports import (
    CertificateRenderer,
    DebitQueue,
    Documents,
    InvoiceRenderer,
    Mailer,
    Outbox,
    OutboxQueue,
)
from chalicelib.usecases.identity_ports import (
    Identities,
    IdentityProvider,
    Limits,
    Links,
    Passwords,
    People,
    RoleChanges,
    Sealer,
    SecondFactors,
    Sessions,
    Totp,
)
from chalicelib.usecases.privacy_ports import PersonalRecords


class Campaigns(Protocol):
    def get(self, campaign_id: str) -> Campaign:
        """Raise `NotFound` for an unknown one."""

    def current(self) -> Campaign: ...


class Registrations(Protocol):
    def get(self, registration_id: str) -> Registration:
        """Raise `NotFound`."""

    def save(self, registration: Registration, audit: AuditEntry, outbox: OutboxEntry | None = None) -> None:
        """Write the next version; `Superseded` unless the stored one is `registration.version - 1`."""

    def queue(
        self, campaign_id: str, status: RegistrationStatus, after: str | None
    ) -> tuple[Sequence[Registration], str | None]:
        """One page of the registrar's queue, oldest name first, and the cursor of the next page."""


class Accounts(Protocol):
    def account(self, person_id: str) -> Account:
        """One consistent read of all that a student has; `NotFound` for an unknown person."""

    def start(
        self, attempt: Attempt, registration: Registration, instalment: Instalment | None = None
    ) -> None:
        """Write a new attempt, and the late instalment it holds.

        `Superseded` when the attempt exists already or the registration has changed.
        """

    def save_attempt(
        self,
        attempt: Attempt,
        notification: Notification | None = None,
        instalment: Instalment | None = None,
        mandate: Mandate | None = None,
    ) -> None:
        """Write the attempt's next version and the applied message, together.

        With them the instalment that a closed page lets go, or the card that a late message brings.
        """

    def open_attempts(self, started_before: datetime) -> Sequence[Attempt]:
        """Return the attempts that the gateway must still be asked about, oldest first."""

    def sequence(self, campaign: Campaign) -> DocumentSequence: ...

    def settle(self, settlement: Settlement, notification: Notification | None, audit: AuditEntry) -> None:
        """Write all of it in one transaction, or `Superseded` and none of it."""

    def keep_document(self, person_id: str, invoice_number: int, document: StoredDocument) -> None:
        """Remember the PDF of an invoice; the first one kept stays."""


class Notifications(Protocol):
    def record(self, notification: Notification) -> Notification:
        """Keep it if its key is new; return what is kept under the key."""

    def set_aside(self, notification: Notification) -> None:
        """Keep a message with its anomaly. A second one with the same digest changes nothing."""

    def unapplied(self, received_before: datetime) -> Sequence[Notification]:
        """Return the messages whose processing was cut short."""


class PlanRequests(Protocol):
    def save(
        self,
        request: PlanRequest,
        registration: Registration,
        audit: AuditEntry,
        outbox: OutboxEntry | None = None,
    ) -> None:
        """Write the request's next version; `Superseded` when it or the registration has changed."""

    def queue(
        self, campaign_id: str, state: PlanRequestState, after: str | None
    ) -> tuple[Sequence[PlanRequest], str | None]:
        """One page of the accountant's queue, oldest request first, and the cursor of the next page."""


class Debits(Protocol):
    def due(self, today: date) -> Sequence[str]:
        """Return the ids of what may be debited on this Paris day: late ones too, what is not due never."""

    def in_flight(self, since_before: datetime) -> Sequence[Instalment]:
        """Return what was claimed, sent or unknown before that moment, oldest first."""

    def conflicts(self) -> Sequence[Instalment]:
        """Return what only a named person can release, oldest first."""

    def write(
        self,
        instalment: Instalment,
        debit: Debit | None = None,
        payment: Payment | None = None,
        outbox: Sequence[OutboxEntry] = (),
        audit: AuditEntry | None = None,
    ) -> None:
        """Write the next version of each in one transaction; `Superseded` when one of them has changed."""

    def of_day(self, day: date) -> Sequence[Debit]:
        """Return the debits that belong to a Paris day."""


class Gateway(Protocol):
    def reference(self, attempt_id: str) -> str: ...

    def attempt_id(self, reference: str) -> str | None:
        """Return None for a reference of another site."""

    def payment_page(self, attempt: Attempt, payer: Person, school: School, language: str) -> PaymentPage:
        """Raise `GatewayUnavailable` when no host of the gateway is up."""

    def read_notification(self, body: bytes) -> Answer:
        """Raise `NotificationRejected` for whatever is not a genuine, readable message."""

    def inquire(self, attempt: Attempt, next_question: Callable[[], int], now: datetime) -> Answer:
        """Ask what became of an attempt; whatever is unclear is `Outcome.UNKNOWN`."""

    def debit(self, debit: Debit, mandate: Mandate, now: datetime) -> Answer:
        """Take one instalment by the subscriber's token: one call, never repeated by itself."""

    def kept_text(self, body: bytes) -> str:
        """A genuine message as it may be kept: without the token of a card."""

    def forget_card(self, subscriber: str, next_question: Callable[[], int], now: datetime) -> bool:
        """Whether the gateway does not know a subscriber's card any more; False where it did not say so."""

    def inquire_debit(self, debit: Debit, next_question: Callable[[], int], now: datetime) -> Answer:
        """Ask what became of a debit; whatever is unclear is `Outcome.UNKNOWN`."""


class Questions(Protocol):
    def next_question(self) -> int:
        """Draw a number never drawn before, 1 … 2 147 483 647."""


class Alarms(Protocol):
    def raise_anomaly(self, notification: Notification) -> None:
        """Tell the operators, once for each call, that a genuine message did not fit."""

    def raise_overpayment(self, attempt: Attempt) -> None: ...

    def raise_mismatch(self, instalment: Instalment) -> None:
        """Tell them that an instalment is not what was approved: it is not sent."""

    def raise_conflict(self, instalment: Instalment) -> None:
        """Tell them that only a named person can say what became of a debit."""

    def raise_refused_setup(self, debit: Debit, code: str) -> None:
        """Tell them that the gateway refuses our configuration, or answers by a code nobody can class."""

    def raise_unanswered(self, attempt: Attempt) -> None:
        """Tell them that the gateway has not said for a day what became of an attempt."""


class Ports(Protocol):
    """All of the above, each built when first asked for."""

    @property
    def now(self) -> Clock: ...
    @property
    def pause(self) -> Callable[[int], None]:
        """Wait before the nth retry of a lost race, longer each time, never in step with others."""

    @property
    def new_id(self) -> Callable[[], str]:
        """Return 16 fresh random hex digits."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a fresh unguessable token of 256 bits."""

    @property
    def campaigns(self) -> Campaigns: ...
    @property
    def requires_second_factor(self) -> bool:
        """Whether staff need one even before they have set it up."""

    @property
    def people(self) -> People: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def links(self) -> Links: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def passwords(self) -> Passwords: ...
    @property
    def second_factors(self) -> SecondFactors: ...
    @property
    def totp(self) -> Totp: ...
    @property
    def sealer(self) -> Sealer: ...
    @property
    def identities(self) -> Identities: ...
    @property
    def identity_provider(self) -> IdentityProvider | None:
        """None where the school has no CAS server."""

    @property
    def role_changes(self) -> RoleChanges: ...
    @property
    def audit(self) -> AuditTrail: ...
    @property
    def personal(self) -> PersonalRecords: ...
    @property
    def audit_heads(self) -> AuditHeads: ...
    @property
    def registrations(self) -> Registrations: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def plan_requests(self) -> PlanRequests: ...
    @property
    def debits(self) -> Debits: ...
    @property
    def debit_queue(self) -> DebitQueue: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def outbox_queue(self) -> OutboxQueue: ...
    @property
    def gateway(self) -> Gateway: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def render_invoice(self) -> InvoiceRenderer: ...
    @property
    def render_certificate(self) -> CertificateRenderer: ...
    @property
    def mailer(self) -> Mailer: ...
    @property
    def alarms(self) -> Alarms: ...
