from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from chalicelib.domain.events.event import Event, EventSequence
from chalicelib.storage.keys import EVENT_SEQUENCE, EVENTS, EVENTS_WAITING
from chalicelib.storage.table import Table, instant, load


class DynamoEvents:
    """Events, found by queues: of those without a number, and of all others by number."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def waiting(self, before: datetime, limit: int) -> Sequence[Event]:
        waiting = self._table.queue(EVENTS_WAITING, instant(before))
        return tuple(islice(self._table.readable(Event, waiting), limit))

    def numbered(self, after: int, limit: int) -> Sequence[Event]:
        row = self._table.row
        found = row.by_queue.query(EVENTS, row.queue_sk > f"{after:012}", limit=limit)
        return tuple(load(Event, each) for each in found)

    def sequence(self) -> EventSequence:
        row = self._table.get(*EVENT_SEQUENCE)
        return load(EventSequence, row) if row else EventSequence()
