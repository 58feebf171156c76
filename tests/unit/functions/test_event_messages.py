"""The minute's run sends events on, and the worker of the queue takes one message at a time."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.changes import Changes
from chalicelib.functions import queues, schedules
from chalicelib.usecases.webhooks.add_endpoint import add_endpoint
from tests.contract.test_journal_contract import entry
from tests.fakes.ports import FakePorts
from tests.usecases.test_webhooks import ADMIN, ASKED


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> FakePorts:
    made = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    monkeypatch.setattr(wiring, "ports", lambda: made)
    made.store.commit(Changes((ADMIN,)))
    add_endpoint(made, ASKED, ADMIN)
    made.store.commit(Changes((entry(1),)))
    made.move(hours=1)
    return made


def taken(*bodies: str) -> list[str]:
    """Return the messages that SQS gets back."""
    records = [{"messageId": body, "body": body} for body in bodies]
    event: Any = SimpleNamespace(to_dict=lambda: {"Records": records})
    return [each["itemIdentifier"] for each in queues.deliver_event(event)["batchItemFailures"]]


def test_event_is_numbered_queued_and_sent(ports: FakePorts) -> None:
    told = schedules.publish_outbox(None)
    assert (told["events_numbered"], told["deliveries_written"], told["deliveries_sent"]) == (1, 1, 1)
    assert told["events_on_bus"] == 0
    ((endpoint_id, number, _),) = ports.delivery_queue.messages
    assert taken(json.dumps({"endpoint_id": endpoint_id, "number": number})) == []
    assert ports.receivers.sent[-1].message_id.endswith(entry(1).id)


@pytest.mark.parametrize(
    "body", ["no JSON", "{}", '{"endpoint_id": "", "number": 1}', '{"endpoint_id": "e", "number": 0}']
)
def test_message_that_is_none_comes_back_and_ends_in_the_queue_of_failures(
    ports: FakePorts, body: str
) -> None:
    assert taken(body) == [body]


def test_run_without_time_for_a_chunk_sends_nothing(ports: FakePorts) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: schedules.CHUNK_TAKES_MS)
    told = schedules.publish_outbox(SimpleNamespace(context=context))
    assert (told["deliveries_written"], told["deliveries_sent"]) == (0, 0)
