import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from chalice.app import Chalice, Rate
from flask import Flask
from flask.testing import FlaskClient

from infra.local import resources
from infra.local.bank import Bank
from infra.local.clock import START, MovableClock
from infra.local.control import create_control
from infra.local.functions import Functions
from infra.local.mailbox import Mailbox
from infra.local.ports import Ports
from infra.local.resources import Names
from infra.local.serving import serve

MAIL_FROM = "inscription@quittance.test"


class SmallApplication(ModuleType):
    """Queues what `to_queue` holds; delivers it as mails, but fails for what `fails` holds."""

    def __init__(self, queue_url: str) -> None:
        super().__init__("small_application")
        self.to_queue: list[str] = []
        self.fails: set[str] = set()
        self.batches: list[list[str]] = []
        self.events: list[dict[str, Any]] = []
        self.app = app = Chalice(app_name="small")

        @app.schedule(Rate(1, unit=Rate.MINUTES), name="publish_outbox")
        def publish_outbox(event: Any) -> None:
            self.events.append(event.to_dict())
            while self.to_queue:
                boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody=self.to_queue.pop(0))

        @app.schedule(Rate(5, unit=Rate.MINUTES), name="reconcile_payments")
        def reconcile_payments(event: Any) -> None:
            raise RuntimeError("the bank is closed")

        @app.on_sqs_message(queue="outbox", name="deliver_outbox", batch_size=10)
        def deliver_outbox(event: Any) -> dict[str, Any]:
            self.batches.append([record.body for record in event])
            return {
                "batchItemFailures": [{"itemIdentifier": each} for each in self._deliver(event.to_dict())]
            }

        self.publish_outbox, self.reconcile_payments, self.deliver_outbox = (
            publish_outbox,
            reconcile_payments,
            deliver_outbox,
        )

    def _deliver(self, event: dict[str, Any]) -> Iterator[str]:
        for record in event["Records"]:
            if record["body"] == "unknown identifier":
                yield "nobody"
            elif record["body"] in self.fails:
                yield record["messageId"]
            else:
                boto3.client("ses").send_email(
                    Source=MAIL_FROM,
                    Destination={"ToAddresses": ["student@demo.test"]},
                    Message={
                        "Subject": {"Data": record["body"]},
                        "Body": {"Text": {"Data": f"Bonjour, {record['body']}"}},
                    },
                )


def _forgetful_aws() -> Flask:
    """SES after a start: it has sent nothing."""
    aws = Flask("aws")
    aws.add_url_rule("/_quittance/mails", view_func=list)
    return aws


class SmallStack:
    def __init__(self, names: Names, endpoint_url: str, state_dir: Path) -> None:
        self.names = names
        self.clock = MovableClock(state_dir / "clock.json")
        self.application = SmallApplication(names.outbox_queue_url)
        self.functions = Functions(self.application, names, self.clock)
        self.mailbox = Mailbox(endpoint_url, self.clock, state_dir / "mailbox.json")
        self.mailbox.empty()
        self.broken: list[str] = []
        self.ports = Ports.of(1)
        self.bank = Bank(state_dir / "bank.json", list)

    def down(self) -> list[str]:
        return self.broken

    def reset(self) -> None:
        resources.empty(self.names)
        self.mailbox.empty()
        self.clock.move_to(START)


@pytest.fixture
def stack(names: Names, aws: str, tmp_path: Path) -> SmallStack:
    resources.allow_mail_from(MAIL_FROM)
    return SmallStack(names, aws, tmp_path)


@pytest.fixture
def control(stack: SmallStack) -> FlaskClient:
    return create_control(stack).test_client()


def test_health_names_what_is_down(control: FlaskClient, stack: SmallStack) -> None:
    assert control.get("/healthz").status_code == 200

    stack.broken = ["paybox"]
    answer = control.get("/healthz")

    assert answer.status_code == 503
    assert answer.get_json()["detail"] == "Not up: paybox."


