"""Interfaces used by several nouns, implemented by adapters and by the fakes of the tests.

Writes are conditional: a writer with an outdated read gets `ConcurrentUpdate`, and nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.isolation import FailureAlarm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from chalicelib.domain.account import Account
    from chalicelib.domain.campaign import Campaign, School
    from chalicelib.domain.corrections.credit_notes import CreditNote
    from chalicelib.domain.credits import Credit
    from chalicelib.domain.invoices import Invoice, StoredDocument
    from chalicelib.domain.languages import Language
    from chalicelib.domain.notifications import Notification
    from chalicelib.domain.outbox import OutboxEntry
    from chalicelib.domain.payment_links.link_use import CardPayer
    from chalicelib.domain.payments import Answer, Attempt, Payment, PaymentPage
    from chalicelib.domain.people import Person
    from chalicelib.domain.plan.instalments import Debit, Instalment, Mandate
    from chalicelib.domain.reconciliation.exports import Export
    from chalicelib.domain.reconciliation.policies import Reconciliation
    from chalicelib.domain.refunds.refund import Holding, Refund
    from chalicelib.domain.treasury.remittances import CardMovement, Told


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Return the current time, with its time zone."""


class Documents(Protocol):
    def key_for(self, document: Invoice | CreditNote) -> str: ...

    def put_once(self, key: str, pdf: bytes) -> StoredDocument:
        """Store the PDF unless the key is taken; return the stored document."""

    def get(self, key: str) -> bytes:
        """Return the bytes stored under `key`."""

    def link(self, key: str, seconds: int) -> str:
        """Return a link that expires after `seconds`."""

    def erase(self, folder: str) -> None:
        """Delete every version of every object under the prefix `folder`, which ends with a slash."""


class Mailer(Protocol):
    """Mails; the id of each is derived from its entry alone, so a mail sent twice has the same id."""

    def send(self, to: Person, entry: OutboxEntry, account: Account, campaign: Campaign, today: date) -> None:
        """Mail what happened to the account; of debits to come it names none whose day is past."""

    def send_link(self, to: Person, entry: OutboxEntry, token: str, campaign: Campaign) -> None:
        """Mail the link, under our own configured address, that sets a password once."""

    def send_to_payer(
        self, entry: OutboxEntry, language: Language, invoice: Invoice, campaign: Campaign, pdf: bytes
    ) -> None:
        """Mail a third-party payer, at the entry's address, about its invoice and with the PDF of it."""

    def send_to_card_payer(
        self, to: CardPayer, entry: OutboxEntry, payment: Payment, student: Person, campaign: Campaign
    ) -> None:
        """Mail who paid by a link the receipt of it, or what goes back to their card."""

    def send_iban_link(
        self, to: Person, entry: OutboxEntry, token: str, account: Account, campaign: Campaign, today: date
    ) -> None:
        """Mail the link, under our own configured address, by which the IBAN of a refund is given once."""

    def send_notice(self, to: Person, entry: OutboxEntry, campaign: Campaign) -> None: ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Return True if the password matches; without a hash take the same time and return False."""

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
    """Encryption of data that must be read again.

    `context` names its owner and must be the same to open it.
    """

    def seal(self, text: str, context: str) -> str:
        """Return the encrypted text; raise `SecondFactorUnavailable` if the key cannot be used."""

    def open(self, sealed: str, context: str) -> str:
        """Return the text.

        Raise `SecondFactorUnavailable` if the key cannot be used, ValueError if `sealed` was changed or
        sealed for another context.
        """


class IdentityProvider(Protocol):
    """A CAS 3.0 server."""

    @property
    def name(self) -> str: ...

    def login_address(self, journey: str, *, renew: bool) -> str: ...

    def subject(self, ticket: str, journey: str, *, renew: bool) -> str | None:
        """Validate a ticket, once, and return its subject; None unless the answer is a clear success.

        `journey` is the unguessable word with which this browser was sent to log in.

        Raise `IdentityProviderUnavailable` if it cannot be reached.
        """

    def ended_ticket(self, logout_request: str) -> str | None: ...


class Campaigns(Protocol):
    def get(self, campaign_id: str) -> Campaign:
        """Raise `NotFound` for an unknown one."""

    def current(self) -> Campaign:
        """Return the latest campaign that has begun; before any was loaded a placeholder without an id."""

    def every(self) -> tuple[Campaign, ...]:
        """Return all campaigns, the current one first."""

    def refresh(self) -> None:
        """Read what holds anew at the next call: a version was written."""


class Gateway(Protocol):
    def reference(self, attempt_id: str) -> str: ...

    def attempt_id(self, reference: str) -> str | None:
        """Return the id in a reference; None for a reference of another site."""

    def payment_page(self, attempt: Attempt, payer: Person, school: School, language: str) -> PaymentPage:
        """Raise `GatewayUnavailable` if no host of the gateway is up."""

    def read_notification(self, body: bytes) -> Answer:
        """Raise `NotificationRejected` if the body is not a genuine, readable notification."""

    def signed_return(self, parameters: Mapping[str, str]) -> bytes | None:
        """Return a browser's return as the message that the gateway signed, None if it is not genuine."""

    def inquire(self, attempt: Attempt, next_question: Callable[[], int], now: datetime) -> Answer:
        """Ask for the state of an attempt; an unclear answer is `Outcome.UNKNOWN`."""

    def confirm(
        self, attempt: Attempt, announced: Answer, next_question: Callable[[], int], now: datetime
    ) -> Answer:
        """Ask whether our own account holds the transaction that a signed message announced."""

    def debit(self, debit: Debit, mandate: Mandate, now: datetime) -> Answer:
        """Take one instalment by the subscriber's token: one call, never retried here."""

    def holding(self, payment: Payment, next_question: Callable[[], int], now: datetime) -> Holding:
        """Ask what our account holds of a payment, before a refund of it is sent."""

    def refund(
        self,
        refund: Refund,
        payment: Payment,
        next_question: Callable[[], int],
        now: datetime,
        *,
        is_debit: bool,
    ) -> Answer:
        """Give the refund's amount back: one call, never retried here; paid once the gateway shows it."""

    def inquire_refund(
        self, refund: Refund, payment: Payment, next_question: Callable[[], int], now: datetime
    ) -> Answer:
        """Ask for the state of a refund that was sent; an unclear answer is `Outcome.UNKNOWN`."""

    def tell(self, movement: CardMovement, next_question: Callable[[], int], now: datetime) -> Told:
        """Ask once, by its own numbers, what became of a card movement, and in which remittance it is."""

    def read_export(self, raw: bytes) -> Export:
        """Return the lines of a file of the back office; raise `ExportNotReadable` for another file."""

    def kept_text(self, body: bytes) -> str:
        """Return a genuine notification as it may be stored: without the token of a card."""

    def forget_card(self, subscriber: str, next_question: Callable[[], int], now: datetime) -> bool:
        """Return True if the gateway no longer knows a subscriber's card; False if it did not say so."""

    def inquire_debit(self, debit: Debit, next_question: Callable[[], int], now: datetime) -> Answer:
        """Ask for the state of a debit; an unclear answer is `Outcome.UNKNOWN`."""


