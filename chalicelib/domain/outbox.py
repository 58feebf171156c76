"""Work that must follow a committed change: written with it, delivered later, at least once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.trail.traced import Traced


class Topic(StrEnum):
    PAYMENT_BOOKED = "payment_booked"
    PAYMENT_REFUNDED = "payment_refunded"
    CHEQUE_RECEIVED = "cheque_received"
    TRANSFER_RECEIVED = "transfer_received"
    TRANSFER_SEARCHED = "transfer_searched"
    PAYMENT_BOUNCED = "payment_bounced"
    RECEIPT_UNDONE = "receipt_undone"
    PAYMENT_DISPUTED = "payment_disputed"
    PAYMENT_REINSTATED = "payment_reinstated"
    ARREARS_REMINDER = "arrears_reminder"
    OVERPAYMENT_KEPT = "overpayment_kept"
    CREDIT_NOTE_ISSUED = "credit_note_issued"
    PAYER_INVOICED = "payer_invoiced"
    PAYER_REMINDER = "payer_reminder"
    PAYER_CREDITED = "payer_credited"
    PAYER_GONE = "payer_gone"
    REFUND_SENT = "refund_sent"
    REFUND_TRANSFERRED = "refund_transferred"
    REFUND_FAILED = "refund_failed"
    REFUND_CANCELLED = "refund_cancelled"
    IBAN_NEEDED = "iban_needed"
    IBAN_GIVEN = "iban_given"
    REGISTRATION_VALIDATED = "registration_validated"
    REGISTRATION_REFUSED = "registration_refused"
    REGISTRATION_REOPENED = "registration_reopened"
    REGISTRATION_WITHDRAWN = "registration_withdrawn"
    FEE_SITUATION_CHANGED = "fee_situation_changed"
    PLAN_APPROVED = "plan_approved"
    PLAN_REFUSED = "plan_refused"
    PLAN_STOPPED = "plan_stopped"
    PLAN_RESUMED = "plan_resumed"
    PLAN_RECUT = "plan_recut"
    DEBIT_NOTICE = "debit_notice"
    DEBIT_TAKEN = "debit_taken"
    DEBIT_RETRIED = "debit_retried"
    PAYER_NEEDED = "payer_needed"
    IN_ARREARS = "in_arrears"
    CARD_ENDS_EARLY = "card_ends_early"
    CARD_NOT_KEPT = "card_not_kept"
    FIRST_CONNECTION = "first_connection"
    PASSWORD_RESET = "password_reset"
    PASSWORD_SET = "password_set"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    IDENTITY_LINKED = "identity_linked"
    FORGET_CARD = "forget_card"
    MAIL_CHANGED = "mail_changed"
    NAME_CHANGED = "name_changed"
    CONTINUE_IMPORT = "continue_import"
    LINK_PAID = "link_paid"
    LINK_RECEIPT = "link_receipt"
    LINK_REFUNDED = "link_refunded"
    CHECK_EVIDENCE = "check_evidence"
    ENDPOINT_FAILING = "endpoint_failing"
    ENDPOINT_OFF = "endpoint_off"
    ENDPOINT_GONE = "endpoint_gone"


CARD_WARNINGS = frozenset({Topic.CARD_ENDS_EARLY, Topic.CARD_NOT_KEPT})
"""Mails that ask for another card: the one that is true at delivery is sent, or none."""
TO_PAYERS = frozenset({Topic.PAYER_INVOICED, Topic.PAYER_REMINDER, Topic.PAYER_CREDITED})
"""Mails to a third-party payer, at the address that it gave."""
TO_CARD_PAYERS = frozenset({Topic.LINK_RECEIPT, Topic.LINK_REFUNDED})
"""Mails to the card payer of a payment link; the entry's id is `<topic>-<transaction>[-<refund id>]`."""
BOOKED = frozenset({Topic.PAYMENT_BOOKED, Topic.LINK_PAID})
"""Mails to the student about money received, with the invoice that it pays."""
LINKS = frozenset({Topic.FIRST_CONNECTION, Topic.PASSWORD_RESET})
"""Mails with a link, requested by mail address, known or unknown."""
CORRECTIONS = frozenset({Topic.MAIL_CHANGED, Topic.NAME_CHANGED})
"""Mails that tell a person what an import has changed, at the address of before."""
OF_ENDPOINTS = frozenset({Topic.ENDPOINT_FAILING, Topic.ENDPOINT_OFF, Topic.ENDPOINT_GONE})
"""Mails that tell the owner of an endpoint, named in `reason`, that events do not reach it."""
NOTICES = {
    *CORRECTIONS,
    *OF_ENDPOINTS,
    Topic.PASSWORD_SET,
    Topic.SECOND_FACTOR_SET,
    Topic.SECOND_FACTOR_REMOVED,
    Topic.IDENTITY_LINKED,
}
"""Mails that tell a person how their account can be accessed from now on, or of their endpoints."""


