"""Each log line names the run that it is of, and none the run before."""

import io
import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest

import app as application
from chalicelib.functions.correlation import name_run
from chalicelib.functions.queues import handle_batch
from chalicelib.observability import logger, note_access

CONTEXT = SimpleNamespace(
    function_name="quittance-api", aws_request_id="run-1", get_remaining_time_in_millis=lambda: 9
)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    (handler,) = (each for each in logger().handlers if isinstance(each, logging.StreamHandler))
    monkeypatch.setattr(handler, "stream", stream)
    return stream


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def request(path: str, **headers: str) -> dict[str, Any]:
    return {
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "body": None,
        "isBase64Encoded": False,
        "headers": headers,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": path,
            "requestId": "request-1",
            "identity": {"sourceIp": "192.0.2.1"},
        },
    }


def test_line_of_a_request_names_api_gateways_id_and_never_the_callers(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise ValueError

    monkeypatch.setattr("chalicelib.wiring.ports", fails)
    application.app(request("/login", **{"x-request-id": "mine", "x-amzn-requestid": "mine"}), CONTEXT)
    told = [each for each in lines(written) if each["level"] == "ERROR"]
    assert told
    for each in told:
        assert each["function_name"] == "quittance-api"
        assert each["function_request_id"] == "run-1"
        assert each["correlation_id"] == "request-1"
    note_access("after", "open")
    assert "correlation_id" not in lines(written)[-1]


def test_line_of_a_message_names_the_message_alone(written: io.StringIO) -> None:
    records = [{"messageId": f"message-{n}", "body": str(n)} for n in (1, 2)]
    event = SimpleNamespace(to_dict=lambda: {"Records": records})

    def handle(body: str) -> None:
        note_access("handled", body)
        if body == "1":
            raise ValueError

    with name_run("quittance-debit", "run-1", "run-1"):
        handle_batch(event, handle, "not handled")
        note_access("end", "open")
    assert [(each["message"], each["correlation_id"]) for each in lines(written)] == [
        ("handled", "message-1"),
        ("not handled", "message-1"),
        ("handled", "message-2"),
        ("end", "run-1"),
    ]
    assert {each["function_name"] for each in lines(written)} == {"quittance-debit"}