def test_clock_is_read_and_moved(control: FlaskClient) -> None:
    assert control.get("/clock").get_json()["now"].startswith("2022-06-24T10:00:")

    moved = control.put("/clock", data='{"now": "2022-07-25T07:00:00Z"}')

    assert moved.get_json()["now"].startswith("2022-07-25T09:00:00")
    assert control.get("/clock").get_json()["now"].startswith("2022-07-25T09:00:0")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("", 400, "not JSON"),
        ("{", 400, "not JSON"),
        (b"\xff\xfe", 400, "not JSON"),
        ("[]", 422, "object"),
        ("{}", 422, "now: Field required"),
        ('{"now": "tomorrow"}', 422, "now: "),
        ('{"now": "2022-07-25T09:00:00"}', 422, "timezone"),
        ('{"now": 1658732400}', 422, "now: "),
        ('{"now": null}', 422, "now: "),
        ('{"now": "9999-12-31T23:59:59Z"}', 422, "from 2000 to 2099"),
        ('{"now": "2022-07-25T09:00:00Z", "then": 1}', 422, "then: Extra inputs"),
    ],
)
def test_bad_clock_is_told_in_a_sentence_and_moves_nothing(
    control: FlaskClient, stack: SmallStack, body: str | bytes, status: int, said: str
) -> None:
    answer = control.put("/clock", data=body)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert said in json.loads(answer.data)["detail"]
    assert stack.clock.now() < START + timedelta(minutes=1)


def test_schedule_runs_to_its_end_with_its_mails(control: FlaskClient, stack: SmallStack) -> None:
    stack.application.to_queue = [f"facture {number}" for number in range(25)]

    answer = control.post("/schedules/publish_outbox")

    assert answer.get_json() == {"schedule": "publish_outbox", "delivered": 25, "failed": 0}
    assert max(len(batch) for batch in stack.application.batches) <= 10
    mails = control.get("/mailbox").get_json()["items"]
    assert sorted(mail["subject"] for mail in mails) == sorted(f"facture {number}" for number in range(25))


def test_codes_of_a_second_factor_go_by_the_movable_clock(control: FlaskClient) -> None:
    control.put("/clock", data='{"now": "2005-03-18T01:58:29Z"}')
    grouped = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    told = control.get("/totp", query_string={"secret": grouped}).get_json()
    assert told == {"code": "081804"}, "the code of RFC 6238, appendix B"


def test_secret_that_is_none_is_told_in_a_sentence(control: FlaskClient) -> None:
    answer = control.get("/totp?secret=1")
    assert answer.status_code == 422
    assert "/totp?secret=" in json.loads(answer.data)["detail"]


def test_mail_shows_whom_what_and_when_on_the_movable_clock(control: FlaskClient, stack: SmallStack) -> None:
    control.put("/clock", data='{"now": "2022-07-25T09:00:00+02:00"}')
    stack.application.to_queue = ["facture"]
    control.post("/schedules/publish_outbox")
    control.put("/clock", data='{"now": "2023-01-01T00:00:00+01:00"}')

    (mail,) = control.get("/mailbox").get_json()["items"]

    sent_at = datetime.fromisoformat(mail.pop("sent_at"))
    assert sent_at.date().isoformat() == "2022-07-25"
    assert mail == {"to": "student@demo.test", "subject": "facture", "text": "Bonjour, facture"}


def test_mails_are_there_after_a_stop_and_a_start(
    control: FlaskClient, stack: SmallStack, tmp_path: Path
) -> None:
    stack.application.to_queue = ["facture"]
    control.post("/schedules/publish_outbox")
    control.get("/mailbox")

    with serve(_forgetful_aws()) as endpoint_url:
        after = Mailbox(endpoint_url, stack.clock, tmp_path / "mailbox.json").items()

    assert [mail["subject"] for mail in after] == ["facture"]


def test_scheduled_event_carries_the_movable_time(control: FlaskClient, stack: SmallStack) -> None:
    control.put("/clock", data='{"now": "2022-07-25T09:00:00+02:00"}')

    control.post("/schedules/publish_outbox")

    (event,) = stack.application.events
    assert event["detail-type"] == "Scheduled Event"
    assert event["time"].startswith("2022-07-25T07:00:0")


