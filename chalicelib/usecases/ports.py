"""Interfaces that several nouns use. Adapters implement these; the fakes of the tests do too.

Writes are conditional: a writer whose read has been overtaken gets `ConcurrentUpdate` and nothing is written.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign, School
from chalicelib.domain.instalments import Debit, Instalment, Mandate
from chalicelib.domain.invoices import Invoice, StoredDocument
from chalicelib.domain.notifications import Notification
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Answer, Attempt, PaymentPage
from chalicelib.domain.people import Person
from chalicelib.usecases.isolation import FailureAlarm


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Return the aware time of now."""


class Documents(Protocol):
    def key_for(self, invoice: Invoice) -> str: ...

    def put_once(self, key: str, pdf: bytes) -> StoredDocument:
        """Store unless something is there; return what is there."""

    def link(self, key: str, seconds: int) -> str:
        """Return an address that dies after `seconds`."""

    def erase(self, folder: str) -> None:
        """Delete every version of every object under the prefix `folder`, which ends with a slash."""


class Mailer(Protocol):
    """Each mail carries a name that is made of its entry alone: a mail sent twice carries it twice."""

    def send(self, to: Person, entry: OutboxEntry, account: Account, campaign: Campaign) -> None: ...

    def send_link(self, to: Person, entry: OutboxEntry, token: str, campaign: Campaign) -> None:
        """Mail the address, under our own configured one, that sets a password once."""

    def send_notice(self, to: Person, entry: OutboxEntry, campaign: Campaign) -> None: ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Spend the same time when there is no hash to compare with."""

    def is_common(self, password: str) -> bool: ...


class Totp(Protocol):
    """Time-based codes, RFC 6238: six digits, 30 seconds, one step of tolerance."""

    def new_secret(self) -> str: ...

    def uri(self, secret: str, account_name: str, issuer: str) -> str: ...

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the time step that `code` is right for."""

    def new_recovery_codes(self) -> tuple[str, ...]: ...

    def recovery_digest(self, code: str) -> str: ...


class Sealer(Protocol):
    """Encrypts what must be read again; `context` names what it belongs to and must be the same to open."""

    def seal(self, text: str, context: str) -> str:
        """Raise `SecondFactorUnavailable` where the key cannot be used."""

    def open(self, sealed: str, context: str) -> str:
        """Raise the same; ValueError for what was changed, or sealed for another context."""


class IdentityProvider(Protocol):
    """A CAS 3.0 server."""

    @property
    def name(self) -> str: ...

    def login_address(self, *, renew: bool) -> str: ...

    def subject(self, ticket: str, *, renew: bool) -> str | None:
        """Validate a ticket, once, and return its subject; None unless the answer is one clear success.

        Raise `IdentityProviderUnavailable` where it cannot be reached.
        """

    def ended_ticket(self, logout_request: str) -> str | None: ...


class Campaigns(Protocol):
    def get(self, campaign_id: str) -> Campaign:
        """Raise `NotFound` for an unknown one."""

    def current(self) -> Campaign: ...

    def every(self) -> tuple[Campaign, ...]:
        """Return all campaigns, the current one first."""


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

    def confirm(
        self, attempt: Attempt, announced: Answer, next_question: Callable[[], int], now: datetime
    ) -> Answer:
        """Ask whether our own account holds the transaction that a signed message announced."""

    def debit(self, debit: Debit, mandate: Mandate, now: datetime) -> Answer:
        """Take one instalment by the subscriber's token: one call, never repeated by itself."""

    def kept_text(self, body: bytes) -> str:
        """A genuine message as it may be kept: without the token of a card."""

    def forget_card(self, subscriber: str, next_question: Callable[[], int], now: datetime) -> bool:
        """Whether the gateway does not know a subscriber's card any more; False where it did not say so."""

    def inquire_debit(self, debit: Debit, next_question: Callable[[], int], now: datetime) -> Answer:
        """Ask what became of a debit; whatever is unclear is `Outcome.UNKNOWN`."""


class Alarms(FailureAlarm, Protocol):
    def raise_anomaly(self, notification: Notification) -> None:
        """Tell the operators, once for each call, that a genuine message did not fit."""

    def raise_overpayment(self, attempt: Attempt) -> None: ...

    def raise_mismatch(self, instalment: Instalment) -> None:
        """Tell them that an instalment is not what was approved: it is not sent."""

    def raise_conflict(self, instalment: Instalment) -> None:
        """Tell them that only a named person can say what became of a debit."""

    def raise_refused_setup(self, debit: Debit, code: str) -> None:
        """Tell them that the gateway refuses our configuration, or answers by a code nobody can class."""

    def raise_given_up(self, entry: OutboxEntry) -> None:
        """Tell them that an entry failed on every try: nobody tries it again unless staff asks for it."""

    def raise_unanswered(self, attempt: Attempt) -> None:
        """Tell them that the gateway has not said for a day what became of an attempt."""
