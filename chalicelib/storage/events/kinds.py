"""The kinds of row of events: in partitions of their own, an event each."""

from collections.abc import Mapping

from chalicelib.domain.events.event import Event, EventSequence
from chalicelib.storage.keys import EVENT_SEQUENCE, EVENTS, EVENTS_WAITING
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import instant


def _event_queue(event: Event) -> Place:
    """Return the queue: by moment while the event has no number, then by number."""
    if event.number:
        return Place(EVENTS, f"{event.number:012}")
    return Place(EVENTS_WAITING, f"{instant(event.at)}#{event.id}")


EVENT_KINDS: Mapping[type, Kind] = {
    Event: Kind(lambda event: (Place(f"EVENT#{event.id}", "EVENT"),), _event_queue, counted),
    EventSequence: Kind(lambda _: (Place(*EVENT_SEQUENCE),), version=counted),
}
