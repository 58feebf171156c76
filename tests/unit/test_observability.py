import ast
import io
import json
import logging
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import BaseModel

from chalicelib.functions.queues import handle_batch
from chalicelib.functions.schedules import publish_outbox
from chalicelib.observability import (
    ALLOWED,
    LONGEST_CHAIN,
    MOST_PLACES,
    Failed,
    MetricAlarms,
    failing_plainly,
    logger,
    metrics,
    note_notification,
    note_page,
    report_fault,
)

ROOT = Path(__file__).parents[2]
CANARIES = ("chris.testcd@mail.test", "4012001037141112", "azerty-canary", "ST-1856339-canary")
MAIL, CARD, PASSWORD, TICKET = CANARIES


class Form(BaseModel):
    amount_cents: int


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler: Any = logger().registered_handler
    monkeypatch.setattr(handler, "stream", stream)
    level = logger().level
    logger().setLevel(logging.INFO)  # Chalice, told to be quiet elsewhere, raises it
    yield stream
    logger().setLevel(level)
    assert not [canary for canary in CANARIES if canary in stream.getvalue()]


def line(written: io.StringIO) -> dict[str, Any]:
    (only,) = written.getvalue().splitlines()
    told: dict[str, Any] = json.loads(only)
    return told


def raised(fault: Callable[[], Any]) -> Exception:
    try:
        fault()
    except Exception as error:  # noqa: BLE001 - whatever a test makes
        return error
    raise AssertionError


def refused_by_amazon(code: str = "MessageRejected") -> None:
    said = {"Error": {"Code": code, "Message": f"Email address is not verified: {MAIL}"}}
    raise ClientError(said, "SendEmail")


def lost_the_card() -> None:
    try:
        refused_by_amazon()
    except ClientError as error:
        lost = f"no row {CARD}"
        raise KeyError(lost) from error


def forgot_the_ticket() -> None:
    try:
        lost_the_card()
    except KeyError:
        forgotten = f"no ticket {TICKET}"
        raise ValueError(forgotten)  # noqa: B904 - led to by the other, without saying so


def hid_the_ticket() -> None:
    try:
        forgot_the_ticket()
    except ValueError:
        raise RuntimeError(PASSWORD) from None


def deep(depth: int) -> None:
    if depth:
        deep(depth - 1)
    raise RecursionError(PASSWORD)


def test_refused_value_is_not_in_the_log(written: io.StringIO) -> None:
    report_fault("unexpected", raised(lambda: Form.model_validate({"amount_cents": CARD + "x", MAIL: 1})))

    told = line(written)
    assert told["fault"] == ["ValidationError"]
    assert told["message"] == "unexpected"
    assert told["level"] == "ERROR"


def test_answer_of_amazon_is_told_by_its_code(written: io.StringIO) -> None:
    report_fault("mail not sent", raised(refused_by_amazon))

    assert line(written)["fault"] == ["ClientError MessageRejected"]


@pytest.mark.parametrize("answer", ["Email address is not verified", MAIL, "", None, {"Code": MAIL}])
def test_what_does_not_look_like_a_code_is_not_told(written: io.StringIO, answer: Any) -> None:
    report_fault("mail not sent", raised(lambda: refused_by_amazon(answer)))

    assert line(written)["fault"] == ["ClientError"]


def test_every_cause_is_told_by_its_type(written: io.StringIO) -> None:
    report_fault("unexpected", raised(forgot_the_ticket))

    assert line(written)["fault"] == ["ValueError", "KeyError", "ClientError MessageRejected"]


def test_hidden_cause_stays_hidden(written: io.StringIO) -> None:
    report_fault("unexpected", raised(hid_the_ticket))

    assert line(written)["fault"] == ["RuntimeError"]


def test_causes_in_a_ring_end(written: io.StringIO) -> None:
    one, other = ValueError(CARD), KeyError(MAIL)
    one.__cause__, other.__cause__ = other, one

    report_fault("unexpected", one)

    assert len(line(written)["fault"]) == LONGEST_CHAIN


def test_place_in_our_code_and_place_of_the_fault_are_told(written: io.StringIO) -> None:
    class Event:
        def to_dict(self) -> Any:
            return {"Records": [{"messageId": "1", "body": PASSWORD}]}

    handle_batch(Event(), json.loads, "not delivered")

    told = line(written)
    ours, theirs = told["at"]
    assert ours.startswith("chalicelib/functions/queues.py:")
    assert ours.endswith(" handle_batch")
    assert theirs.startswith("json/decoder.py:")
    assert told["location"].startswith("handle_batch:")


def test_endless_recursion_is_told_in_a_few_places(written: io.StringIO) -> None:
    report_fault("unexpected", raised(lambda: deep(100)))

    assert 0 < len(line(written)["at"]) <= MOST_PLACES


def test_unlisted_fields_are_left_out(written: io.StringIO) -> None:
    logger().append_keys(payer=MAIL)
    try:
        logger().warning(
            "Conflicts", extra={"instalment": "1-2", "email": MAIL, "card": CARD, "exception": TICKET}
        )
    finally:
        logger().remove_keys(["payer"])

    told = line(written)
    assert set(told) == {"level", "location", "message", "timestamp", "service", "instalment"}
    assert set(told) <= ALLOWED
    assert told["instalment"] == "1-2"


def test_listed_field_holds_a_plain_value_or_none(written: io.StringIO) -> None:
    logger().warning("Conflicts", extra={"instalment": {"of": MAIL}, "fault": [ValueError(CARD)]})

    told = line(written)
    assert told["instalment"] == "dict"
    assert told["fault"] == ["ValueError"]


