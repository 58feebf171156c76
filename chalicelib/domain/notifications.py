"""The gateway's messages as kept: each genuine one for good, whatever it said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.payments import Answer


class Anomaly(StrEnum):
    """Why a genuine message changed nothing."""

    REFERENCE_UNKNOWN = "reference_unknown"
    SITE_DIFFERS = "site_differs"
    AMOUNT_DIFFERS = "amount_differs"
    TEST_IN_PRODUCTION = "test_in_production"
    NOT_CONFIRMED = "not_confirmed"  # signed by the gateway, but our own account there holds no such payment
    CONTRADICTS_EARLIER = "contradicts_earlier"


class NotificationState(StrEnum):
    RECEIVED = "received"
    APPLIED = "applied"
    ANOMALOUS = "anomalous"


@dataclass(frozen=True)
class Notification:
    """One message. `key` is the gateway's transaction (the body's digest where it names none)."""

    key: str
    digest: str  # SHA-256 of the raw body, hex
    body: str
    answer: Answer
    received_at: datetime
    state: NotificationState = NotificationState.RECEIVED
    anomaly: Anomaly | None = None
