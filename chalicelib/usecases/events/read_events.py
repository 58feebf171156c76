from collections.abc import Sequence

from chalicelib.domain.events.event import Event, without_gap
from chalicelib.usecases.events.ports import EventPorts

MOST = 100
"""Events an answer."""


def read_events(ports: EventPorts, after: int, limit: int = MOST) -> Sequence[Event]:
    """Return the events that follow the number `after`, in order, up to the first missing number."""
    return without_gap(ports.events.numbered(after, limit), after)
