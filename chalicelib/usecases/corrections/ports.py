"""Interfaces that giving up debts needs."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.corrections.waiver import Waiver, WaiverState
from chalicelib.usecases.registrations.ports import RegistrationPorts


class Waivers(Protocol):
    def of_state(self, state: WaiverState, after: str | None = None) -> tuple[Sequence[Waiver], str | None]:
        """Return one page of the debts given up, or to be, oldest first, and the cursor of the next page."""


class WaiverPorts(RegistrationPorts, Protocol):
    """The ports of giving up debts."""

    @property
    def waivers(self) -> Waivers: ...
