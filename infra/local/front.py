"""What API Gateway does in front of the application, as a WSGI application.

Faithful to a REST API's proxy integration where Chalice's local gateway is not: one greedy resource for all
paths, a text body, null for no body, several values per header, the limits, a default Content-Type.
"""

from __future__ import annotations

import base64
import logging
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from chalice.local import LambdaContext, LocalChalice

from chalicelib.domain.languages import Language
from chalicelib.functions.routes import GREEDY, Routes, routed
from infra.local.function_start.recorded_calls import acting_as
from infra.local.problems import CONTENT_TYPE, problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from chalice.app import Chalice

REQUEST_LIMIT_BYTES = 10 * 1024 * 1024  # API Gateway
RESPONSE_LIMIT_BYTES = 6 * 1024 * 1024  # Lambda
FUNCTION, FUNCTION_SECONDS, MEMORY_MB = "api_handler", 29, 512
WEBHOOKS = "/webhooks/"
"""Answered by a function of their own, of the same code (infra/cloud/release.py)."""

Answer = tuple[int, list[tuple[str, str]], bytes]
_STATUS_LINES = {int(status): f"{int(status)} {status.phrase}" for status in HTTPStatus}
log = logging.getLogger("quittance.front")


def create_front(app: Chalice) -> WSGIApplication:
    """Give the WSGI application that serves `app`; many threads may call it."""
    app.__class__ = LocalChalice  # keeps the current request apart for each thread
    routes = Routes(app.routes)
    app.routes[GREEDY] = {}

    def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = _answer(app, routes, environ)
        headers.append(("Content-Length", str(len(body))))
        start_response(_STATUS_LINES.get(status) or f"{status} Unknown", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return front


def _answer(app: Chalice, routes: Routes, environ: WSGIEnvironment) -> Answer:
    if int(environ.get("CONTENT_LENGTH") or 0) > REQUEST_LIMIT_BYTES:
        detail = "A request holds at most 10 MB."
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)
    method, (path, _, query) = environ["REQUEST_METHOD"], _raw_path(environ).partition("?")
    event = routed(_event(environ, path, query, app.api.binary_types), routes)
    route = event["requestContext"]["resourcePath"]
    function = "Webhook" if route.startswith(WEBHOOKS) else "APIHandler"
    with acting_as(function, f"{method} {route}"):
        return _invoke(app, event)


def _invoke(app: Chalice, event: dict[str, Any]) -> Answer:
    try:
        response = app(event, LambdaContext(FUNCTION, MEMORY_MB, FUNCTION_SECONDS * 1000))
    except Exception:
        log.exception("The function failed")
        return _problem(HTTPStatus.BAD_GATEWAY, "function_failed", "The function failed: see the terminal.")
    body = _body(response)
    if len(body) > RESPONSE_LIMIT_BYTES:
        return _problem(HTTPStatus.BAD_GATEWAY, "answer_too_large", "A function answers at most 6 MB.")
    return response["statusCode"], _response_headers(response), body


def _event(environ: WSGIEnvironment, path: str, query: str, binary_types: list[str]) -> dict[str, Any]:
    """Give the event that Lambda gets from a REST API by its greedy resource."""
    headers, method = _headers(environ), environ["REQUEST_METHOD"]
    identity = {"sourceIp": headers["x-forwarded-for"], "userAgent": headers.get("user-agent")}
    body = environ["wsgi.input"].read(REQUEST_LIMIT_BYTES)
    # The media type alone decides, as for API Gateway: a boundary or a charset may follow it.
    is_binary = bool(body) and headers.get("content-type", "").partition(";")[0].strip() in binary_types
    written = base64.b64encode(body) if is_binary else body
    return {
        "httpMethod": method,
        "path": path,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": GREEDY,
            "path": path,
            "identity": identity,
        },
        "headers": headers,
        "pathParameters": {"proxy": unquote(path[1:])},
        "multiValueQueryStringParameters": (query and parse_qs(query, keep_blank_values=True)) or None,
        "stageVariables": {},
        "body": written.decode(errors="replace") if body else None,
        "isBase64Encoded": is_binary,
    }


def _raw_path(environ: WSGIEnvironment) -> str:
    """Give path and query as they came: PATH_INFO has lost which slashes were written %2F."""
    target: str = environ["REQUEST_URI"]
    if not target.startswith("/"):  # the absolute form that a proxy sends
        target = "/" + target.partition("://")[2].partition("/")[2]
    return "/" + target.lstrip("/")


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """Give the request's headers by their lower-case names, with those that API Gateway adds."""
    headers = {_header_name(name): value for name, value in environ.items() if name[:5] == "HTTP_"}
    if content_type := environ.get("CONTENT_TYPE"):
        headers["content-type"] = content_type
    headers["x-forwarded-for"] = environ.get("REMOTE_ADDR", "")
    headers["x-forwarded-proto"] = environ["wsgi.url_scheme"]
    return headers


@lru_cache(maxsize=200)
def _header_name(name: str) -> str:
    return name.removeprefix("HTTP_").replace("_", "-").lower()


def _response_headers(response: dict[str, Any]) -> list[tuple[str, str]]:
    headers = [(name, str(value)) for name, value in response["headers"].items()]
    for name, values in response["multiValueHeaders"].items():
        headers += [(name, str(value)) for value in values]
    names = {name.lower() for name, _ in headers}
    if "content-length" in names:
        headers = [each for each in headers if each[0].lower() != "content-length"]
    if "content-type" not in names:
        headers.append(("Content-Type", "application/json"))
    return headers


def _body(response: dict[str, Any]) -> bytes:
    body = response["body"]
    if response.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body.encode() if isinstance(body, str) else body or b""


def _problem(
    status: HTTPStatus, code: str, detail: str, extra: list[tuple[str, str]] | None = None
) -> Answer:
    headers = [("Content-Type", CONTENT_TYPE), ("Content-Language", Language.EN.value), *(extra or [])]
    return status, headers, problem(status, code, detail)
