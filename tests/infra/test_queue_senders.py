import json
from datetime import UTC, date, datetime
from typing import Any

import boto3
import pytest

from chalicelib.delivery.debit_queue import DebitsNotQueued, SqsDebitQueue
from chalicelib.delivery.delivery_queue import DeliveriesNotQueued, SqsDeliveryQueue
from chalicelib.delivery.event_bus import EventBridgeBus, EventsNotOnBus
from chalicelib.delivery.outbox_queue import EntriesNotQueued, SqsOutboxQueue
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.webhooks.body import body_of
from chalicelib.domain.webhooks.delivery import Delivery
from infra.local.resources import Names
from tests.fakes.ports import MANUAL_DAY
from tests.unit.domain.test_webhooks import EVENT

DAY = date(2022, 7, 10)


class FussyQueue:
    """SQS that refuses the messages holding a text of `refusals`, as often as said there."""

    def __init__(self, refusals: dict[str, int]) -> None:
        self.refusals = refusals
        self.taken: list[str] = []
        self.delays: set[int] = set()

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert 1 <= len(Entries) <= 10
        self.delays |= {each["DelaySeconds"] for each in Entries}
        refused = [each["Id"] for each in Entries if self._refuses(each["MessageBody"])]
        self.taken += [each["MessageBody"] for each in Entries if each["Id"] not in refused]
        return {"Failed": [{"Id": each, "Code": "InternalError", "SenderFault": False} for each in refused]}

    def _refuses(self, body: str) -> bool:
        for text, times in self.refusals.items():
            if text in body and times:
                self.refusals[text] -= 1
                return True
        return False


def test_each_planned_debit_is_one_message(names: Names) -> None:
    planned = [(f"registration-{number}#2", DAY) for number in range(25)]

    SqsDebitQueue(boto3.client("sqs"), names.debit_queue_url).send(planned)

    bodies = [json.loads(body) for body in _received(names.debit_queue_url)]
    assert sorted(bodies, key=lambda body: str(body["instalment_id"])) == [
        {"instalment_id": instalment_id, "planned_on": "2022-07-10"} for instalment_id, _ in sorted(planned)
    ]


def test_nothing_planned_sends_nothing() -> None:
    queue = FussyQueue({})

    SqsDebitQueue(queue, "url").send([])

    assert queue.taken == []


def test_debit_that_is_refused_once_is_sent_again() -> None:
    queue = FussyQueue({"one-7": 1})

    SqsDebitQueue(queue, "url").send([(f"one-{number}", DAY) for number in range(12)])

    assert sorted(json.loads(body)["instalment_id"] for body in queue.taken) == sorted(
        f"one-{number}" for number in range(12)
    )


def test_debit_that_stays_refused_is_told_and_delays_no_other() -> None:
    queue = FussyQueue({"one-7": 2})

    with pytest.raises(DebitsNotQueued, match=r"1 of 12 messages"):
        SqsDebitQueue(queue, "url").send([(f"one-{number}", DAY) for number in range(12)])

    assert len(queue.taken) == 11


def test_outbox_entry_that_stays_refused_is_told_and_delays_no_other() -> None:
    queue = FussyQueue({"e-1": 2})
    now = datetime(2022, 7, 10, tzinfo=UTC)
    entries = [
        OutboxEntry(f"e-{number}", Topic.PAYMENT_BOOKED, "person", "registration", now) for number in range(3)
    ]

    with pytest.raises(EntriesNotQueued, match=r"1 of 3 messages"):
        SqsOutboxQueue(queue, "url").send(entries)

    assert [json.loads(body) for body in queue.taken] == [{"entry_id": "e-0"}, {"entry_id": "e-2"}]


def _delivery(number: int) -> Delivery:
    return Delivery("e1", number, f"evt-{number}", None, MANUAL_DAY, MANUAL_DAY)


def test_delivery_is_one_message_with_its_delay(names: Names) -> None:
    SqsDeliveryQueue(boto3.client("sqs"), names.delivery_queue_url).send([_delivery(7)])
    assert [json.loads(body) for body in _received(names.delivery_queue_url)] == [
        {"endpoint_id": "e1", "number": 7}
    ]
    queue = FussyQueue({})
    SqsDeliveryQueue(queue, "url").send([_delivery(8)], 300)
    assert queue.delays == {300}
    with pytest.raises(DeliveriesNotQueued, match="1 of 2 messages"):
        SqsDeliveryQueue(FussyQueue({": 8": 2}), "url").send([_delivery(7), _delivery(8)])


class Bus:
    """EventBridge that refuses as many events as it is told."""

    def __init__(self, refuses: int = 0) -> None:
        self.refuses = refuses
        self.taken: list[dict[str, Any]] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.taken += Entries
        return {"FailedEntryCount": self.refuses}


def test_event_is_on_the_bus_as_it_is_delivered_or_refused_aloud() -> None:
    bus = Bus()
    EventBridgeBus(bus, "school").put([EVENT])
    (told,) = bus.taken
    assert (told["EventBusName"], told["Source"], told["DetailType"]) == (
        "school",
        "quittance",
        "payment.booked",
    )
    assert told["Detail"].encode() == body_of(EVENT)
    with pytest.raises(EventsNotOnBus, match="1 of 1 events"):
        EventBridgeBus(Bus(refuses=1), "school").put([EVENT])


def _received(queue_url: str) -> list[str]:
    sqs, bodies = boto3.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [message["Body"] for message in messages]
    return bodies
