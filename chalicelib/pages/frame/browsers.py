"""Pages for browsers that the framework refused before any view."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib.web.problems import FRAMEWORK


def answer_browsers(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Answer with a page what the framework refused before any view; programs get their problem."""
    response = get_response(event)
    is_refused = isinstance(response.body, dict) and response.body.get("Code")
    accepts_html = "text/html" in (event.headers.get("accept") or "")
    if not (is_refused and response.status_code in FRAMEWORK and accepts_html):
        return response
    from chalicelib.pages.page import refused_by_framework  # noqa: PLC0415 - the API starts cold without pages

    return refused_by_framework(event, HTTPStatus(response.status_code))
