"""Writing the deliveries of new events, one for each endpoint that wants them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.changes import Changes
from chalicelib.domain.events.event import EventMark, without_gap
from chalicelib.domain.webhooks.delivery import Delivery, DeliveryState, asked_again, delivery_of
from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointCursor
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, rotated
from chalicelib.usecases.webhooks.ports import WebhookPorts

BATCH = 50
"""Events a transaction, of its 100 actions: the cursor takes one."""
RUN = 10
"""Transactions a run and endpoint: one that is sent a year again leaves time to the others."""
WHAT = "event not fanned out"


@dataclass
class FanOut(Passed):
    """The result of a run: how many deliveries it wrote, and what it passed over."""

    written: int = 0


def fan_out(ports: WebhookPorts, has_time: HasTime = always) -> FanOut:
    """Write the deliveries of the numbered events behind each endpoint's cursor, oldest first.

    Deliveries and cursor are one transaction: a run that dies, or two at once, leave none out and write none
    twice. An endpoint that is off keeps its cursor where it is.
    """
    report = FanOut()
    endpoints = rotated([each for each in ports.webhooks.endpoints() if each.is_on], ports.now())
    report.add(for_each(ports, WHAT, endpoints, lambda each: _fan_out(ports, report, each), has_time))
    return report


def _fan_out(ports: WebhookPorts, report: FanOut, endpoint: Endpoint) -> None:
    for _ in range(RUN):
        cursor = ports.webhooks.cursor(endpoint.id)
        marks = without_gap(ports.events.marks(cursor.last, BATCH), cursor.last) if cursor else ()
        if cursor is None or not marks:
            return
        rows = _deliveries(ports, endpoint, cursor, marks)
        moved = replace(cursor, last=marks[-1].number, version=cursor.version + 1)
        ports.store.commit(Changes((moved, *rows)))
        report.written += len(rows)


def _deliveries(
    ports: WebhookPorts, endpoint: Endpoint, cursor: EndpointCursor, marks: Sequence[EventMark]
) -> Sequence[Delivery]:
    wanted = [mark for mark in marks if endpoint.wants(mark.type)]
    written = ports.webhooks.written(endpoint.id, [mark.number for mark in wanted])
    found = (_delivery(ports, endpoint, cursor, mark, written) for mark in wanted)
    return [delivery for delivery in found if delivery is not None]


def _delivery(
    ports: WebhookPorts,
    endpoint: Endpoint,
    cursor: EndpointCursor,
    mark: EventMark,
    written: Mapping[int, Delivery | None],
) -> Delivery | None:
    """Return the delivery to write: a new one, or one that is asked for again after the cursor moved back."""
    if mark.number not in written:
        return delivery_of(endpoint.id, mark, ports.now())
    before, is_replayed = written[mark.number], mark.number <= cursor.again_until
    if before is None or (before.is_waiting and not (is_replayed and before.tries)):
        return None
    is_taken = before.state is DeliveryState.DELIVERED
    return None if is_taken and not is_replayed else asked_again(before, ports.now())
