"""Switching an endpoint on and off by hand."""

from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.webhooks.endpoint import (
    Endpoint,
    EndpointCursor,
    OffReason,
    switched_off,
    switched_on,
    well_again,
)
from chalicelib.usecases.webhooks.add_endpoint import endpoint_trace, find_endpoint
from chalicelib.usecases.webhooks.ports import WebhookPorts
from chalicelib.usecases.webhooks.replay_event import moved_back


def switch_off(ports: WebhookPorts, endpoint_id: str, by: Person) -> Endpoint:
    """Send nothing more; a second time changes nothing."""
    endpoint = find_endpoint(ports, endpoint_id)
    if not endpoint.is_on:
        return endpoint
    after = switched_off(endpoint, OffReason.BY_HAND, ports.now())
    trace = endpoint_trace(ports, by, Act.ENDPOINT_SWITCHED_OFF, after, cause=OffReason.BY_HAND.value)
    ports.store.commit(Changes((after,), audit=trace))
    return after


def switch_on(ports: WebhookPorts, endpoint_id: str, by: Person) -> Endpoint:
    """Send again, from the first event on that was given up; `by` becomes the owner.

    What it was not sent while it was off is still behind its cursor, or waits.
    """
    endpoint = find_endpoint(ports, endpoint_id)
    if endpoint.is_on:
        return endpoint
    health = ports.webhooks.health(endpoint.id)
    after = switched_on(endpoint, by.id)
    rows = existing(after, well_again(health), _resumed(ports, endpoint))
    ports.store.commit(Changes(rows, audit=endpoint_trace(ports, by, Act.ENDPOINT_SWITCHED_ON, after)))
    return after


def _resumed(ports: WebhookPorts, endpoint: Endpoint) -> EndpointCursor | None:
    """Return the cursor before the first event that was given up, None if none was."""
    cursor, first = ports.webhooks.cursor(endpoint.id), ports.webhooks.first_given_up(endpoint.id)
    return None if cursor is None or first is None else moved_back(cursor, first - 1)
