"""The application's own debit functions, invoked as EventBridge and Lambda would, on the local AWS."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib import wiring
from chalicelib.settings import settings
from infra.local import environment, resources
from infra.local.clock import MovableClock
from infra.local.functions import Functions
from infra.local.resources import Names
from infra.local.seed import seed

NOWHERE = "http://127.0.0.1:9"
MALFORMED = [
    "{",
    "[]",
    "{}",
    '{"instalment_id": "chris-1#2"}',
    '{"instalment_id": "", "planned_on": "2022-07-10"}',
    '{"instalment_id": 2, "planned_on": "2022-07-10"}',
    '{"instalment_id": "chris-1#2", "planned_on": "the 10th"}',
    '{"instalment_id": "chris-1#2", "planned_on": 20220710}',
    '{"instalment_id": "chris-1#2", "planned_on": "2022-07-10", "amount_cents": 1}',
]


@pytest.fixture
def functions(names: Names, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    values = environment.quittance(
        names, base_url=NOWHERE, paybox_url=NOWHERE, paybox_public_key="", cas_url=NOWHERE
    )
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    resources.write_secret(environment.HMAC_KEY_PARAMETER, "00" * 64)
    _forget()
    clock = MovableClock(tmp_path / "clock.json")
    wiring.use_clock(clock.now)
    yield Functions(importlib.import_module("chalicelib.functions.background"), names, clock)
    _forget()


def _forget() -> None:
    settings.cache_clear()
    wiring.services.cache_clear()


def _rows(names: Names) -> list[dict[str, Any]]:
    rows = boto3.resource("dynamodb").Table(names.table).scan()["Items"]
    return sorted(rows, key=lambda row: (str(row["pk"]), str(row["sk"])))


def test_debits_are_scheduled(functions: Functions) -> None:
    assert "plan_debits" in functions.schedules()


@pytest.mark.parametrize("body", MALFORMED)
def test_malformed_message_fails_until_it_is_a_dead_letter(
    functions: Functions, names: Names, body: str
) -> None:
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=names.debit_queue_url, MessageBody=body)

    failed = [functions.deliver(retry_at_once=True).failed for _ in range(6)]

    assert failed == [1, 1, 1, 1, 1, 0]
    (message,) = sqs.receive_message(QueueUrl=names.debit_failures_queue_url)["Messages"]
    assert message["Body"] == body


def test_malformed_debit_delays_no_mail(functions: Functions, names: Names) -> None:
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=names.debit_queue_url, MessageBody="{")
    sqs.send_message(QueueUrl=names.outbox_queue_url, MessageBody=json.dumps({"entry_id": "delivered"}))

    assert functions.deliver() == (1, 1)


def test_malformed_message_does_not_reach_the_log(
    functions: Functions, names: Names, caplog: pytest.LogCaptureFixture
) -> None:
    body = '{"instalment_id": "chris-1#2", "planned_on": "4012001037141112"}'
    boto3.client("sqs").send_message(QueueUrl=names.debit_queue_url, MessageBody=body)

    functions.deliver()

    assert "instalment not debited" in caplog.text
    assert "4012001037141112" not in caplog.text


def test_message_for_an_instalment_that_does_not_exist_is_harmless_however_often_it_comes(
    functions: Functions, names: Names
) -> None:
    seed()
    rows = _rows(names)
    (student,) = {row["pk"] for row in rows if "student@demo.test" in str(row) and row["sk"] == "PROFILE"}
    known = student.partition("#")[2]
    sqs = boto3.client("sqs")
    for instalment_id in (f"{known}-1-2", f"{known}-1-2", f"{known}-9-9", known, "0123456789abcdef-1-2", "?"):
        for planned_on in ("2022-06-23", "2022-06-24"):
            body = {"instalment_id": instalment_id, "planned_on": planned_on}
            sqs.send_message(QueueUrl=names.debit_queue_url, MessageBody=json.dumps(body))

    assert functions.deliver() == (12, 0)

    assert _rows(names) == rows
    assert not any("Messages" in sqs.receive_message(QueueUrl=each) for each in names.queue_urls)


def test_run_with_nothing_due_ends_with_nothing_delivered(functions: Functions, names: Names) -> None:
    assert functions.run("plan_debits") == (0, 0)

    assert resources.is_empty(names)


def test_check_of_the_debits_is_run_by_its_name_and_queues_nothing(
    functions: Functions, names: Names
) -> None:
    assert functions.run("check_debits") == (0, 0)

    assert resources.is_empty(names)


def one_poison_among(messages: int, functions: Functions, names: Names) -> None:
    sqs = boto3.client("sqs")
    bodies = [
        json.dumps({"instalment_id": f"nobody{rank}-1-i2", "planned_on": "2022-07-10"})
        for rank in range(messages)
    ]
    bodies[messages // 2] = "{"
    for body in bodies:
        sqs.send_message(QueueUrl=names.debit_queue_url, MessageBody=body)
    first = functions.deliver(retry_at_once=True)
    assert (first.delivered, first.failed) == (messages - 1, 1)
    for _ in range(5):
        functions.deliver(retry_at_once=True)
    (poison,) = sqs.receive_message(QueueUrl=names.debit_failures_queue_url)["Messages"]
    assert poison["Body"] == "{"


def test_p11_one_poison_message_delays_nobody(functions: Functions, names: Names) -> None:
    one_poison_among(30, functions, names)


@pytest.mark.prove
def test_p11_one_poison_message_in_a_thousand_delays_nobody(functions: Functions, names: Names) -> None:
    one_poison_among(1000, functions, names)
