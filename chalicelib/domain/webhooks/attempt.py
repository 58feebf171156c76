"""One attempt to send an event, as far as it is kept: never the body of the answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus


class AttemptResult(StrEnum):
    """How an attempt ended. A name once stored is never changed or dropped."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # a status that is no success
    REDIRECTED = "redirected"
    GONE = "gone"
    TIMED_OUT = "timed_out"
    NOT_CONNECTED = "not_connected"
    NAME_UNKNOWN = "name_unknown"
    ADDRESS_NOT_PUBLIC = "address_not_public"
    CERTIFICATE_REFUSED = "certificate_refused"
    UNFINISHED = "unfinished"  # the process ended before the answer
    EVENT_UNREADABLE = "event_unreadable"


@dataclass(frozen=True)
class Reply:
    """What a receiver answered; `status` is 0 without an answer. `retry_after` is what it asks to wait."""

    result: AttemptResult
    status: int = 0
    retry_after: timedelta | None = None


@dataclass(frozen=True)
class DeliveryAttempt:
    at: datetime
    result: AttemptResult
    status: int = 0
    milliseconds: int = 0

    @property
    def is_accepted(self) -> bool:
        return self.result is AttemptResult.ACCEPTED


def result_of(status: int) -> AttemptResult:
    """Return the meaning of a status: 2xx alone is a success, a redirect is none."""
    if status == HTTPStatus.GONE:
        return AttemptResult.GONE
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return AttemptResult.ACCEPTED
    is_redirect = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    return AttemptResult.REDIRECTED if is_redirect else AttemptResult.REFUSED
