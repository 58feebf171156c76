"""Adding, changing and removing endpoints, by an administrator."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import NotFound
from chalicelib.domain.events.event import EventType
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act, AuditEntry
from chalicelib.domain.webhooks.addresses import check_url, host_of
from chalicelib.domain.webhooks.attempt import DeliveryAttempt
from chalicelib.domain.webhooks.endpoint import (
    Endpoint,
    EndpointCursor,
    EndpointHealth,
    changed,
    rotated,
)
from chalicelib.domain.webhooks.refusals import TooManyEndpoints
from chalicelib.domain.webhooks.signing import secret_of
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.webhooks.ports import WebhookPorts
from chalicelib.usecases.webhooks.send_test import send_test

MOST_ENDPOINTS = 20


@dataclass(frozen=True)
class EndpointAsked:
    """What an endpoint is to be; without `types` it gets events of every type."""

    name: str
    url: str
    types: tuple[EventType, ...] = ()


def find_endpoint(ports: WebhookPorts, endpoint_id: str) -> Endpoint:
    """Raise `NotFound` for an unknown or removed endpoint."""
    endpoint = ports.webhooks.endpoint(endpoint_id)
    if endpoint is None:
        raise NotFound
    return endpoint


def list_endpoints(ports: WebhookPorts) -> Sequence[tuple[Endpoint, EndpointHealth]]:
    """Return every endpoint with its health, oldest first."""
    return [(each, ports.webhooks.health(each.id)) for each in ports.webhooks.endpoints()]


def add_endpoint(
    ports: WebhookPorts, asked: EndpointAsked, by: Person
) -> tuple[Endpoint, str, DeliveryAttempt]:
    """Return a new endpoint, its secret, which is shown this once, and the attempt of its test event.

    It gets the events from now on, also if the test failed.
    """
    check_url(asked.url, allows_loopback=ports.receivers.allows_loopback)
    if len(ports.webhooks.endpoints()) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(MOST_ENDPOINTS)
    new = Endpoint(ports.new_id(), asked.name, asked.url, by.id, ports.now(), "", asked.types)
    secret, sealed = _secret(ports, new)
    endpoint = replace(new, secret=sealed)
    cursor = EndpointCursor(endpoint.id, ports.events.sequence().last)
    trace = endpoint_trace(ports, by, Act.ENDPOINT_ADDED, endpoint)
    ports.store.commit(Changes((endpoint, cursor, EndpointHealth(endpoint.id)), audit=trace))
    return endpoint, secret, send_test(ports, endpoint)


def change_endpoint(
    ports: WebhookPorts, endpoint_id: str, asked: EndpointAsked, by: Person
) -> tuple[Endpoint, DeliveryAttempt | None]:
    """Return the changed endpoint, and the attempt of a new address's test event."""
    endpoint = find_endpoint(ports, endpoint_id)
    check_url(asked.url, allows_loopback=ports.receivers.allows_loopback)
    after = changed(endpoint, asked.name, asked.url, asked.types)
    ports.store.commit(Changes((after,), audit=endpoint_trace(ports, by, Act.ENDPOINT_CHANGED, after)))
    return after, send_test(ports, after) if after.url != endpoint.url else None


def rotate_secret(ports: WebhookPorts, endpoint_id: str, by: Person) -> tuple[Endpoint, str]:
    """Return the endpoint with a new secret; the one before signs too for some more days."""
    endpoint = find_endpoint(ports, endpoint_id)
    secret, sealed = _secret(ports, endpoint)
    after = rotated(endpoint, sealed, ports.now())
    ports.store.commit(Changes((after,), audit=endpoint_trace(ports, by, Act.ENDPOINT_SECRET_ROTATED, after)))
    return after, secret


def remove_endpoint(ports: WebhookPorts, endpoint_id: str, by: Person) -> None:
    """End an endpoint with its secrets; what was sent to it is kept for its days."""
    endpoint = find_endpoint(ports, endpoint_id)
    health, cursor = ports.webhooks.health(endpoint.id), ports.webhooks.cursor(endpoint.id)
    over = existing(endpoint, cursor, health if health.version else None)
    trace = endpoint_trace(ports, by, Act.ENDPOINT_REMOVED, endpoint)
    ports.store.commit(Changes(audit=trace, ended=over))


def _secret(ports: WebhookPorts, endpoint: Endpoint) -> tuple[str, str]:
    """Return a new secret, in clear and sealed."""
    secret = secret_of(ports.new_token())
    return secret, ports.endpoint_sealer.seal(secret, endpoint.context)


def endpoint_trace(
    ports: WebhookPorts, by: Person, act: Act, endpoint: Endpoint, **details: object
) -> AuditEntry:
    told = {"host": host_of(endpoint.url), **details}
    return audited(ports, by.id, act, endpoint.owner_id, endpoint.id, "", **told)
