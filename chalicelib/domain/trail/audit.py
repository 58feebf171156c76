"""The audit trail: actor, act, record, time and reason, each record chained to the one before it by hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.secrecy import SECRET

GATEWAY = "gateway"
SCHEDULE = "schedule"
OPERATOR = "operator"
BEGINNING = "0" * 64
"""The previous hash of the first record."""


class Act(StrEnum):
    """The acts on money or rights that are audited. A name once sealed is never changed or dropped."""

    FEE_SITUATION_DECLARED = "fee_situation_declared"
    FEE_SITUATION_CHANGED = "fee_situation_changed"
    REGISTRATION_VALIDATED = "registration_validated"
    REGISTRATION_REFUSED = "registration_refused"
    REGISTRATION_REOPENED = "registration_reopened"
    REGISTRATION_WITHDRAWN = "registration_withdrawn"
    PROVISIONAL_MARKED = "provisional_marked"
    STEPS_TICKED = "steps_ticked"
    EVIDENCE_CHECKED = "evidence_checked"
    REGISTRATION_BLOCKED = "registration_blocked"
    REGISTRATION_UNBLOCKED = "registration_unblocked"
    PLAN_REQUESTED = "plan_requested"
    PLAN_REQUEST_WITHDRAWN = "plan_request_withdrawn"
    PLAN_APPROVED = "plan_approved"
    PLAN_REFUSED = "plan_refused"
    PAYMENT_BOOKED = "payment_booked"
    PAYMENT_REFUNDED = "payment_refunded"
    PAYMENT_ENTERED = "payment_entered"
    PAYMENT_BOUNCED = "payment_bounced"
    PAYMENT_DISPUTED = "payment_disputed"
    DISPUTE_STAGED = "dispute_staged"
    ARREARS_REMINDED = "arrears_reminded"
    DEBIT_BOOKED = "debit_booked"
    DEBIT_RELEASED = "debit_released"
    ROLES_PROPOSED = "roles_proposed"
    ROLES_CHANGED = "roles_changed"
    ROLES_REFUSED = "roles_refused"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_SET = "password_set"
    SECOND_FACTOR_ENROLLED = "second_factor_enrolled"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    PERSON_EXPORTED = "person_exported"
    PERSON_ERASED = "person_erased"
    RETENTION_APPLIED = "retention_applied"
    CARD_FORGOTTEN = "card_forgotten"
    DELIVERY_RETRIED = "delivery_retried"
    PLAN_STOPPED = "plan_stopped"
    PLAN_RESUMED = "plan_resumed"
    PLAN_RECUT = "plan_recut"
    CREDIT_SET_OFF = "credit_set_off"
    CREDIT_NOTE_ISSUED = "credit_note_issued"
    PAYER_NAMED = "payer_named"
    PAYER_WITHDRAWN = "payer_withdrawn"
    PAYER_INVOICED = "payer_invoiced"
    PAYER_REMINDED = "payer_reminded"
    JOURNAL_NUMBERED = "journal_numbered"
    PERSON_IMPORTED = "person_imported"
    PERSON_CORRECTED = "person_corrected"
    IMPORT_STARTED = "import_started"
    IMPORT_FINISHED = "import_finished"
    ADMINISTRATOR_CREATED = "administrator_created"
    TABLE_RESTORED = "table_restored"
    PAYMENT_SOUGHT = "payment_sought"
    BRAKE_APPLIED = "brake_applied"
    BRAKE_RELEASED = "brake_released"
    REFUND_PREPARED = "refund_prepared"
    REFUND_APPROVED = "refund_approved"
    REFUND_DECLINED = "refund_declined"
    REFUND_LAPSED = "refund_lapsed"
    REFUND_CANCELLED = "refund_cancelled"
    REFUND_TRANSFERRED = "refund_transferred"
    REFUND_DONE = "refund_done"
    REFUND_REFUSED = "refund_refused"
    IBAN_GIVEN = "iban_given"
    REGISTRATION_COMMENTED = "registration_commented"
    ACT_UNDONE = "act_undone"
    IBAN_ASKED = "iban_asked"
    REST_WRITTEN_OFF = "rest_written_off"
    TRANSFER_FILE_MADE = "transfer_file_made"
    ENTRIES_LETTERED = "entries_lettered"
    LETTERING_UNDONE = "lettering_undone"
    RAPPROCHEMENT_PREPARED = "rapprochement_prepared"
    RAPPROCHEMENT_CHECKED = "rapprochement_checked"
    PERIOD_LEFT = "period_left"
    PERIOD_CLOSED = "period_closed"
    SLIP_MADE = "slip_made"
    SLIP_CHANGED = "slip_changed"
    SLIP_DEPOSITED = "slip_deposited"
    SLIP_CREDITED = "slip_credited"
    STATEMENT_IMPORTED = "statement_imported"
    LINE_SUSPENDED = "line_suspended"
    LINE_EXPLAINED = "line_explained"
    LINE_UNDONE = "line_undone"
    LINE_HANDED_ON = "line_handed_on"
    WAIVER_PROPOSED = "waiver_proposed"
    WAIVER_APPROVED = "waiver_approved"
    WAIVER_REFUSED = "waiver_refused"
    BATCH_MADE = "batch_made"
    BATCH_RETURNED = "batch_returned"
    JOURNAL_COMPLETED = "journal_completed"
    STUDENT_PACKED = "student_packed"
    BOOKS_TAKEN = "books_taken"
    CAMPAIGN_PROPOSED = "campaign_proposed"
    CAMPAIGN_APPLIED = "campaign_applied"
    CAMPAIGN_REFUSED = "campaign_refused"
    DAY_RECONCILED = "day_reconciled"
    DIFFERENCE_EXPLAINED = "difference_explained"
    DIFFERENCE_TAKEN = "difference_taken"
    EXPORT_COMPARED = "export_compared"
    PAYMENT_LINK_MADE = "payment_link_made"
    PAYMENT_LINK_REVOKED = "payment_link_revoked"
    SERVICE_KEY_MADE = "service_key_made"
    SERVICE_KEY_ROLLED = "service_key_rolled"
    SERVICE_KEY_REVOKED = "service_key_revoked"
    SERVICE_KEY_ACTED = "service_key_acted"
    ENDPOINT_ADDED = "endpoint_added"
    ENDPOINT_CHANGED = "endpoint_changed"
    ENDPOINT_SECRET_ROTATED = "endpoint_secret_rotated"  # pragma: allowlist secret
    ENDPOINT_SWITCHED_ON = "endpoint_switched_on"
    ENDPOINT_SWITCHED_OFF = "endpoint_switched_off"
    ENDPOINT_REMOVED = "endpoint_removed"
    EVENTS_REPLAYED = "events_replayed"


FORGETTING = frozenset({Act.PERSON_ERASED, Act.RETENTION_APPLIED})
"""Acts after which blank reasons in earlier records about the same person are legitimate."""


@dataclass(frozen=True)
class AuditEntry:
    """One act, written in the transaction of the change it records; it is sealed into the chain later.

    `by` is a person's id, GATEWAY, SCHEDULE or OPERATOR; `subject_id` is the id of the person the record is
    about; `target` is the id of the changed object. `details` hold codes and amounts in cents as text, never
    a name or an address. Only `reason` is free text, and only it can be blanked.
    """

    id: str
    at: datetime
    by: str
    act: Act
    subject_id: str
    target: str
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AuditRecord(AuditEntry):
    """A sealed entry. `hash` covers all fields but `salt` and `reason`; `reason_digest` covers these two."""

    number: int
    previous: str
    salt: str = field(repr=False, metadata=SECRET)
    reason_digest: str
    hash: str

    @property
    def is_forgotten(self) -> bool:
        return not self.salt and not self.reason


class RecordUnreadable(Exception):
    """The row at a record's position cannot be read, or holds `record`, which belongs to another position."""

    def __init__(self, record: AuditRecord | None = None) -> None:
        super().__init__()
        self.record = record