class Alarms(FailureAlarm, Protocol):
    def raise_anomaly(self, notification: Notification) -> None:
        """Tell the operators, once a call, that a genuine notification did not fit."""

    def raise_overpayment(self, attempt: Attempt) -> None: ...

    def raise_refunded(self, payment: Payment) -> None:
        """Report that a payment was found given back at the bank before it was booked."""

    def raise_mismatch(self, instalment: Instalment) -> None:
        """Report that an instalment differs from what was approved and is not sent."""

    def raise_conflict(self, instalment: Instalment) -> None:
        """Report that staff must decide on a debit in conflict."""

    def raise_missed(self, instalment: Instalment) -> None:
        """Report that no run has debited an instalment that is due."""

    def raise_refused_setup(self, debit: Debit, code: str) -> None:
        """Report that the gateway refuses our configuration, or answers by an unclassified code."""

    def raise_refund_unclear(self, refund: Refund) -> None:
        """Report that a refund is without a clear answer for a day: staff must decide."""

    def raise_given_up(self, entry: OutboxEntry) -> None:
        """Report that an entry failed on every try: it is not tried again unless staff asks for it."""

    def raise_differences(self, run: Reconciliation) -> None:
        """Report that a run of a reconciliation found differences that nobody has explained."""

    def raise_endpoint_off(self, endpoint_id: str, cause: str) -> None:
        """Report that an endpoint was switched off automatically: its system receives no events."""

    def raise_unanswered(self, asked: Attempt | Debit) -> None:
        """Report that it is not known for an hour what became of an attempt or a debit."""

    def raise_old_credit(self, credit: Credit) -> None:
        """Report that the school has held more than it is owed for over a week."""

    def raise_key_ends(self) -> None:
        """Report that the gateway's key ends soon, or has ended."""
