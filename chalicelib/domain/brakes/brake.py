"""The brakes of operations: what an operator stops for a while, by a command, for the whole stack."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.campaign import Text

NO_SENTENCE = Text("", "")


class Brake(StrEnum):
    DEBITS = "debits"  # no instalment is debited; what is in flight is still asked about and booked
    PAYMENTS = "payments"  # no form of the gateway's page is made; what is paid on an older one is booked
    PORTAL = "portal"  # students and payers read a sentence instead of their pages


@dataclass(frozen=True)
class AppliedBrake:
    """A brake that is on, since when and why.

    `sentence` is what students read while the portal is closed; "" in a language for the portal's own words.
    """

    brake: Brake
    since: datetime
    reason: str
    sentence: Text = NO_SENTENCE


@dataclass(frozen=True)
class Brakes:
    """The brakes that are on, at most one of each kind.

    `debits_released_at` is the last moment at which debits were released: what was due before was not missed.
    """

    applied: tuple[AppliedBrake, ...] = ()
    debits_released_at: datetime | None = None
    version: int = 0

    def of(self, brake: Brake) -> AppliedBrake | None:
        """Return the brake if it is on, else None."""
        return next((each for each in self.applied if each.brake is brake), None)

    def is_on(self, brake: Brake) -> bool:
        return self.of(brake) is not None


def put_on(brakes: Brakes, applied: AppliedBrake) -> Brakes:
    """Return the next version with a brake on; one of its kind that is on already is replaced."""
    others = _others(brakes, applied.brake)
    return replace(brakes, applied=(*others, applied), version=brakes.version + 1)


def released(brakes: Brakes, brake: Brake, now: datetime) -> Brakes:
    """Return the next version without a brake."""
    at = now if brake is Brake.DEBITS else brakes.debits_released_at
    applied = _others(brakes, brake)
    return replace(brakes, applied=applied, debits_released_at=at, version=brakes.version + 1)


def _others(brakes: Brakes, brake: Brake) -> tuple[AppliedBrake, ...]:
    return tuple(each for each in brakes.applied if each.brake is not brake)
