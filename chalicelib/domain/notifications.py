"""The gateway's messages as kept: each genuine one for good, whatever it said."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.payments import Answer, Evidence
from chalicelib.domain.secrecy import SECRET


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
    """One message. `key` is the gateway's transaction (the body's digest where it names none).

    `body` never holds the card's token, and `answer` only until the message is applied. `person_id` is whose
    attempt the message names, "" where it names none of ours.
    """

    key: str
    digest: str  # SHA-256 of the raw body, hex
    body: str = field(repr=False, metadata=SECRET)
    answer: Answer
    received_at: datetime
    state: NotificationState = NotificationState.RECEIVED
    anomaly: Anomaly | None = None
    person_id: str = ""


def applied(notification: Notification) -> Notification:
    """What it said has been written: from now on the mandate alone holds the token."""
    return replace(_tokenless(notification), state=NotificationState.APPLIED)


def anomalous(notification: Notification, anomaly: Anomaly) -> Notification:
    return replace(_tokenless(notification), state=NotificationState.ANOMALOUS, anomaly=anomaly)


def redact_body(notification: Notification) -> Notification:
    """Its text is gone; what was understood of it stays."""
    return replace(notification, body="")


def evidence_over(notification: Notification) -> Notification:
    """Nothing is left of the card and its authentication either."""
    return replace(notification, body="", answer=replace(notification.answer, evidence=Evidence()))


def _tokenless(notification: Notification) -> Notification:
    return replace(notification, answer=replace(notification.answer, token="", token_expires=""))
