"""Runs that nearly last longer than Lambda lets them: an alarm tells before they do."""

from collections.abc import Callable
from typing import Any

from chalice.app import Request

from chalicelib.observability import count

NEARLY_OVER_MS = 5_000
"""Every loop begins no row with less than twice as much (chalicelib/functions/schedules.py)."""


def watch_time(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Middleware that counts a run that ends with hardly any of its time left.

    One that is cut off is counted by Lambda, as an error of the function.
    """
    try:
        return get_response(event)
    finally:
        context = event.lambda_context if isinstance(event, Request) else event.context
        left = getattr(context, "get_remaining_time_in_millis", None)
        if left is not None and left() < NEARLY_OVER_MS:
            count("LongRuns")
