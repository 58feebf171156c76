from contextlib import suppress
from datetime import timedelta
from math import ceil

from chalicelib.domain.changes import Changes, Row
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.webhooks.attempt import AttemptResult, DeliveryAttempt, Reply
from chalicelib.domain.webhooks.body import body_of
from chalicelib.domain.webhooks.delivery import (
    LONGEST_RETRY_AFTER,
    Delivery,
    begun,
    ended,
    released,
    unwanted,
    was_leased_before,
    with_message,
)
from chalicelib.domain.webhooks.endpoint import Endpoint, OffReason, noted
from chalicelib.usecases.webhooks.ports import WebhookPorts
from chalicelib.usecases.webhooks.send_test import opened_secrets, send
from chalicelib.usecases.webhooks.watch_endpoints import end_endpoint

LONGEST_DELAY = timedelta(minutes=15)
"""The longest delay of SQS; a later try is queued by the minute's run."""


def deliver_event(ports: WebhookPorts, endpoint_id: str, number: int) -> None:
    """Send one event to one endpoint, at least once.

    The try is counted before it is made, by a conditional write: of several messages about one delivery only
    one leads to a try, and a process that dies after it leaves the delivery waiting for its next try. What
    was queued before the endpoint failed goes back: one that does not answer gets a few tries a minute. A
    key that cannot open the secrets is a fault of ours: it raises, and counts no try.
    """
    endpoint = ports.webhooks.endpoint(endpoint_id)
    delivery = ports.webhooks.delivery(endpoint_id, number)
    if endpoint is None or delivery is None or not endpoint.is_on or not delivery.may_be_tried(ports.now()):
        return
    if not endpoint.wants(delivery.type):
        _commit(ports, unwanted(delivery, ports.now()))
        return
    failing_since = ports.webhooks.health(endpoint_id).failing_since
    if failing_since and was_leased_before(delivery, failing_since):
        _commit(ports, released(delivery))
        return
    secrets = opened_secrets(ports, endpoint)
    delivery = begun(delivery, ports.now())
    if _commit(ports, delivery):
        _try(ports, endpoint, delivery, secrets)


def _try(ports: WebhookPorts, endpoint: Endpoint, delivery: Delivery, secrets: tuple[str, ...]) -> None:
    try:
        event = ports.events.find(delivery.event_id)
    except ValueError as error:
        ports.alarms.raise_failure("event unreadable", error)
        event = None
    if event is None:
        _commit(ports, ended(delivery, _unread(ports), ports.now()))
        return
    reply, attempt = send(ports, endpoint, event.id, body_of(event), secrets)
    _keep(ports, endpoint, delivery, reply, attempt)


def _unread(ports: WebhookPorts) -> DeliveryAttempt:
    return DeliveryAttempt(ports.now(), AttemptResult.EVENT_UNREADABLE)


def _keep(
    ports: WebhookPorts, endpoint: Endpoint, delivery: Delivery, reply: Reply, attempt: DeliveryAttempt
) -> None:
    """Write the end of a try, then what it tells of the endpoint; a short wait is left to the queue."""
    now, health = ports.now(), ports.webhooks.health(endpoint.id)
    after = ended(delivery, attempt, now, reply.retry_after)
    is_soon = after.is_waiting and after.next_try_at - now <= LONGEST_DELAY
    is_queued = is_soon and health.failing_since is None and reply.result is not AttemptResult.GONE
    if is_queued:
        after = with_message(after)
    is_kept = _commit(ports, after)
    quiet = now + min(reply.retry_after, LONGEST_RETRY_AFTER) if reply.retry_after else None
    told = noted(health, attempt, quiet)
    if told is not health:
        _commit(ports, told)
    if reply.result is AttemptResult.GONE:
        with suppress(ConcurrentUpdate):
            end_endpoint(ports, endpoint, OffReason.GONE)
    if is_kept and is_queued:
        ports.delivery_queue.send((after,), ceil((after.next_try_at - now).total_seconds()))


def _commit(ports: WebhookPorts, row: Row) -> bool:
    """Write one row; return False if another writer came first."""
    with suppress(ConcurrentUpdate):
        ports.store.commit(Changes((row,)))
        return True
    return False
