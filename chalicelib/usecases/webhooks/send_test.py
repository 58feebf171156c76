from contextlib import suppress

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.webhooks.attempt import DeliveryAttempt, Reply
from chalicelib.domain.webhooks.body import body_of_test
from chalicelib.domain.webhooks.endpoint import Endpoint, with_test
from chalicelib.usecases.webhooks.ports import WebhookPorts


def send_test(ports: WebhookPorts, endpoint: Endpoint) -> DeliveryAttempt:
    """Send a signed test event now, once; return how it was taken, which is kept too."""
    message_id = f"evt-test-{ports.new_id()}"
    body = body_of_test(message_id, endpoint.id, ports.now())
    _, attempt = send(ports, endpoint, message_id, body, opened_secrets(ports, endpoint))
    with suppress(ConcurrentUpdate):
        ports.store.commit(Changes((with_test(ports.webhooks.health(endpoint.id), attempt),)))
    return attempt


def opened_secrets(ports: WebhookPorts, endpoint: Endpoint) -> tuple[str, ...]:
    """Return the secrets that sign now, in clear."""
    sealed = endpoint.sealed_secrets(ports.now())
    return tuple(ports.endpoint_sealer.open(each, endpoint.context) for each in sealed)


def send(
    ports: WebhookPorts, endpoint: Endpoint, message_id: str, body: bytes, secrets: tuple[str, ...]
) -> tuple[Reply, DeliveryAttempt]:
    """Send a message once; return the answer, and what is kept of it."""
    begun_at = ports.now()
    reply = ports.receivers.send(endpoint.url, message_id, body, secrets)
    took = ports.now() - begun_at
    return reply, DeliveryAttempt(begun_at, reply.result, reply.status, int(took.total_seconds() * 1000))
