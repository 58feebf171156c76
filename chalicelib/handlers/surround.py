"""What every answer carries, whoever gave it."""

from collections.abc import Callable
from typing import Any

from chalice.app import Response

from chalicelib.handlers.problems import in_our_words

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


def surround(event: Any, get_response: Callable[[Any], Response]) -> Response:
    response = in_our_words(get_response(event))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
