"""The audit trail: who did what to whose record, when and why, each record sealed by the one after it."""

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
BEGINNING = "0" * 64
"""What the first record holds in the place of its predecessor's hash."""


class Act(StrEnum):
    """What can be done to money or rights. A name once sealed is never changed or dropped."""

    FEE_SITUATION_DECLARED = "fee_situation_declared"
    REGISTRATION_VALIDATED = "registration_validated"
    REGISTRATION_REFUSED = "registration_refused"
    REGISTRATION_REOPENED = "registration_reopened"
    STEPS_TICKED = "steps_ticked"
    REGISTRATION_BLOCKED = "registration_blocked"
    REGISTRATION_UNBLOCKED = "registration_unblocked"
    PLAN_REQUESTED = "plan_requested"
    PLAN_REQUEST_WITHDRAWN = "plan_request_withdrawn"
    PLAN_APPROVED = "plan_approved"
    PLAN_REFUSED = "plan_refused"
    PAYMENT_BOOKED = "payment_booked"
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


FORGETTING = frozenset({Act.PERSON_ERASED, Act.RETENTION_APPLIED})
"""What makes it right that the reasons written earlier about the same person are blank."""


@dataclass(frozen=True)
class AuditEntry:
    """One act, written in the transaction of what it changes; it waits there for its place in the chain.

    `by` is a person's id, GATEWAY or SCHEDULE; `subject_id` the person whose record it is; `target` the id
    of what was changed. `details` hold codes and amounts in cents as text: never a name or an address. Only
    `reason` is free text, and only it can be forgotten.
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
    """An entry in its place. `hash` covers all but `salt` and `reason`, which `reason_digest` stands for."""

    number: int
    previous: str
    salt: str = field(repr=False, metadata=SECRET)
    reason_digest: str
    hash: str

    @property
    def is_forgotten(self) -> bool:
        return not self.salt and not self.reason


class RecordUnreadable(Exception):
    """What is stored in a record's place is no record, or, when given, one that does not belong there."""

    def __init__(self, record: AuditRecord | None = None) -> None:
        super().__init__()
        self.record = record


@dataclass(frozen=True)
class Head:
    """The chain's end: its last record's number and hash, and the Paris day on which that was the end."""

    number: int
    hash: str
    day: date


def seal(previous_hash: str, number: int, entry: AuditEntry, salt: str) -> AuditRecord:
    """Give the entry the place after `previous_hash`; `salt` is unguessable and never used again."""
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
    """The same record without its reason: without the salt nobody can try what the reason was."""
    return replace(record, reason="", salt="")


def hash_of(record: AuditRecord) -> str:
    """SHA-256, in hex, of the record's canonical JSON: sorted keys, no spaces, ASCII, UTC."""
    return _digest(
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
    """The same for the same instant; one that lost its offset is none."""
    aware = moment.astimezone(UTC) if moment.tzinfo else moment
    return aware.isoformat(timespec="microseconds")


def digest_of_reason(salt: str, reason: str) -> str:
    return _digest([salt, reason])


def _digest(what: Any) -> str:
    canonical = json.dumps(what, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
