"""Interfaces that events need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.isolation import IsolationPorts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chalicelib.domain.events.event import Event, EventMark, EventSequence
    from chalicelib.usecases.storage_ports import Store


class Events(Protocol):
    """All events: written by every commit, read here."""

    def waiting(self, before: datetime, limit: int) -> Sequence[Event]:
        """Return at most `limit` events of before a moment that have no number, oldest first."""

    def numbered(self, after: int, limit: int) -> Sequence[Event]:
        """Return the events behind the number `after` in order, at most `limit`; one may be missing yet.

        Raise `ValueError` for an unreadable one: nobody may pass it over.
        """

    def marks(self, after: int, limit: int) -> Sequence[EventMark]:
        """Return the same as `numbered`, with an unreadable event too, as far as its row can be read."""

    def find(self, event_id: str) -> Event | None:
        """Return an event; raise `ValueError` for an unreadable one."""

    def sequence(self) -> EventSequence:
        """Return the sequence as it is, one at 0 before the first number."""


class EventPorts(IsolationPorts, Protocol):
    """The ports of numbering events and of reading them in order."""

    def now(self) -> datetime: ...

    @property
    def events(self) -> Events: ...

    @property
    def store(self) -> Store: ...
