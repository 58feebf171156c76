"""One payment, from the student's request to the mail: each log line of each run has the request's id."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

import app as application
from chalicelib import wiring
from chalicelib.campaigns.reader import load_shipped
from chalicelib.delivery.mailer import SesMailer
from chalicelib.delivery.outbox_queue import SqsOutboxQueue
from chalicelib.domain.sessions import Method, Stage
from chalicelib.functions import background
from chalicelib.observability import logger, note_mail, note_question
from chalicelib.storage.events.events import DynamoEvents
from chalicelib.storage.store import DynamoStore
from chalicelib.storage.webhooks.webhooks import DynamoWebhooks
from chalicelib.usecases.sign_in.open_session import create_session
from chalicelib.wiring.commit_log import note_commit
from tests.integration.real_engine import engine_ports, enrolled
from tests.ticks import TICK

if TYPE_CHECKING:
    from infra.local.resources import Names
    from tests.integration.conftest import Counter


@dataclass
class Outbox:
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send_raw_email(self, **mail: Any) -> dict[str, str]:
        self.sent.append(mail)
        return {"MessageId": f"mail-{len(self.sent)}"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream, handler = io.StringIO(), logger().registered_handler
    monkeypatch.setattr(handler, "stream", stream)
    return stream


def context(function: str, run: str) -> Any:
    return SimpleNamespace(
        function_name=function, aws_request_id=run, get_remaining_time_in_millis=lambda: 300_000
    )


def request(path: str, resource: str, request_id: str, **rest: Any) -> dict[str, Any]:
    return {
        "resource": resource,
        "path": path,
        "httpMethod": "POST",
        "isBase64Encoded": False,
        "headers": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": resource,
            "requestId": request_id,
            "identity": {"sourceIp": "192.0.2.1"},
        },
        **rest,
    }


@pytest.fixture
def ports(names: Names, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = engine_ports(names, load_shipped("clermont-auvergne-inp-2022"))
    made.registration = enrolled(made, 193)
    made.store = DynamoStore(made.table, note_commit)
    made.events, made.webhooks = DynamoEvents(made.table), DynamoWebhooks(made.table)
    made.event_bus = None
    account = replace(counter.paybox.account, is_live=False)
    made.gateway = replace(counter.paybox, account=account, note=note_question)
    made.outbox_queue = SqsOutboxQueue(boto3.client("sqs"), names.outbox_queue_url)
    made.mails = Outbox()
    made.mailer = SesMailer(made.mails, "school@demo.test", "https://portal.test", note=note_mail)
    monkeypatch.setattr(wiring, "ports", lambda: made)
    return made


def start(ports: Any) -> Any:
    """POST the payment of a file as a program does; return the form of the gateway's page."""
    registration = ports.registration
    token, _, _ = create_session(
        ports, ports.people.person(registration.person_id), Method.PASSWORD, Stage.OPEN
    )
    path = "/api/v1/registrations/{registration_id}/card-payments"
    event = request(
        path.format(registration_id=registration.id),
        path,
        "request-1",
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        pathParameters={"registration_id": registration.id},
        body=json.dumps({"address": {"mode": "none"}}),
    )
    answer = application.app(event, context("quittance-api", "run-1"))
    assert answer["statusCode"] == 201, answer
    return json.loads(answer["body"])["form"]


def hear(body: bytes) -> None:
    event = request(
        "/webhooks/paybox",
        "/webhooks/paybox",
        "request-2",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=body.decode(),
    )
    answer = application.app(event, context("quittance-webhook", "run-2"))
    assert answer["statusCode"] == 200, answer


def deliver(names: Names) -> None:
    answer = boto3.client("sqs").receive_message(
        QueueUrl=names.outbox_queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    records = [
        {
            "messageId": f"message-{rank}",
            "body": each["Body"],
            "receiptHandle": "",
            "messageAttributes": {
                name: {"stringValue": value["StringValue"], "dataType": value["DataType"]}
                for name, value in each["MessageAttributes"].items()
            },
        }
        for rank, each in enumerate(answer["Messages"])
    ]
    told: Any = background.deliver_outbox({"Records": records}, context("quittance-deliver_outbox", "run-4"))
    assert told == {"batchItemFailures": []}


def test_each_line_from_the_request_to_the_mail_has_the_requests_id(
    ports: Any, names: Names, counter: Counter, written: io.StringIO
) -> None:
    form = start(ports)
    page = counter.http.post(form["action"], data={each["name"]: each["value"] for each in form["fields"]})
    challenge = counter.type_card(re.findall('action="([^"]+)"', page.text)[0], "4012001037141112")
    counter.give_code(challenge)
    hear(counter.heard[-1])
    background.publish_outbox(TICK, context("quittance-publish_outbox", "run-3"))
    deliver(names)

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [line for line in lines if "message" in line]
    assert {line["correlation_id"] for line in told} == {"request-1"}, told
    assert [(line["function_request_id"], line["request_id"], line["message"]) for line in told] == [
        ("run-1", "request-1", "committed"),
        ("run-1", "request-1", "money moved"),
        ("run-1", "request-1", "payment page opened"),
        ("run-2", "request-2", "gateway asked"),
        ("run-2", "request-2", "gateway asked"),
        ("run-2", "request-2", "committed"),
        ("run-2", "request-2", "money moved"),
        ("run-3", "run-3", "committed"),
        ("run-4", "message-0", "committed"),
        ("run-4", "message-0", "mail sent"),
    ]
    booked = next(line for line in told if line.get("act") == "payment_booked")
    assert {"Attempt", "Payment", "JournalEntry", "Event", "OutboxEntry"} <= {
        name.partition(" ")[0] for name in booked["written"]
    }
    (mail,) = ports.mails.sent
    assert message_from_bytes(mail["RawMessage"]["Data"])["X-Correlation-ID"] == "request-1"
