"""The brakes of operations, whose row a process trusts for seconds."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.usecases.brakes.ports import BrakeState


class Brakes:
    """The row of the table that says what an operator has stopped."""

    table: Any

    @cached_property
    def brakes(self) -> BrakeState:
        from chalicelib.storage.brakes.brakes import DynamoBrakes

        return DynamoBrakes(self.table, time.monotonic)
