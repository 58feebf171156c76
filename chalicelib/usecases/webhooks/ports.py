"""Interfaces that endpoints and deliveries need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from chalicelib.domain.events.event import Event
    from chalicelib.domain.webhooks.attempt import Reply
    from chalicelib.domain.webhooks.delivery import Delivery
    from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointCursor, EndpointHealth
    from chalicelib.usecases.events.ports import Events
    from chalicelib.usecases.ports import Alarms, Sealer
    from chalicelib.usecases.storage_ports import People


class Webhooks(Protocol):
    """Endpoints, each with its cursor and health, and its deliveries."""

    def endpoints(self) -> Sequence[Endpoint]:
        """Return every endpoint, oldest first."""

    def endpoint(self, endpoint_id: str) -> Endpoint | None: ...

    def health(self, endpoint_id: str) -> EndpointHealth:
        """Return the stored health, one of version 0 before the first."""

    def cursor(self, endpoint_id: str) -> EndpointCursor | None: ...

    def delivery(self, endpoint_id: str, number: int) -> Delivery | None: ...

    def written(self, endpoint_id: str, numbers: Sequence[int]) -> Mapping[int, Delivery | None]:
        """Return the stored deliveries of some events by their numbers, None for an unreadable one."""

    def due(self, endpoint_id: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return the deliveries to be queued by now, longest waiting first."""

    def first_given_up(self, endpoint_id: str) -> int | None:
        """Return the lowest number of an event that was given up, None if none was."""

    def deliveries(self, endpoint_id: str, before: int | None, limit: int) -> Sequence[Delivery]:
        """Return deliveries of events with a lower number than `before`, the newest event first."""


class Receivers(Protocol):
    """The receivers of other systems."""

    @property
    def allows_loopback(self) -> bool:
        """Return True on a local stack that sends to this machine."""

    def send(self, url: str, message_id: str, body: bytes, secrets: Sequence[str]) -> Reply:
        """Send one signed message, once, to a public address; an unclear end is a `Reply` too."""


class DeliveryQueue(Protocol):
    def send(self, deliveries: Sequence[Delivery], delay_seconds: int = 0) -> None:
        """Queue every delivery; raise at the end if the queue refused some. It delays 900 s at most."""


class EventBus(Protocol):
    """The school's bus of events on AWS."""

    def put(self, events: Sequence[Event]) -> None:
        """Put at most ten events; raise if the bus did not take all of them."""


class WebhookPorts(ActPorts, Protocol):
    """The ports of endpoints and deliveries."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a function that makes an unguessable token of 256 bits."""

    @property
    def alarms(self) -> Alarms: ...

    @property
    def endpoint_sealer(self) -> Sealer: ...

    @property
    def people(self) -> People: ...

    @property
    def events(self) -> Events: ...

    @property
    def webhooks(self) -> Webhooks: ...

    @property
    def receivers(self) -> Receivers: ...

    @property
    def delivery_queue(self) -> DeliveryQueue: ...

    @property
    def event_bus(self) -> EventBus | None: ...
