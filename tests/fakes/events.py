"""Events and service keys in memory."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.events.event import Event, EventMark, EventSequence
from chalicelib.domain.programs.service_key import ServiceKey
from tests.fakes.storage import Memory


class MemoryEvents:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def waiting(self, before: datetime, limit: int) -> Sequence[Event]:
        waiting = [each for each in self._m.events.values() if not each.number and each.at < before]
        return tuple(sorted(waiting, key=lambda each: (each.at, each.id))[:limit])

    def numbered(self, after: int, limit: int) -> Sequence[Event]:
        found = [each for each in self._m.events.values() if each.number > after]
        return tuple(sorted(found, key=lambda each: each.number)[:limit])

    def marks(self, after: int, limit: int) -> Sequence[EventMark]:
        found = self.numbered(after, limit)
        return tuple(
            EventMark(each.number, each.id, each.type, each.at, correlation_id=each.correlation_id)
            for each in found
        )

    def find(self, event_id: str) -> Event | None:
        return self._m.events.get(event_id)

    def sequence(self) -> EventSequence:
        return self._m.event_sequences.get("events", EventSequence())


class MemoryServiceKeys:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def find(self, key_id: str) -> ServiceKey | None:
        return self._m.service_keys.get(key_id)

    def all(self) -> Sequence[ServiceKey]:
        return tuple(sorted(self._m.service_keys.values(), key=lambda key: (key.created_at, key.id)))