def test_failed_message_alone_is_tried_again_by_the_next_run(control: FlaskClient, stack: SmallStack) -> None:
    stack.application.to_queue = ["good", "bad"]
    stack.application.fails = {"bad"}
    assert control.post("/schedules/publish_outbox").get_json() == {
        "schedule": "publish_outbox",
        "delivered": 1,
        "failed": 1,
    }

    stack.application.fails = set()
    assert control.post("/schedules/publish_outbox").get_json() == {
        "schedule": "publish_outbox",
        "delivered": 1,
        "failed": 0,
    }

    subjects = [mail["subject"] for mail in control.get("/mailbox").get_json()["items"]]
    assert subjects == ["good", "bad"]


def test_message_that_never_succeeds_ends_in_the_queue_of_failures(
    control: FlaskClient, stack: SmallStack
) -> None:
    stack.application.to_queue = ["bad"]
    stack.application.fails = {"bad"}

    failed = [control.post("/schedules/publish_outbox").get_json()["failed"] for _ in range(6)]

    assert failed == [1, 1, 1, 1, 1, 0]
    (message,) = boto3.client("sqs").receive_message(QueueUrl=stack.names.failures_queue_url)["Messages"]
    assert message["Body"] == "bad"


def test_failure_that_names_no_message_leaves_the_whole_batch(
    control: FlaskClient, stack: SmallStack
) -> None:
    stack.application.to_queue = ["unknown identifier", "good"]

    assert control.post("/schedules/publish_outbox").get_json()["failed"] == 2


def test_tick_leaves_a_failed_message_to_its_visibility_timeout(stack: SmallStack) -> None:
    stack.application.to_queue = ["bad"]
    stack.application.fails = {"bad"}

    assert stack.functions.tick("publish_outbox").failed == 1
    assert stack.functions.tick("publish_outbox") == (0, 0)


def test_schedule_that_fails_is_told_without_a_stack(
    control: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = control.post("/schedules/reconcile_payments")

    assert answer.status_code == 500
    assert json.loads(answer.data)["detail"] == "It failed with RuntimeError: the bank is closed"
    assert "Traceback" in caplog.text


def test_unknown_schedule_is_told_with_those_that_exist(control: FlaskClient) -> None:
    answer = control.post("/schedules/make_coffee")

    assert answer.status_code == 404
    detail = "There is no schedule 'make_coffee': there are publish_outbox, reconcile_payments."
    assert json.loads(answer.data)["detail"] == detail


def test_reset_brings_back_the_first_state(control: FlaskClient, stack: SmallStack) -> None:
    stack.application.to_queue = ["facture"]
    control.post("/schedules/publish_outbox")
    control.put("/clock", data='{"now": "2022-07-25T09:00:00+02:00"}')

    control.post("/reset")

    assert control.get("/mailbox").get_json() == {"items": []}
    assert control.get("/clock").get_json()["now"].startswith("2022-06-24T10:00:")


def test_unknown_address_and_method_are_problems(control: FlaskClient) -> None:
    assert control.get("/nowhere").status_code == 404
    answer = control.post("/clock")

    assert answer.status_code == 405
    assert answer.content_type == "application/problem+json"
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "OPTIONS", "PUT"}


def test_bank_states_what_was_ordered_in_both_formats(control: FlaskClient) -> None:
    items = [{"booked_on": "2022-06-24", "cents": 60100, "label": "VIR SEPA", "counterparty": "TESTCD"}]
    assert control.post("/bank/movements", json={"items": items}).status_code == 204
    for name, begins in (("cfonb120", b"0130001"), ("camt.053", b"<?xml")):
        query = {"format": name, "from": "2022-06-24", "to": "2022-06-25"}
        answer = control.get("/bank/statement", query_string=query)
        assert (answer.status_code, answer.data.startswith(begins)) == (200, True)
        assert b"VIR SEPA" in answer.data
    assert b"VIR SEPA" not in control.get("/bank/statement").data  # yesterday at the latest


@pytest.mark.parametrize("query", [{"format": "mt940"}, {"from": "24/06/2022"}])
def test_bank_says_what_it_cannot_write(control: FlaskClient, query: dict[str, str]) -> None:
    assert control.get("/bank/statement", query_string=query).status_code == 422


@pytest.mark.parametrize("body", [{}, {"items": [{"cents": 1}]}, {"items": [{"booked_on": "x", "cents": 1}]}])
def test_bank_orders_no_movement_that_is_not_whole(control: FlaskClient, body: dict[str, object]) -> None:
    assert control.post("/bank/movements", json=body).status_code == 422