LADDER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""The delays of a failed entry, by the number of its tries; with more failed tries it is given up."""
QUEUED_FOR = timedelta(minutes=15)
"""A message is lost after this time: longer than the queue hides one that a function has received."""
LONGEST_TRY = timedelta(minutes=5)
"""The maximum duration of a try: the delivering function is stopped before."""


@dataclass(frozen=True)
class OutboxEntry(Traced):
    """One entry. `id` is derived from its subject, so the same event is never written twice.

    An entry waits until `not_before`: the notice of a debit is written when the debit is planned, and a
    failed entry waits for its next try. It is in the queue until `queued_until`. A link request has `email`
    and no `person_id`; the account is looked up at delivery. A correction has the `email` of before, a mail
    to a third-party payer its own. A card removal has the `subscriber` under which the
    gateway stores the card. `last_failure` is the name of an exception class, never its message.
    """

    id: str
    topic: Topic
    person_id: str
    registration_id: str
    created_at: datetime
    invoice_number: int | None = None
    amount_cents: int = 0
    rank: int = 0
    reason: str = ""
    not_before: datetime | None = None
    email: str = ""
    subscriber: str = ""
    tries: int = 0
    last_failure: str = ""
    queued_until: datetime | None = None
    given_up_at: datetime | None = None
    version: int = 1

    @property
    def waits_until(self) -> datetime:
        """Return the moment at which an entry that is not given up is to be queued."""
        return self.queued_until or self.not_before or self.created_at

    @property
    def is_spent(self) -> bool:
        """Return True if all tries have been made."""
        return self.tries > len(LADDER)

    def may_be_tried(self, now: datetime) -> bool:
        """Return True if a message about the entry is to be obeyed.

        Not if another message has begun the try.
        """
        return not self.given_up_at and (self.not_before is None or self.not_before <= now)


MAIL_KEPT_FOR = timedelta(days=427)
"""A debit is disputed within 13 months, and its notice leaves some days before it."""


@dataclass(frozen=True)
class SentMail:
    """One mail that left: kept as evidence after its entry is gone, never its text.

    `to` is the masked address, "" once the person is erased. `topic` is the entry's name, as text: a later
    release may know topics that this one does not.
    """

    id: str
    person_id: str
    registration_id: str
    topic: str
    sent_at: datetime
    to: str
    rank: int = 0

    @property
    def kept_until(self) -> datetime:
        return self.sent_at + MAIL_KEPT_FOR


def sent_mail(entry: OutboxEntry, person_id: str, email: str, now: datetime) -> SentMail:
    """Return the record of a mail to a person."""
    to = masked(email)
    return SentMail(entry.id, person_id, entry.registration_id, entry.topic.value, now, to, entry.rank)


def masked(email: str) -> str:
    """Return a masked mail address, which cannot be written to: "c…@demo.test"."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def queued(entry: OutboxEntry, now: datetime) -> OutboxEntry:
    """Return the entry leased to the queue."""
    return replace(entry, queued_until=now + QUEUED_FOR, version=entry.version + 1)


def begun(entry: OutboxEntry, now: datetime) -> OutboxEntry:
    """Count a try before it is made, so that a try that kills its process is retried and given up as well."""
    tries = entry.tries + 1
    return replace(
        entry,
        tries=tries,
        not_before=now + max(_wait(tries), LONGEST_TRY),
        queued_until=None,
        version=entry.version + 1,
    )


def failed(entry: OutboxEntry, failure: str, now: datetime) -> OutboxEntry:
    """Put off the entry to its next try; after the last one, give it up."""
    if entry.is_spent:
        return given_up(entry, failure, now)
    wait = now + _wait(entry.tries)
    return replace(entry, not_before=wait, last_failure=failure, version=entry.version + 1)


def given_up(entry: OutboxEntry, failure: str, now: datetime) -> OutboxEntry:
    return replace(entry, given_up_at=now, last_failure=failure, queued_until=None, version=entry.version + 1)


def asked_again(entry: OutboxEntry) -> OutboxEntry:
    """Return a given up entry ready to be tried from the first step; `last_failure` stays."""
    return replace(
        entry, tries=0, not_before=None, queued_until=None, given_up_at=None, version=entry.version + 1
    )


def _wait(tries: int) -> timedelta:
    return LADDER[min(tries, len(LADDER)) - 1]
