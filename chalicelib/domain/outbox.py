"""What must follow a committed change: written with it, delivered later, at least once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Topic(StrEnum):
    PAYMENT_BOOKED = "payment_booked"
    OVERPAYMENT_KEPT = "overpayment_kept"
    REGISTRATION_VALIDATED = "registration_validated"
    REGISTRATION_REFUSED = "registration_refused"


@dataclass(frozen=True)
class OutboxEntry:
    """`id` is made of what it is about, so the same event is never written twice."""

    id: str
    topic: Topic
    person_id: str
    registration_id: str
    created_at: datetime
    invoice_number: int | None = None
    amount_cents: int = 0
