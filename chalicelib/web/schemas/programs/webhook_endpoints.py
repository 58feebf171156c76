"""Endpoints that events are sent to, and what was sent."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from chalicelib.domain.events.event import EventType
from chalicelib.domain.webhooks.addresses import LONGEST_URL
from chalicelib.domain.webhooks.attempt import AttemptResult, DeliveryAttempt
from chalicelib.domain.webhooks.delivery import Delivery, DeliveryState
from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointHealth, OffReason
from chalicelib.usecases.webhooks.list_deliveries import MOST
from chalicelib.web.schemas.models import Body, Query, View, mistake

Version = Annotated[int, Field(ge=1, lt=10**9)]
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _as_rfc_3339(written: object) -> object:
    """Refuse what pydantic would read all the same: seconds since 1970 as text."""
    if not isinstance(written, str) or not _RFC_3339.fullmatch(written):
        raise mistake("moment")
    return written


class EndpointOrder(Body):
    """An endpoint to add or change; without `types` it gets events of every type."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    url: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_URL)]
    types: Annotated[list[EventType], Field(max_length=len(EventType), default_factory=list)]


class EndpointChange(EndpointOrder):
    """What an endpoint is to be; with the `version` that was read, it is refused if it is another by now."""

    version: Version | None = None


class SecretQuery(Query):
    """With the `version` of the endpoint that was read, one new secret is made.

    Sent again in the same session it answers the same secret; an endpoint that was changed since is refused.
    """

    version: Version | None = None


class EndpointStateOrder(Body):
    state: Literal["on", "off"]


class ReplayOrder(Body):
    """Send the events since a moment again."""

    since: Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_as_rfc_3339)]


class DeliveriesQuery(Query):
    """`before` is the sequence of the last delivery that was read, none for the first answer."""

    before: Annotated[int, Field(ge=1, lt=10**12)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST


class DeliveryAttemptView(View):
    """One attempt; `status` is 0 without an answer. What was answered is kept nowhere."""

    at: datetime
    result: AttemptResult
    status: int
    milliseconds: int


class EndpointView(View):
    """An endpoint, never its secret; until `former_until` the secret of before signs too.

    `failing_since` is the first failed attempt after the last success; `last_test` the last test event.
    `version` grows each time it is changed or switched, or its secret is rotated.
    """

    id: str
    name: str
    url: str
    types: Sequence[EventType]
    owner_id: str
    created_at: datetime
    former_until: datetime | None
    state: Literal["on", "off"]
    off_at: datetime | None
    off_reason: OffReason | None
    last_success_at: datetime | None
    failing_since: datetime | None
    last_test: DeliveryAttemptView | None
    version: int


class EndpointList(View):
    items: Sequence[EndpointView]
    next: None = None


class EndpointAdded(View):
    """A new endpoint, its secret, shown only this once, and how it took a signed test event."""

    endpoint: EndpointView
    secret: str
    test: DeliveryAttemptView


class EndpointChanged(View):
    """`test` is how a new address took a test event, null if the address is the same."""

    endpoint: EndpointView
    test: DeliveryAttemptView | None


class EndpointSecret(View):
    """The new secret, shown only this once."""

    endpoint: EndpointView
    secret: str


class DeliveryView(View):
    """The delivery of one event; `next_try_at` is null once it is over."""

    event_id: str
    sequence: int
    type: EventType | None
    state: DeliveryState
    created_at: datetime
    next_try_at: datetime | None
    attempts: Sequence[DeliveryAttemptView]


class DeliveryPage(View):
    """Deliveries, the newest event first; `next` is the `before` of the next question, null at the end."""

    items: Sequence[DeliveryView]
    next: int | None


class ReplayView(View):
    """`events` is how many are sent again at most: those of unwanted types are left out."""

    events: int


def attempt_view(attempt: DeliveryAttempt) -> DeliveryAttemptView:
    return DeliveryAttemptView.model_validate(attempt, from_attributes=True)


def endpoint_view(endpoint: Endpoint, health: EndpointHealth) -> EndpointView:
    return EndpointView(
        id=endpoint.id,
        name=endpoint.name,
        url=endpoint.url,
        types=endpoint.types,
        owner_id=endpoint.owner_id,
        created_at=endpoint.created_at,
        former_until=endpoint.former_until,
        state="on" if endpoint.is_on else "off",
        off_at=endpoint.off_at,
        off_reason=endpoint.off_reason,
        last_success_at=health.last_success_at,
        failing_since=health.failing_since,
        last_test=attempt_view(health.last_test) if health.last_test else None,
        version=endpoint.version,
    )


def delivery_view(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        event_id=delivery.event_id,
        sequence=delivery.number,
        type=delivery.type,
        state=delivery.state,
        created_at=delivery.created_at,
        next_try_at=delivery.next_try_at if delivery.is_waiting else None,
        attempts=[attempt_view(each) for each in delivery.attempts],
    )
