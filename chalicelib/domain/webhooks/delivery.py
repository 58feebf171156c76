"""The delivery of one event to one endpoint, at least once: docs/decisions/0033-webhooks.md."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.events.event import EventMark, EventType
from chalicelib.domain.trail.traced import Traced
from chalicelib.domain.webhooks.attempt import AttemptResult, DeliveryAttempt

LADDER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The waits of Standard Webhooks behind each failed try; the first try is made at once."""
LONGEST_RETRY_AFTER = timedelta(hours=24)
QUEUED_FOR = timedelta(minutes=15)
"""A message is lost after this time: longer than the queue hides one that a function has received."""
LOST_AFTER = timedelta(minutes=1)
LONGEST_TRY = timedelta(minutes=2)
"""The maximum duration of a try: the delivering function is stopped before."""
KEPT_FOR = timedelta(days=30)
MOST_ATTEMPTS = 40
"""Attempts shown of a delivery: those of its last replays."""


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    UNWANTED = "unwanted"  # the endpoint no longer takes this type


@dataclass(frozen=True)
class Delivery(Traced):
    """One event for one endpoint. `number` is the event's; `type` is None if it could not be read.

    `next_try_at` is the moment of the next try; `queued_until` the end of a lease to the queue; `begun_at`
    the begin of a try whose end is not known.
    """

    endpoint_id: str
    number: int
    event_id: str
    type: EventType | None
    created_at: datetime
    next_try_at: datetime
    tries: int = 0
    state: DeliveryState = DeliveryState.WAITING
    queued_until: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: tuple[DeliveryAttempt, ...] = ()
    version: int = 1

    @property
    def id(self) -> str:
        return f"{self.endpoint_id}-{self.number}"

    @property
    def is_waiting(self) -> bool:
        return self.state is DeliveryState.WAITING

    @property
    def waits_until(self) -> datetime:
        """Return the moment at which a waiting delivery is to be queued."""
        return max(self.next_try_at, self.queued_until or self.next_try_at)

    @property
    def kept_until(self) -> datetime:
        return (self.ended_at or self.next_try_at) + KEPT_FOR

    @property
    def last_attempt(self) -> DeliveryAttempt | None:
        return self.attempts[-1] if self.attempts else None

    def may_be_tried(self, now: datetime) -> bool:
        """Return True if a message about it is to be obeyed: it waits, and no other message began the try."""
        return self.is_waiting and self.next_try_at <= now


def delivery_of(endpoint_id: str, mark: EventMark, now: datetime) -> Delivery:
    delivery = Delivery(endpoint_id, mark.number, mark.id, mark.type, created_at=now, next_try_at=now)
    return replace(delivery, correlation_id=mark.correlation_id)


def leased(delivery: Delivery, now: datetime) -> Delivery:
    """Return the delivery leased to the queue."""
    return replace(delivery, queued_until=now + QUEUED_FOR, version=delivery.version + 1)


def with_message(delivery: Delivery) -> Delivery:
    """Return the delivery leased until a minute after its next try: a delayed message for it is queued."""
    return replace(delivery, queued_until=delivery.next_try_at + LOST_AFTER)


def was_leased_before(delivery: Delivery, moment: datetime) -> bool:
    """Return True for a first try that was queued before a moment."""
    until = delivery.queued_until
    return not delivery.tries and until is not None and until - QUEUED_FOR < moment


def released(delivery: Delivery) -> Delivery:
    """Return the delivery without its lease: the minute's run queues it again."""
    return replace(delivery, queued_until=None, version=delivery.version + 1)


def begun(delivery: Delivery, now: datetime) -> Delivery:
    """Count a try before it is made: one that ends with its process is recorded and retried as well."""
    tries = delivery.tries + 1
    return replace(
        _with_unfinished(delivery),
        tries=tries,
        next_try_at=now + max(_wait(tries), LONGEST_TRY),
        queued_until=None,
        begun_at=now,
        version=delivery.version + 1,
    )


def ended(
    delivery: Delivery, attempt: DeliveryAttempt, now: datetime, retry_after: timedelta | None = None
) -> Delivery:
    """Return the delivery after its try: delivered, put off to its next try, or given up after the last."""
    told = _with(delivery, attempt)
    after = replace(told, begun_at=None, queued_until=None, version=delivery.version + 1)
    if attempt.is_accepted:
        return replace(after, state=DeliveryState.DELIVERED, ended_at=now)
    if delivery.tries > len(LADDER):
        return replace(after, state=DeliveryState.GIVEN_UP, ended_at=now)
    asked = min(retry_after or timedelta(0), LONGEST_RETRY_AFTER)
    return replace(after, next_try_at=now + max(_wait(delivery.tries), asked))


def given_up(delivery: Delivery, now: datetime) -> Delivery:
    """Give up a delivery whose last try ended with its process."""
    return replace(
        _with_unfinished(delivery),
        state=DeliveryState.GIVEN_UP,
        begun_at=None,
        queued_until=None,
        ended_at=now,
        version=delivery.version + 1,
    )


def unwanted(delivery: Delivery, now: datetime) -> Delivery:
    return replace(
        delivery, state=DeliveryState.UNWANTED, queued_until=None, ended_at=now, version=delivery.version + 1
    )


def asked_again(delivery: Delivery, now: datetime) -> Delivery:
    """Return the delivery ready to be tried at once, from the first step; its attempts stay."""
    return replace(
        _with_unfinished(delivery),
        state=DeliveryState.WAITING,
        tries=0,
        next_try_at=now,
        queued_until=None,
        begun_at=None,
        ended_at=None,
        version=delivery.version + 1,
    )


def is_spent(delivery: Delivery) -> bool:
    """Return True if all tries were begun: the last one ended with its process."""
    return delivery.tries > len(LADDER)


def _with_unfinished(delivery: Delivery) -> Delivery:
    """Add the attempt that began and has no end, if there is one."""
    if delivery.begun_at is None:
        return delivery
    return _with(delivery, DeliveryAttempt(delivery.begun_at, AttemptResult.UNFINISHED))


def _with(delivery: Delivery, attempt: DeliveryAttempt) -> Delivery:
    return replace(delivery, attempts=(*delivery.attempts, attempt)[-MOST_ATTEMPTS:])


def _wait(tries: int) -> timedelta:
    return LADDER[min(tries, len(LADDER)) - 1]
