"""The run that a log line is of: docs/logs.md tells how one payment is followed through them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from chalice.app import Request

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
def name_run(function: str, run: str, correlation_id: str) -> Iterator[None]:
    """Name a run of a function in each log line of this thread; an id that is not known is left out."""
    named = {"function_name": function, "function_request_id": run, "correlation_id": correlation_id}
    logger().thread_safe_append_keys(**{name: value for name, value in named.items() if value})
    try:
        yield
    finally:
        logger().thread_safe_clear_keys()


@contextmanager
def correlated(correlation_id: str) -> Iterator[None]:
    """Name a message of a batch in each of its log lines."""
    before = logger().thread_safe_get_current_keys().get("correlation_id")
    logger().thread_safe_append_keys(correlation_id=correlation_id)
    try:
        yield
    finally:
        logger().thread_safe_append_keys(correlation_id=before)
