"""The headers of every response."""

from collections.abc import Callable
from typing import Any

from chalice.app import Response

from chalicelib.domain.languages import Language
from chalicelib.settings import Stage, settings
from chalicelib.web.languages import asked_language
from chalicelib.web.problems import in_our_words, is_of_framework

HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Defaults for responses that set neither policy nor caching.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_LOWER = {name.lower(): (name, value) for name, value in HEADERS.items()}


def add_response_headers(event: Any, get_response: Callable[[Any], Response]) -> Response:
    response = get_response(event)
    if is_of_framework(response):
        asked = asked_language(event.headers.get("accept-language"))
        response = in_our_words(response, asked or Language.FR)
    headers = response.headers
    given = {name.lower() for name in headers}
    for lower, (name, value) in _LOWER.items():
        if lower not in given:
            headers[name] = value
    headers.update(stage_header())
    return response


def stage_header() -> dict[str, str]:
    """Return the header that marks what is not production: a program must not take its money for money."""
    try:
        stage = settings().stage
    except ValueError:  # settings that cannot be read: the response already says so
        return {}
    return {} if stage is Stage.PRODUCTION else {"Quittance-Stage": stage.value}
