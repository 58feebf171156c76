"""What must follow a committed change: written with it, delivered later, at least once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Topic(StrEnum):
    PAYMENT_BOOKED = "payment_booked"
    OVERPAYMENT_KEPT = "overpayment_kept"
    REGISTRATION_VALIDATED = "registration_validated"
    REGISTRATION_REFUSED = "registration_refused"
    PLAN_APPROVED = "plan_approved"
    PLAN_REFUSED = "plan_refused"
    DEBIT_NOTICE = "debit_notice"
    DEBIT_TAKEN = "debit_taken"
    DEBIT_RETRIED = "debit_retried"
    PAYER_NEEDED = "payer_needed"
    IN_ARREARS = "in_arrears"
    CARD_ENDS_EARLY = "card_ends_early"


@dataclass(frozen=True)
class OutboxEntry:
    """`id` is made of what it is about, so the same event is never written twice.

    One with `not_before` waits until then: the notice of a debit is written when the debit is planned.
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
