"""The stored notifications of the gateway; each genuine one is kept for good."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.payments import Answer, Evidence
from chalicelib.domain.secrecy import SECRET


class Anomaly(StrEnum):
    """The reason for which a genuine notification changed nothing."""

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
    """One notification. `key` is the gateway's transaction, or the body's digest if it names none.

    `body` never holds the card's token; `answer` holds it only until the notification is applied. `person_id`
    is the owner of the attempt it names, "" if it names none of ours.
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
    """Return the notification marked applied, without the token: from now on only the mandate holds it."""
    return replace(_tokenless(notification), state=NotificationState.APPLIED)


def anomalous(notification: Notification, anomaly: Anomaly) -> Notification:
    return replace(_tokenless(notification), state=NotificationState.ANOMALOUS, anomaly=anomaly)


def redact_body(notification: Notification) -> Notification:
    """Return the notification without its text; the parsed fields stay."""
    return replace(notification, body="")


def evidence_over(notification: Notification) -> Notification:
    """Return the notification without the evidence of the card and its authentication."""
    return replace(notification, body="", answer=replace(notification.answer, evidence=Evidence()))


def _tokenless(notification: Notification) -> Notification:
    return replace(notification, answer=replace(notification.answer, token="", token_expires=""))
