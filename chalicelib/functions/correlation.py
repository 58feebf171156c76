"""The run that a log line is of: docs/logs.md tells how one payment is followed through them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from chalice.app import Request

from chalicelib.correlation import correlated
from chalicelib.observability import logger


def correlate(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Middleware that names the run in its log lines: a request by API Gateway's id, any other by Lambda's.

    A caller cannot choose the id: its own headers are not read.
    """
    is_request = isinstance(event, Request)
    context = event.lambda_context if is_request else event.context
    function = str(getattr(context, "function_name", ""))
    run = str(getattr(context, "aws_request_id", ""))
    asked = str((event.context or {}).get("requestId", "")) if is_request else ""
    with name_run(function, run, asked or run):
        return get_response(event)


@contextmanager
def name_run(function: str, run: str, request_id: str) -> Iterator[None]:
    """Name a run of a function in each log line of this thread; an id that is not known is left out.

    What it does is correlated by its own id, until it picks up a row that an earlier request caused.
    """
    named = {"function_name": function, "function_request_id": run, "request_id": request_id}
    logger().thread_safe_append_keys(**{name: value for name, value in named.items() if value})
    try:
        with correlated(request_id):
            yield
    finally:
        logger().thread_safe_clear_keys()


@contextmanager
def name_message(record: Mapping[str, Any]) -> Iterator[None]:
    """Name an SQS message in its log lines, correlated by its attribute, else by its own id."""
    message_id = str(record["messageId"])
    attribute = record.get("messageAttributes", {}).get("correlation_id", {})
    before = logger().thread_safe_get_current_keys().get("request_id")
    logger().thread_safe_append_keys(request_id=message_id)
    try:
        with correlated(attribute.get("stringValue") or message_id):
            yield
    finally:
        logger().thread_safe_append_keys(request_id=before)
