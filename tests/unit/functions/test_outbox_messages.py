"""A message of the outbox's queue is done with once its try is counted; what cannot be counted comes back."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.functions import queues, schedules
from tests.fakes.ports import FakePorts


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> FakePorts:
    made = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    monkeypatch.setattr(wiring, "ports", lambda: made)
    made.outbox.add(OutboxEntry("entry-1", Topic.PASSWORD_SET, "nobody", "", made.at))
    return made


def taken(*bodies: str) -> list[str]:
    """Return the messages that SQS gets back."""
    records = [{"messageId": body, "body": body} for body in bodies]
    event: Any = SimpleNamespace(to_dict=lambda: {"Records": records})
    return [each["itemIdentifier"] for each in queues.deliver_outbox(event)["batchItemFailures"]]


def test_failed_try_is_logged_and_its_message_does_not_come_back(
    ports: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(
        queues, "log_fault", lambda what, error: told.append((what, type(error.__cause__).__name__))
    )
    assert taken(json.dumps({"entry_id": "entry-1"})) == []
    assert told == [("outbox entry not delivered", "NotFound")]
    assert ports.memory.entries["entry-1"].tries == 1


def test_message_that_is_none_comes_back_and_ends_in_the_queue_of_failures(ports: FakePorts) -> None:
    assert taken("no JSON") == ["no JSON"]


def test_try_that_cannot_be_counted_comes_back(ports: FakePorts) -> None:
    def fail(*_told: Any) -> None:
        raise ConnectionError

    ports.store.commit = fail  # type: ignore[method-assign]  # a fake is there to be bent
    message = json.dumps({"entry_id": "entry-1"})
    assert taken(message) == [message]


def test_schedule_begins_no_chunk_without_time_for_it(ports: FakePorts) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: schedules.CHUNK_TAKES_MS)
    assert schedules.publish_outbox(SimpleNamespace(context=context))["sent"] == 0
    assert schedules.publish_outbox(None)["sent"] == 1
