from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from chalicelib.domain.events.event import Event, EventMark, EventSequence
from chalicelib.storage.keys import EVENT_SEQUENCE, EVENTS, EVENTS_WAITING
from chalicelib.storage.table import Row, Table, instant, load


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

    def marks(self, after: int, limit: int) -> Sequence[EventMark]:
        row = self._table.row
        found = row.by_queue.query(EVENTS, row.queue_sk > f"{after:012}", limit=limit)
        return tuple(self._mark(each) for each in found)

    def _mark(self, row: Row) -> EventMark:
        """Return the mark of a row; of an unreadable one, which is reported, what its keys say."""
        number, event_id = int(row.queue_sk), row.pk.removeprefix("EVENT#")
        for event in self._table.readable(Event, (row,)):
            return EventMark(number, event_id, event.type, event.at, correlation_id=event.correlation_id)
        return EventMark(number, event_id)

    def find(self, event_id: str) -> Event | None:
        row = self._table.get(f"EVENT#{event_id}", "EVENT")
        return load(Event, row) if row else None

    def sequence(self) -> EventSequence:
        row = self._table.get(*EVENT_SEQUENCE)
        return load(EventSequence, row) if row else EventSequence()
