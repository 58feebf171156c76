from dataclasses import replace

from chalicelib.domain.changes import Changes
from chalicelib.domain.webhooks.endpoint import EndpointCursor
from chalicelib.usecases.events.read_events import read_events
from chalicelib.usecases.isolation import HasTime, always
from chalicelib.usecases.webhooks.ports import WebhookPorts

BUS = "bus"
"""The id of the cursor of the school's bus: no endpoint has it."""
BATCH = 10
"""The most events that the bus takes in one call."""


def publish_to_bus(ports: WebhookPorts, has_time: HasTime = always) -> int:
    """Put the events behind the cursor on the school's bus, if it has one, in order; return how many.

    The cursor is moved after the bus took a batch: a run that dies between puts it twice, never not at
    all.
    A bus begins with the events after its first run.
    """
    if ports.event_bus is None:
        return 0
    cursor = ports.webhooks.cursor(BUS)
    if cursor is None:
        ports.store.commit(Changes((EndpointCursor(BUS, ports.events.sequence().last),)))
        return 0
    told = 0
    while has_time() and (events := read_events(ports, cursor.last, BATCH)):
        ports.event_bus.put(events)
        cursor = replace(cursor, last=events[-1].number, version=cursor.version + 1)
        ports.store.commit(Changes((cursor,)))
        told += len(events)
    return told
