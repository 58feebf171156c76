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
from chalicelib.domain.webhooks.refusals import EndpointMoved, TooManyEndpoints
from chalicelib.domain.webhooks.signing import secret_of
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.drawn import Drawn
from chalicelib.usecases.races import again
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
    ports: WebhookPorts, asked: EndpointAsked, by: Person, drawn: Drawn | None = None
) -> tuple[Endpoint, str, DeliveryAttempt]:
    """Return a new endpoint, its secret, which is shown this once, and the attempt of its test event.

    It gets the events from now on, also if the test failed. What is `drawn` again finds the endpoint that it
    added; raise `EndpointMoved` if its secret is another one by now, or if it was removed.
    """
    check_url(asked.url, allows_loopback=ports.receivers.allows_loopback)
    new = drawn or Drawn(ports.new_id(), ports.new_token())
    endpoint, secret = again(lambda: _add(ports, asked, by, new))
    test = ports.webhooks.health(endpoint.id).last_test
    return endpoint, secret, test or send_test(ports, endpoint)


def _add(ports: WebhookPorts, asked: EndpointAsked, by: Person, drawn: Drawn) -> tuple[Endpoint, str]:
    secret = secret_of(drawn.token)
    if known := ports.webhooks.endpoint(drawn.id):
        if not _has(ports, known, secret):
            raise EndpointMoved
        return known, secret
    if ports.webhooks.cursor(drawn.id):
        raise EndpointMoved
    if len(ports.webhooks.endpoints()) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(MOST_ENDPOINTS)
    new = Endpoint(drawn.id, asked.name, asked.url, by.id, ports.now(), "", asked.types)
    endpoint = replace(new, secret=ports.endpoint_sealer.seal(secret, new.context))
    cursor = EndpointCursor(endpoint.id, ports.events.sequence().last)
    trace = endpoint_trace(ports, by, Act.ENDPOINT_ADDED, endpoint)
    ports.store.commit(Changes((endpoint, cursor, EndpointHealth(endpoint.id)), audit=trace))
    return endpoint, secret


def change_endpoint(
    ports: WebhookPorts, endpoint_id: str, asked: EndpointAsked, by: Person, seen: int | None = None
) -> tuple[Endpoint, DeliveryAttempt | None]:
    """Return the changed endpoint, and the attempt of a new address's test event.

    `seen` is the version that was read, None if unknown: raise `EndpointMoved` if it is another one by now,
    unless the endpoint is what is asked.
    """
    check_url(asked.url, allows_loopback=ports.receivers.allows_loopback)
    if seen is None:
        return _change(ports, endpoint_id, asked, by, seen)
    return again(lambda: _change(ports, endpoint_id, asked, by, seen))


def _change(
    ports: WebhookPorts, endpoint_id: str, asked: EndpointAsked, by: Person, seen: int | None
) -> tuple[Endpoint, DeliveryAttempt | None]:
    endpoint = find_endpoint(ports, endpoint_id)
    if seen not in {None, endpoint.version}:
        if asked != EndpointAsked(endpoint.name, endpoint.url, endpoint.types):
            raise EndpointMoved
        return endpoint, None
    after = changed(endpoint, asked.name, asked.url, asked.types)
    ports.store.commit(Changes((after,), audit=endpoint_trace(ports, by, Act.ENDPOINT_CHANGED, after)))
    return after, send_test(ports, after) if after.url != endpoint.url else None


def rotate_secret(
    ports: WebhookPorts, endpoint_id: str, by: Person, seen: int | None = None, drawn: Drawn | None = None
) -> tuple[Endpoint, str]:
    """Return the endpoint with a new secret; the one before signs too for some more days.

    `seen` is the version that was read, None if unknown: raise `EndpointMoved` if it is another one by now,
    unless the secret is the one that is `drawn` again, which is returned.
    """
    if drawn is None:
        return _rotate(ports, endpoint_id, by, seen, secret_of(ports.new_token()))
    return again(lambda: _rotate(ports, endpoint_id, by, seen, secret_of(drawn.token)))


def _rotate(
    ports: WebhookPorts, endpoint_id: str, by: Person, seen: int | None, secret: str
) -> tuple[Endpoint, str]:
    endpoint = find_endpoint(ports, endpoint_id)
    if seen not in {None, endpoint.version}:
        if not _has(ports, endpoint, secret):
            raise EndpointMoved
        return endpoint, secret
    after = rotated(endpoint, ports.endpoint_sealer.seal(secret, endpoint.context), ports.now())
    ports.store.commit(Changes((after,), audit=endpoint_trace(ports, by, Act.ENDPOINT_SECRET_ROTATED, after)))
    return after, secret


def remove_endpoint(ports: WebhookPorts, endpoint_id: str, by: Person) -> None:
    """End an endpoint with its secrets; what was sent to it is kept for its days.

    Its cursor stays: by it a form that is sent again does not add the endpoint anew with the same secret.
    """
    endpoint = find_endpoint(ports, endpoint_id)
    health = ports.webhooks.health(endpoint.id)
    cursor = ports.webhooks.cursor(endpoint.id) or EndpointCursor(endpoint.id, 0, version=0)
    kept = replace(cursor, version=cursor.version + 1)  # so that no delivery is written meanwhile
    over = existing(endpoint, health if health.version else None)
    trace = endpoint_trace(ports, by, Act.ENDPOINT_REMOVED, endpoint)
    ports.store.commit(Changes((kept,), audit=trace, ended=over))


def _has(ports: WebhookPorts, endpoint: Endpoint, secret: str) -> bool:
    """Return True if the secret is the endpoint's newest one."""
    return ports.endpoint_sealer.open(endpoint.secret, endpoint.context) == secret


def endpoint_trace(
    ports: WebhookPorts, by: Person, act: Act, endpoint: Endpoint, **details: object
) -> AuditEntry:
    told = {"host": host_of(endpoint.url), **details}
    return audited(ports, by.id, act, endpoint.owner_id, endpoint.id, "", **told)
