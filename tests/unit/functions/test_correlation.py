"""Each log line names the run that it is of, and none the run before."""

import io
import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest

import app as application
from chalicelib.correlation import correlated
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person, Role
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.functions.correlation import name_run
from chalicelib.functions.queues import handle_batch
from chalicelib.observability import logger, note_access, note_question
from chalicelib.wiring.commit_log import note_commit

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
        assert each["correlation_id"] == each["request_id"] == "request-1"
    note_access("after", "open")
    assert "correlation_id" not in lines(written)[-1]


def test_line_of_a_message_is_correlated_with_the_request_that_it_names(written: io.StringIO) -> None:
    attribute = {"correlation_id": {"stringValue": "request-1", "dataType": "String"}}
    records = [
        {"messageId": "message-1", "body": "", "messageAttributes": attribute},
        {"messageId": "message-2", "body": "", "messageAttributes": {}},
    ]
    event = SimpleNamespace(to_dict=lambda: {"Records": records})
    with name_run("quittance-outbox", "run-1", "run-1"):
        handle_batch(event, lambda _: note_access("handled", "open"), "not handled")
        note_access("end", "open")
    assert [(each["request_id"], each["correlation_id"]) for each in lines(written)] == [
        ("message-1", "request-1"),
        ("message-2", "message-2"),
        ("run-1", "run-1"),
    ]


def test_line_of_a_row_of_an_earlier_request_names_both(written: io.StringIO) -> None:
    with name_run("quittance-webhook", "run-1", "request-2"):
        with correlated("request-1"):
            note_question("00011", 7, "00000")
            note_question("00017", 8, None)
        with correlated(""):
            note_access("end", "open")
    told = [(each["request_id"], each["correlation_id"], each["outcome"]) for each in lines(written)]
    assert told == [
        ("request-2", "request-1", "answered"),
        ("request-2", "request-1", "no answer"),
        ("request-2", "request-2", "open"),
    ]
    assert lines(written)[0] | {"operation": "00011", "question": 7, "code": "00000"} == lines(written)[0]


def test_line_of_a_commit_names_its_rows_by_kind_and_id_alone(written: io.StringIO) -> None:
    person = Person("00000000000000c1", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))
    login = Login(person.email, Credentials(person.id, "hash"))
    note_commit(Changes((person, login)))
    (told,) = lines(written)
    assert (told["message"], told["written"]) == ("committed", ["Person 00000000000000c1"])
    assert "act" not in told


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
