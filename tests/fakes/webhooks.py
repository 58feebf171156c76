"""Endpoints and deliveries in memory, receivers that follow a script, and recorders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.events.event import Event
from chalicelib.domain.webhooks.attempt import AttemptResult, Reply
from chalicelib.domain.webhooks.delivery import Delivery, DeliveryState
from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointCursor, EndpointHealth
from tests.fakes.storage import Memory

OK = Reply(AttemptResult.ACCEPTED, 204)


class MemoryWebhooks:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def endpoints(self) -> Sequence[Endpoint]:
        return tuple(sorted(self._m.endpoints.values(), key=lambda each: (each.created_at, each.id)))

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        return self._m.endpoints.get(endpoint_id)

    def health(self, endpoint_id: str) -> EndpointHealth:
        return self._m.endpoint_healths.get(endpoint_id, EndpointHealth(endpoint_id, version=0))

    def cursor(self, endpoint_id: str) -> EndpointCursor | None:
        return self._m.endpoint_cursors.get(endpoint_id)

    def delivery(self, endpoint_id: str, number: int) -> Delivery | None:
        return self._m.deliveries.get((endpoint_id, number))

    def written(self, endpoint_id: str, numbers: Sequence[int]) -> Mapping[int, Delivery | None]:
        return {each.number: each for each in self._of(endpoint_id) if each.number in numbers}

    def due(self, endpoint_id: str, now: datetime, limit: int) -> Sequence[Delivery]:
        waiting = [each for each in self._of(endpoint_id) if each.is_waiting and each.waits_until <= now]
        return tuple(sorted(waiting, key=lambda each: (each.waits_until, each.number))[:limit])

    def first_given_up(self, endpoint_id: str) -> int | None:
        given_up = (each.number for each in self._of(endpoint_id) if each.state is DeliveryState.GIVEN_UP)
        return min(given_up, default=None)

    def deliveries(self, endpoint_id: str, before: int | None, limit: int) -> Sequence[Delivery]:
        found = [each for each in self._of(endpoint_id) if before is None or each.number < before]
        return tuple(sorted(found, key=lambda each: -each.number)[:limit])

    def _of(self, endpoint_id: str) -> Sequence[Delivery]:
        return [each for each in self._m.deliveries.values() if each.endpoint_id == endpoint_id]


@dataclass(frozen=True)
class Sent:
    url: str
    message_id: str
    body: bytes
    secrets: tuple[str, ...]


@dataclass
class FakeReceivers:
    """Every receiver answers by `answer`; what arrived is in `sent`."""

    answer: Callable[[Sent], Reply] = lambda _: OK
    sent: list[Sent] = field(default_factory=list)
    allows_loopback: bool = False

    def send(self, url: str, message_id: str, body: bytes, secrets: Sequence[str]) -> Reply:
        message = Sent(url, message_id, body, tuple(secrets))
        self.sent.append(message)
        return self.answer(message)


@dataclass
class RecordedDeliveryQueue:
    """Every message handed over stays here: it may be delivered more than once."""

    messages: list[tuple[str, int, int]] = field(default_factory=list)
    """Endpoint, number of the event, and delay in seconds."""

    def send(self, deliveries: Sequence[Delivery], delay_seconds: int = 0) -> None:
        self.messages += [(each.endpoint_id, each.number, delay_seconds) for each in deliveries]


@dataclass
class RecordedBus:
    told: list[Event] = field(default_factory=list)

    def put(self, events: Sequence[Event]) -> None:
        self.told += events
