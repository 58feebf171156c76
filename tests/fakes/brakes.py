"""The brakes of operations in memory."""

from chalicelib.domain.brakes.brake import Brakes
from tests.fakes.storage import Memory


class MemoryBrakes:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def current(self) -> Brakes:
        return self._m.brakes.get("state", Brakes())

    def recent(self) -> Brakes:
        return self.current()
