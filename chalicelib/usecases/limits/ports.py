"""Interfaces that limits on tries need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.usecases.ports import Clock
    from chalicelib.usecases.storage_ports import Limits


class LimitPorts(Protocol):
    """The ports of limits on tries."""

    @property
    def now(self) -> Clock: ...

    @property
    def limits(self) -> Limits: ...
