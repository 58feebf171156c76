"""Sending events again: one, or all since a moment."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.events.event import EventMark
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.webhooks.delivery import Delivery, asked_again, delivery_of
from chalicelib.domain.webhooks.endpoint import EndpointCursor
from chalicelib.domain.webhooks.refusals import ReplayToCome
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.webhooks.ports import WebhookPorts

MARGIN = timedelta(hours=1)
"""Numbers follow the clocks of several functions and of a late index: by much less."""


def replay_event(ports: WebhookPorts, endpoint_id: str, event_id: str, by: Person) -> Delivery:
    """Send one event to an endpoint again, within about a minute, whatever became of it before."""
    endpoint, event = ports.webhooks.endpoint(endpoint_id), ports.events.find(event_id)
    if endpoint is None or event is None or not event.number:
        raise NotFound
    before = ports.webhooks.delivery(endpoint.id, event.number)
    mark = EventMark(event.number, event.id, event.type, event.at, correlation_id=event.correlation_id)
    now = ports.now()
    delivery = asked_again(before, now) if before else delivery_of(endpoint.id, mark, now)
    trace = audited(
        ports, by.id, Act.EVENTS_REPLAYED, endpoint.owner_id, endpoint.id, events=1, after=event.number - 1
    )
    ports.store.commit(Changes((delivery,), audit=trace))
    return delivery


def replay_since(ports: WebhookPorts, endpoint_id: str, since: datetime, by: Person) -> int:
    """Send the events since a moment again, and some of the hour before; return how many at most.

    The endpoint's cursor is moved back, and the deliveries are written by the minute's run.
    """
    endpoint, cursor = ports.webhooks.endpoint(endpoint_id), ports.webhooks.cursor(endpoint_id)
    if endpoint is None or cursor is None:
        raise NotFound
    if since > ports.now():
        raise ReplayToCome
    after = number_before(ports, since)
    events = max(cursor.last - after, 0)
    moved = moved_back(cursor, after)
    moved = replace(moved, again_until=max(cursor.last, cursor.again_until))
    trace = audited(
        ports, by.id, Act.EVENTS_REPLAYED, endpoint.owner_id, endpoint.id, events=events, after=moved.last
    )
    ports.store.commit(Changes((moved,), audit=trace))
    return events


def moved_back(cursor: EndpointCursor, after: int) -> EndpointCursor:
    """Return the cursor before the event that follows `after`; it is never moved forward."""
    return replace(cursor, last=min(cursor.last, after), version=cursor.version + 1)


def number_before(ports: WebhookPorts, moment: datetime) -> int:
    """Return a number such that every event from the moment on has a higher one, by halving."""
    low, high = 0, ports.events.sequence().last
    while low < high:
        middle = (low + high + 1) // 2
        if _is_before(ports, middle, moment - MARGIN):
            low = middle
        else:
            high = middle - 1
    return low


def _is_before(ports: WebhookPorts, number: int, moment: datetime) -> bool:
    """Return True if the event with the number is of before the moment; False if it cannot be read."""
    return any(
        each.number == number and each.at is not None and each.at < moment
        for each in ports.events.marks(number - 1, 1)
    )