@dataclass(frozen=True)
class Head:
    """The end of the chain: number and hash of its last record, and the Paris day of that state."""

    number: int
    hash: str
    day: date


def seal(previous_hash: str, number: int, entry: AuditEntry, salt: str) -> AuditRecord:
    """Return the record that follows `previous_hash`; `salt` must be unguessable and used only once."""
    told = {each.name: getattr(entry, each.name) for each in fields(AuditEntry)}
    unsealed = AuditRecord(
        **told,
        number=number,
        previous=previous_hash,
        salt=salt,
        reason_digest=digest_of_reason(salt, entry.reason),
        hash="",
    )
    return replace(unsealed, hash=hash_of(unsealed))


def forgotten(record: AuditRecord) -> AuditRecord:
    """Return the record without reason and salt; the digest alone does not allow guessing the reason."""
    return replace(record, reason="", salt="")


def hash_of(record: AuditRecord) -> str:
    """Return the SHA-256, in hex, of the record's canonical JSON: sorted keys, no spaces, ASCII, UTC."""
    return canonical_digest(
        {
            "number": record.number,
            "previous": record.previous,
            "id": record.id,
            "at": _instant(record.at),
            "by": record.by,
            "act": record.act,
            "subject_id": record.subject_id,
            "target": record.target,
            "reason_digest": record.reason_digest,
            "details": dict(record.details),
        }
    )


def _instant(moment: datetime) -> str:
    """Return the moment in ISO 8601, in UTC if it has an offset: equal for equal instants."""
    aware = moment.astimezone(UTC) if moment.tzinfo else moment
    return aware.isoformat(timespec="microseconds")


def digest_of_reason(salt: str, reason: str) -> str:
    return canonical_digest([salt, reason])


def canonical_digest(what: Any) -> str:
    """Return the SHA-256, in hex, of canonical JSON: sorted keys, no spaces, ASCII."""
    canonical = json.dumps(what, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
