from collections.abc import Sequence

from chalicelib.domain.changes import Changes
from chalicelib.domain.webhooks.delivery import Delivery, given_up, is_spent, leased
from chalicelib.domain.webhooks.endpoint import Endpoint
from chalicelib.usecases.isolation import HasTime, always, for_each, rotated
from chalicelib.usecases.webhooks.ports import WebhookPorts

CHUNK = 10
"""Deliveries that are leased, then queued together: the maximum that a run which ends too early may delay."""
RUN = 200
"""Deliveries a run and endpoint."""
RUN_WHILE_FAILING = 3
"""The same for one that does not answer: each may take the whole of a try, and others wait behind it."""


def send_deliveries(ports: WebhookPorts, has_time: HasTime = always) -> int:
    """Lease each due delivery to the queue and queue it; return how many were queued.

    Each endpoint has its own waiting deliveries and its own share of a run: one that is down delays no other.
    Of two runs at once one gets the lease; a message that is lost is queued again after the lease.
    """
    sent: list[int] = []
    endpoints = rotated([each for each in ports.webhooks.endpoints() if each.is_on], ports.now())
    for_each(
        ports,
        "deliveries not queued",
        endpoints,
        lambda endpoint: sent.append(_of_endpoint(ports, endpoint, has_time)),
        has_time,
    )
    return sum(sent)


def _of_endpoint(ports: WebhookPorts, endpoint: Endpoint, has_time: HasTime) -> int:
    health, now = ports.webhooks.health(endpoint.id), ports.now()
    if health.is_quiet(now):
        return 0
    most = RUN if health.failing_since is None else RUN_WHILE_FAILING
    waiting = ports.webhooks.due(endpoint.id, now, most)
    chunks = [waiting[first : first + CHUNK] for first in range(0, len(waiting), CHUNK)]
    sent: list[int] = []
    for_each(ports, "deliveries not queued", chunks, lambda chunk: sent.append(_send(ports, chunk)), has_time)
    return sum(sent)


def _send(ports: WebhookPorts, deliveries: Sequence[Delivery]) -> int:
    queued: list[Delivery] = []
    for_each(ports, "delivery not leased", deliveries, lambda each: queued.extend(_lease(ports, each)))
    ports.delivery_queue.send(queued)
    return len(queued)


def _lease(ports: WebhookPorts, delivery: Delivery) -> Sequence[Delivery]:
    """Return the leased delivery; give up one with no try left and return nothing."""
    if is_spent(delivery):
        ports.store.commit(Changes((given_up(delivery, ports.now()),)))
        return ()
    after = leased(delivery, ports.now())
    ports.store.commit(Changes((after,)))
    return (after,)
