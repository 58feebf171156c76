"""An operator's moves in the histories: debits and card payments are stopped, and let go on."""

from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from chalicelib.domain.brakes.brake import Brake, Brakes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.plan.instalments import DebitState
from chalicelib.usecases.brakes.apply_brake import apply_brake, release_brake
from tests.fakes.ports import FakePorts

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fakes.storage import Memory

STOPPED = (Brake.DEBITS, Brake.DEBITS, Brake.PAYMENTS)
NOT_SENT = {DebitState.CLAIMED, DebitState.DROPPED}
ROLE = "arn:aws:sts::123456789012:assumed-role/operator/session"


@dataclass
class Braking:
    """Who gives the commands, and the judge of what they stop."""

    ports: FakePorts
    chance: Random

    def __post_init__(self) -> None:
        self._memory: Memory = self.ports.memory
        self._seen: tuple[Brakes, datetime, frozenset[str]] | None = None

    def acts(self) -> None:
        """Put a brake on, or release it; a command that came at the same time as another is not repeated."""
        brake = self.chance.choice(STOPPED)
        with suppress(ConcurrentUpdate):
            if self.ports.brakes.current().is_on(brake):
                release_brake(self.ports, brake, "mended", ROLE)
            else:
                apply_brake(self.ports, brake, "looked into", ROLE)

    def lets_go(self) -> None:
        for brake in Brake:
            release_brake(self.ports, brake, "the end", ROLE)

    def check(self) -> None:
        """While stopped, nothing claimed since is sent, and no form is made. Look after every step."""
        brakes = self._memory.brakes.get("state", Brakes())
        if self._seen is None or self._seen[0] != brakes:
            self._seen = (brakes, self.ports.at, frozenset(self._memory.debits))
        _, since, claimed_before = self._seen
        if brakes.is_on(Brake.DEBITS):
            sent = {key for key, each in self._memory.debits.items() if each.state not in NOT_SENT}
            assert sent <= claimed_before, "claimed and sent although debits were stopped"
        if brakes.is_on(Brake.PAYMENTS):
            opened = max((each.opened_at for each in self._memory.attempts.values()), default=since)
            assert opened <= since, "a page was opened although payments were stopped"