@pytest.mark.parametrize("message", [ValueError(MAIL), {"email": MAIL}, [CARD]])
def test_message_that_is_no_sentence_is_told_by_its_type(written: io.StringIO, message: Any) -> None:
    logger().error(message)

    assert line(written)["message"] == type(message).__name__


def test_what_fills_a_message_is_not_written(written: io.StringIO) -> None:
    logger().error("Caught exception for path %s", f"/password/{TICKET}")

    assert line(written)["message"] == "Caught exception for path %s"


def test_exception_handed_to_the_logger_is_told_by_type_and_place(written: io.StringIO) -> None:
    try:
        lost_the_card()
    except KeyError:
        logger().exception("unexpected")

    told = line(written)
    assert told["fault"] == ["KeyError", "ClientError MessageRejected"]
    assert told["at"]
    assert not {"exception", "exception_name", "stack_trace", "exception_notes"} & set(told)


def test_alarm_keeps_its_fields(written: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    debit: Any = SimpleNamespace(id="debit-1")

    MetricAlarms().raise_refused_setup(debit, "00003")

    told = line(written)
    assert (told["message"], told["debit"], told["code"]) == ("RefusedSetups", "debit-1", "00003")
    assert json.loads(capsys.readouterr().out)["RefusedSetups"] == [1.0]


def test_payment_that_was_given_back_is_counted_and_named(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    payment: Any = SimpleNamespace(id="payment-1")

    MetricAlarms().raise_refunded(payment)

    assert (line(written)["message"], line(written)["payment"]) == ("RefundedPayments", "payment-1")
    assert json.loads(capsys.readouterr().out)["RefundedPayments"] == [1.0]


def test_fault_that_becomes_an_answer_is_counted(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    report_fault("unexpected", KeyError("a detail"))

    assert line(written)["fault"] == ["KeyError"]
    assert json.loads(capsys.readouterr().out)["Faults"] == [1.0]


def test_failed_schedule_says_nothing_of_why_but_fails(written: io.StringIO) -> None:
    with pytest.raises(Failed) as failure, failing_plainly("outbox not published"):
        lost_the_card()

    assert str(failure.value) == "outbox not published"
    assert failure.value.__suppress_context__
    assert line(written)["fault"] == ["KeyError", "ClientError MessageRejected"]


def test_schedule_that_cannot_start_fails_plainly(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.wiring.ports", lost_the_card)

    with pytest.raises(Failed, match=r"^outbox not published$"):
        publish_outbox(None)

    assert "chalicelib/functions/schedules.py" in line(written)["at"][0]


CANARY_OF_LIBRARIES = """
    import logging
    import warnings

    class LambdaLoggerHandler(logging.StreamHandler):
        "Stands where Lambda's runtime puts its own, before the application is imported."

    logging.getLogger().addHandler(LambdaLoggerHandler())

    import {module} as imported

    logging.getLogger("urllib3.connectionpool").warning("Retrying after %r", "CANARY of a library")
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("pynamodb").debug("CANARY of a debugger")
    warnings.warn("CANARY of a warning")
    try:
        raise ValueError("CANARY of a fault")
    except ValueError:
        logging.getLogger("botocore").exception("it failed")
"""

CANARY_OF_A_VIEW = """
    @imported.app.route("/canary")
    def canary():
        raise ValueError("CANARY of a view")

    event = {
        "resource": "/canary", "path": "/canary", "httpMethod": "GET", "body": None, "isBase64Encoded": False,
        "headers": {}, "multiValueQueryStringParameters": None, "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": "/canary"},
    }
    assert imported.app(event, None)["statusCode"] == 500
"""


@pytest.mark.parametrize("module", ["app", "chalicelib.functions.background"])
def test_nothing_that_chalice_or_a_library_writes_in_lambda_carries_a_value(module: str) -> None:
    script = CANARY_OF_LIBRARIES.replace("{module}", module) + CANARY_OF_A_VIEW
    command = [sys.executable, "-c", textwrap.dedent(script)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - this file's own lines

    lines = [json.loads(each) for each in (run.stdout + run.stderr).splitlines()]
    assert [each["message"] for each in lines] == [
        "Caught exception for path %s",
        "Retrying after %r",
        "it failed",
    ]
    assert lines[0]["fault"] == ["ValueError"]
    assert "CANARY" not in run.stdout + run.stderr


def test_no_line_of_the_application_turns_on_what_libraries_say() -> None:
    loud = {
        "basicConfig",
        "dictConfig",
        "fileConfig",
        "set_stream_logger",
        "setLevel",
        "set_debuglevel",
        "print",
    }
    wrong = [
        f"{file.relative_to(ROOT)}:{node.lineno} {name}"
        for file in [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for name in [getattr(node.func, "attr", getattr(node.func, "id", ""))]
        if file.name != "observability.py"
        and (name in loud or any(each.arg == "debug" for each in node.keywords))
    ]

    assert wrong == []
    assert logging.getLogger("botocore").level == logging.NOTSET


def test_page_that_is_opened_gives_both_metrics_of_the_silent_gateway_a_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "quittance-clermont")
    metrics.cache_clear()

    note_page(SimpleNamespace(id="attempt-1", correlation_id="request-1"))  # type: ignore[arg-type]  # as an attempt
    note_notification()

    told = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    counted = [
        {name: each[name] for name in ("PagesOpened", "Notifications") if name in each} for each in told
    ]
    assert counted == [{"Notifications": [0.0]}, {"PagesOpened": [1.0]}, {"Notifications": [1.0]}]
    assert {each["service"] for each in told} == {"quittance-clermont"}
    metrics.cache_clear()
