"""Second factors: time-based codes (RFC 6238), and recovery codes for a lost phone."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.secrecy import SECRET


@dataclass(frozen=True)
class SecondFactor:
    """A second factor.

    `sealed_secret` is encrypted under a key outside the table, recovery codes are digests. Until
    `confirmed_at` is set it is shown but unused and proves nothing, and only the session `begun_in` (a digest
    of its token) may see it again or confirm it. `last_step` is the time step of the last code accepted:
    codes of this step or an earlier one are refused.
    """

    person_id: str
    sealed_secret: str = field(repr=False, metadata=SECRET)
    begun_in: str = field(default="", repr=False, metadata=SECRET)
    recovery_digests: tuple[str, ...] = field(default=(), repr=False, metadata=SECRET)
    confirmed_at: datetime | None = None
    last_step: int = 0
    version: int = 1

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


def begun_again(factor: SecondFactor, sealed_secret: str, session_hash: str) -> SecondFactor:
    """Return a new secret for a new session, so that one seen in an earlier session is never confirmed."""
    return replace(factor, sealed_secret=sealed_secret, begun_in=session_hash, version=factor.version + 1)


def confirmed(
    factor: SecondFactor, step: int, recovery_digests: tuple[str, ...], now: datetime
) -> SecondFactor:
    return replace(
        factor,
        begun_in="",
        recovery_digests=recovery_digests,
        confirmed_at=now,
        last_step=step,
        version=factor.version + 1,
    )


def spent_step(factor: SecondFactor, step: int | None) -> SecondFactor | None:
    """Return the factor after a code of `step` was used.

    None without a step, or if the step was used before.
    """
    if step is None or step <= factor.last_step:
        return None
    return replace(factor, last_step=step, version=factor.version + 1)


def spent_recovery(factor: SecondFactor, digest: str) -> SecondFactor | None:
    """Return the factor without the recovery code of that digest; None if it has no such code."""
    if digest not in factor.recovery_digests:
        return None
    left = tuple(each for each in factor.recovery_digests if each != digest)
    return replace(factor, recovery_digests=left, version=factor.version + 1)
