"""What limits of attempts need of the world."""

from typing import Protocol

from chalicelib.usecases.ports import Clock
from chalicelib.usecases.storage_ports import Limits


class LimitPorts(Protocol):
    """The ports of limits of attempts."""

    @property
    def now(self) -> Clock: ...

    @property
    def limits(self) -> Limits: ...
