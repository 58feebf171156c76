"""An endpoint: the address of another system to which events are sent, and how it has answered."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.events.event import EventType
from chalicelib.domain.secrecy import SECRET
from chalicelib.domain.webhooks.attempt import DeliveryAttempt

ROLLING_FOR = timedelta(days=7)
"""The time for which the secret of before signs too, so that a receiver can be given the new one."""
WARNED_AFTER = timedelta(days=1)
"""An owner is told of an endpoint that has taken nothing for as long."""
OFF_AFTER = timedelta(days=5)
"""An endpoint that has taken nothing for as long is switched off: the ladder of a delivery ends before."""
NOTICE = timedelta(days=2)
"""The time between the mail that warns and the end, after an outage of ours too."""
_LAST_SUCCESS_WITHIN = timedelta(minutes=1)


class OffReason(StrEnum):
    BY_HAND = "by_hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"
    OWNER_LEFT = "owner_left"


@dataclass(frozen=True)
class Endpoint:
    """An endpoint; without `types` it gets events of every type.

    `secret` and `former_secret` are sealed for `context`; the former one signs too until `former_until`.
    """

    id: str
    name: str
    url: str
    owner_id: str
    created_at: datetime
    secret: str = field(repr=False, metadata=SECRET)
    types: tuple[EventType, ...] = ()
    former_secret: str = field(default="", repr=False, metadata=SECRET)
    former_until: datetime | None = None
    off_at: datetime | None = None
    off_reason: OffReason | None = None
    version: int = 1

    @property
    def is_on(self) -> bool:
        return self.off_at is None

    @property
    def context(self) -> str:
        """Return the context of the sealed secrets."""
        return f"endpoint-{self.id}"

    def wants(self, event_type: EventType | None) -> bool:
        """Return True for a type that it gets, and for one that could not be read."""
        return not self.types or event_type is None or event_type in self.types

    def sealed_secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign, the newest first."""
        is_rolling = self.former_until is not None and now < self.former_until
        return (self.secret, self.former_secret) if is_rolling else (self.secret,)


@dataclass(frozen=True)
class EndpointHealth:
    """How an endpoint has answered: in a row of its own, so that a delivery never conflicts with an act.

    `failing_since` is the moment of the first failed try after the last success; `quiet_until` is the end
    of its `Retry-After`.
    """

    endpoint_id: str
    last_success_at: datetime | None = None
    failing_since: datetime | None = None
    warned_at: datetime | None = None
    quiet_until: datetime | None = None
    last_test: DeliveryAttempt | None = None
    version: int = 1

    def needs_warning(self, now: datetime) -> bool:
        is_failing = self.failing_since is not None and now >= self.failing_since + WARNED_AFTER
        return is_failing and self.warned_at is None

    def is_over(self, now: datetime) -> bool:
        """Return True if the endpoint is to be switched off; its owner was told some days before."""
        is_failing = self.failing_since is not None and now >= self.failing_since + OFF_AFTER
        return is_failing and self.warned_at is not None and now >= self.warned_at + NOTICE

    def is_quiet(self, now: datetime) -> bool:
        return self.quiet_until is not None and now < self.quiet_until


@dataclass(frozen=True)
class EndpointCursor:
    """The number of the last event for which the endpoint's delivery is written.

    Events up to `again_until` are sent again even if they were taken.
    """

    endpoint_id: str
    last: int
    again_until: int = 0
    version: int = 1


def rotated(endpoint: Endpoint, sealed: str, now: datetime) -> Endpoint:
    """Return the endpoint with a new secret; the one before signs too for a while."""
    return replace(
        endpoint,
        secret=sealed,
        former_secret=endpoint.secret,
        former_until=now + ROLLING_FOR,
        version=endpoint.version + 1,
    )


def changed(endpoint: Endpoint, name: str, url: str, types: tuple[EventType, ...]) -> Endpoint:
    return replace(endpoint, name=name, url=url, types=types, version=endpoint.version + 1)


def switched_off(endpoint: Endpoint, reason: OffReason, now: datetime) -> Endpoint:
    return replace(endpoint, off_at=now, off_reason=reason, version=endpoint.version + 1)


def switched_on(endpoint: Endpoint, owner_id: str) -> Endpoint:
    """Return the endpoint switched on, owned by the person who does so."""
    return replace(endpoint, owner_id=owner_id, off_at=None, off_reason=None, version=endpoint.version + 1)


def well_again(health: EndpointHealth) -> EndpointHealth:
    """Forget the failures: somebody switched the endpoint on."""
    return replace(health, failing_since=None, warned_at=None, quiet_until=None, version=health.version + 1)


def warned(health: EndpointHealth, now: datetime) -> EndpointHealth:
    return replace(health, warned_at=now, version=health.version + 1)


def with_test(health: EndpointHealth, attempt: DeliveryAttempt) -> EndpointHealth:
    return replace(health, last_test=attempt, version=health.version + 1)


def noted(health: EndpointHealth, attempt: DeliveryAttempt, quiet_until: datetime | None) -> EndpointHealth:
    """Note what an attempt tells of the endpoint; return `health` itself if it tells nothing new."""
    if attempt.is_accepted:
        if health.failing_since is None and _is_fresh(health, attempt.at):
            return health
        return replace(well_again(health), last_success_at=attempt.at)
    is_told = health.failing_since is not None and (quiet_until is None or health.is_quiet(quiet_until))
    if is_told:
        return health
    since = health.failing_since or attempt.at
    quiet = quiet_until or health.quiet_until
    return replace(health, failing_since=since, quiet_until=quiet, version=health.version + 1)


def _is_fresh(health: EndpointHealth, at: datetime) -> bool:
    last = health.last_success_at
    return last is not None and at < last + _LAST_SUCCESS_WITHIN
