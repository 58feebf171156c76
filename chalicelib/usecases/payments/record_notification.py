import hashlib

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.notifications import Anomaly, Notification, NotificationState
from chalicelib.domain.payments import Answer
from chalicelib.usecases.payments.apply_gateway_answer import apply_notification, set_aside
from chalicelib.usecases.payments.ports import PaymentPorts


def record_notification(ports: PaymentPorts, body: bytes) -> None:
    """Store one genuine notification of the gateway for good, then apply it once.

    Raise `NotificationRejected` for anything else and write nothing. A stored one that could not be applied
    here (a crash, too many writers at once) is applied by `reconcile_payments`.
    """
    answer = ports.gateway.read_notification(body)
    digest = hashlib.sha256(body).hexdigest()
    record_message(ports, body, answer, answer.transaction or digest, digest)


def record_message(ports: PaymentPorts, body: bytes, answer: Answer, key: str, digest: str) -> None:
    """Store one genuine message under its key, then apply it once."""
    attempt_id = ports.gateway.attempt_id(answer.reference)
    notification = Notification(
        key=key,
        digest=digest,
        body=ports.gateway.kept_text(body),
        answer=answer,
        received_at=ports.now(),
        person_id=person_of(attempt_id) if attempt_id else "",
    )
    kept = ports.notifications.record(notification)
    if kept.digest != digest:
        set_aside(ports, notification, Anomaly.CONTRADICTS_EARLIER)
    elif kept.state is NotificationState.RECEIVED:
        try:
            apply_notification(ports, kept)
        except ConcurrentUpdate:
            return
