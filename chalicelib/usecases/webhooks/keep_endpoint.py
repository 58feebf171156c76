"""Adding, changing, switching and removing endpoints, by an administrator."""

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
    OffReason,
    changed,
    rotated,
    switched_off,
    switched_on,
    well_again,
)
from chalicelib.domain.webhooks.refusals import TooManyEndpoints
from chalicelib.domain.webhooks.signing import secret_of
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.webhooks.ports import WebhookPorts
from chalicelib.usecases.webhooks.replay_events import moved_back, number_before
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
    """Return a new endpoint, its secret, which nobody can read again, and how it took a test event.

    It gets the events from now on; a failed test does not prevent it.
    """
    check_url(asked.url, allows_loopback=ports.receivers.allows_loopback)
    if len(ports.webhooks.endpoints()) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(MOST_ENDPOINTS)
    new = Endpoint(ports.new_id(), asked.name, asked.url, by.id, ports.now(), "", asked.types)
    secret, sealed = _secret(ports, new)
    endpoint = replace(new, secret=sealed)
    cursor = EndpointCursor(endpoint.id, ports.events.sequence().last)
    trace = _trace(ports, by, Act.ENDPOINT_ADDED, endpoint)
    ports.store.commit(Changes((endpoint, cursor, EndpointHealth(endpoint.id)), audit=trace))
    return endpoint, secret, send_test(ports, endpoint)


def change_endpoint(
    ports: WebhookPorts, endpoint_id: str, asked: EndpointAsked, by: Person
) -> tuple[Endpoint, DeliveryAttempt | None]:
    """Return the changed endpoint, and how a new address took a test event, None for the same address."""
    endpoint = find_endpoint(ports, endpoint_id)
    check_url(asked.url, allows_loopback=ports.receivers.allows_loopback)
    after = changed(endpoint, asked.name, asked.url, asked.types)
    ports.store.commit(Changes((after,), audit=_trace(ports, by, Act.ENDPOINT_CHANGED, after)))
    return after, send_test(ports, after) if after.url != endpoint.url else None


def rotate_secret(ports: WebhookPorts, endpoint_id: str, by: Person) -> tuple[Endpoint, str]:
    """Return the endpoint with a new secret; the one before signs too for some more days."""
    endpoint = find_endpoint(ports, endpoint_id)
    secret, sealed = _secret(ports, endpoint)
    after = rotated(endpoint, sealed, ports.now())
    ports.store.commit(Changes((after,), audit=_trace(ports, by, Act.ENDPOINT_SECRET_ROTATED, after)))
    return after, secret


def switch_off(ports: WebhookPorts, endpoint_id: str, by: Person) -> Endpoint:
    """Send nothing more; a second time changes nothing."""
    endpoint = find_endpoint(ports, endpoint_id)
    if not endpoint.is_on:
        return endpoint
    after = switched_off(endpoint, OffReason.BY_HAND, ports.now())
    trace = _trace(ports, by, Act.ENDPOINT_SWITCHED_OFF, after, cause=OffReason.BY_HAND.value)
    ports.store.commit(Changes((after,), audit=trace))
    return after


def switch_on(ports: WebhookPorts, endpoint_id: str, by: Person) -> Endpoint:
    """Send again, from the first event on that it did not take; `by` answers for it from now on.

    What it was not sent while it was off is still behind its cursor; what failed before is sent again.
    """
    endpoint = find_endpoint(ports, endpoint_id)
    if endpoint.is_on:
        return endpoint
    health = ports.webhooks.health(endpoint.id)
    after = switched_on(endpoint, by.id)
    rows = (after, *_resumed(ports, health))
    ports.store.commit(Changes(rows, audit=_trace(ports, by, Act.ENDPOINT_SWITCHED_ON, after)))
    return after


def _resumed(ports: WebhookPorts, health: EndpointHealth) -> Sequence[EndpointHealth | EndpointCursor]:
    """Return health and cursor of an endpoint that did not answer, none for one that did."""
    if health.failing_since is None:
        return ()
    cursor = ports.webhooks.cursor(health.endpoint_id)
    if cursor is None:
        return (well_again(health),)
    return well_again(health), moved_back(cursor, number_before(ports, health.failing_since))


def remove_endpoint(ports: WebhookPorts, endpoint_id: str, by: Person) -> None:
    """End an endpoint with its secrets; what was sent to it is kept for its days."""
    endpoint = find_endpoint(ports, endpoint_id)
    health, cursor = ports.webhooks.health(endpoint.id), ports.webhooks.cursor(endpoint.id)
    over = existing(endpoint, cursor, health if health.version else None)
    trace = _trace(ports, by, Act.ENDPOINT_REMOVED, endpoint)
    ports.store.commit(Changes(audit=trace, ended=over))


def _secret(ports: WebhookPorts, endpoint: Endpoint) -> tuple[str, str]:
    """Return a new secret, in clear and sealed."""
    secret = secret_of(ports.new_token())
    return secret, ports.endpoint_sealer.seal(secret, endpoint.context)


def _trace(ports: WebhookPorts, by: Person, act: Act, endpoint: Endpoint, **details: object) -> AuditEntry:
    told = {"host": host_of(endpoint.url), **details}
    return audited(ports, by.id, act, endpoint.owner_id, endpoint.id, "", **told)
