"""What API Gateway does in front of the application, as a WSGI application.

Faithful to a REST API's proxy integration where Chalice's local gateway is not: decoded path parameters, a
text body, null for no body, several values per header, the limits, a default Content-Type. A path or method
that has no route is answered in problem+json, and here by a page if the caller accepts HTML; deployed,
infra/cloud says 404 to both in problem+json: API Gateway cannot tell them apart, and has one answer for all
callers.
"""

from __future__ import annotations

import base64
import logging
from collections import defaultdict
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, unquote

from chalice.local import LambdaContext, LocalChalice

from chalicelib.domain.languages import Language
from chalicelib.pages.error_pages import NOT_OPENED
from chalicelib.pages.responses import LANGUAGE
from chalicelib.portal.sentences import text
from chalicelib.portal.texts import said
from chalicelib.web.languages import LANGUAGES, asked_language
from infra.local.function_start.recorded_calls import acting_as
from infra.local.problems import CONTENT_TYPE, page, problem

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
    routes = _Routes(app.routes)

    def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = _answer(app, routes, environ)
        headers.append(("Content-Length", str(len(body))))
        start_response(_STATUS_LINES.get(status) or f"{status} Unknown", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return front


def _answer(app: Chalice, routes: _Routes, environ: WSGIEnvironment) -> Answer:
    if int(environ.get("CONTENT_LENGTH") or 0) > REQUEST_LIMIT_BYTES:
        detail = "A request holds at most 10 MB."
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)
    method, (path, _, query) = environ["REQUEST_METHOD"], _raw_path(environ).partition("?")
    if (found := routes.match(path)) is None:
        return _told(environ, HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
    route = found.route
    if method not in app.routes[route]:
        allowed = ", ".join(sorted(app.routes[route]))
        detail = f"This address takes {allowed}, not {method}."
        return _told(
            environ, HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail, [("Allow", allowed)]
        )
    event = _event(environ, found, path, query, app.api.binary_types)
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


def _event(
    environ: WSGIEnvironment, found: _Found, path: str, query: str, binary_types: list[str]
) -> dict[str, Any]:
    """Give the event that Lambda gets from a REST API."""
    headers, method = _headers(environ), environ["REQUEST_METHOD"]
    identity = {"sourceIp": headers["x-forwarded-for"], "userAgent": headers.get("user-agent")}
    body = environ["wsgi.input"].read(REQUEST_LIMIT_BYTES)
    # The media type alone decides, as for API Gateway: a boundary or a charset may follow it.
    is_binary = bool(body) and headers.get("content-type", "").partition(";")[0].strip() in binary_types
    written = base64.b64encode(body) if is_binary else body
    return {
        "httpMethod": method,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": found.route,
            "path": path,
            "identity": identity,
        },
        "headers": headers,
        "pathParameters": dict(found.parameters) or None,
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


def _told(
    environ: WSGIEnvironment,
    status: HTTPStatus,
    code: str,
    detail: str,
    extra: list[tuple[str, str]] | None = None,
) -> Answer:
    if "text/html" not in environ.get("HTTP_ACCEPT", ""):
        return _problem(status, code, detail, extra)
    language = _language(environ)
    return (
        status,
        [("Content-Type", "text/html; charset=utf-8"), *(extra or [])],
        page(status, _sentence(status, language), language),
    )


def _language(environ: WSGIEnvironment) -> Language:
    """Return the language that the reader chose on a page, else the browser's, else French."""
    cookies = (each.strip().partition("=") for each in environ.get("HTTP_COOKIE", "").split(";"))
    chosen = next((LANGUAGES.get(value) for name, _, value in cookies if name == LANGUAGE), None)
    return chosen or asked_language(environ.get("HTTP_ACCEPT_LANGUAGE")) or Language.FR


def _sentence(status: HTTPStatus, language: Language) -> str:
    if status is HTTPStatus.NOT_FOUND:
        return text("not_found", language)
    return said(NOT_OPENED, language)


def _problem(
    status: HTTPStatus, code: str, detail: str, extra: list[tuple[str, str]] | None = None
) -> Answer:
    headers = [("Content-Type", CONTENT_TYPE), ("Content-Language", Language.EN.value), *(extra or [])]
    return status, headers, problem(status, code, detail)


class _Found(NamedTuple):
    """A route as it is written, and what its parameters are, decoded."""

    route: str
    parameters: dict[str, str]


class _Routes:
    """Find a route by its parts, for each of the few ways to have parameters; the more concrete goes first.

    A path without parameters is looked up as it is: Chalice splits each of the routes at each request.
    """

    def __init__(self, routes: Iterable[str]) -> None:
        self._plain: dict[str, _Found] = {}
        self._routes: dict[tuple[str | None, ...], str] = {}
        ways: dict[int, set[tuple[bool, ...]]] = defaultdict(set)
        for route in routes:
            parts = route.split("/")
            way = tuple(part.startswith("{") for part in parts)
            self._routes[_concrete(parts, way)] = route
            ways[len(parts)].add(way)
            if not any(way):
                self._plain[route] = _Found(route, {})
        self._ways = {many: sorted(each) for many, each in ways.items()}
        self.match = lru_cache(maxsize=1000)(self._match)

    def _match(self, path: str) -> _Found | None:
        """Return nothing where no route matches; a parameter is never empty."""
        if path != "/":
            path = path.removesuffix("/")
        return self._plain.get(path) or self._with_parameters(path)

    def _with_parameters(self, path: str) -> _Found | None:
        parts = path.split("/")
        for way in self._ways.get(len(parts), ()):
            if route := self._routes.get(_concrete(parts, way)):
                named = zip(route.split("/"), parts, way, strict=True)
                found = {name[1:-1]: unquote(part) for name, part, is_parameter in named if is_parameter}
                return _Found(route, found) if all(found.values()) else None
        return None


def _concrete(parts: list[str], way: tuple[bool, ...]) -> tuple[str | None, ...]:
    return tuple(None if is_parameter else part for part, is_parameter in zip(parts, way, strict=True))
