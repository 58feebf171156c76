"""What API Gateway does in front of the application, as a WSGI application over Chalice's local gateway.

Faithful to a REST API's proxy integration where Chalice is not: decoded path parameters, a text body, null
for no body, several values per header, the limits, a default Content-Type. A path or method that has no route
is answered in problem+json, and here by a page if the caller accepts HTML; deployed, infra/cloud says 404 to
both in problem+json: API Gateway cannot tell them apart, and has one answer for all callers.
"""

from __future__ import annotations

import base64
import logging
from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlparse

from chalice.config import Config
from chalice.local import (
    LambdaEventConverter,
    LocalChalice,
    LocalGateway,
    LocalGatewayException,
    MatchResult,
    RouteMatcher,
)

from chalicelib.domain.languages import Language
from chalicelib.pages.error_pages import NOT_OPENED
from chalicelib.portal.sentences import text
from chalicelib.portal.texts import said
from chalicelib.web.languages import asked_language
from infra.local.function_start.recorded_calls import acting_as
from infra.local.problems import CONTENT_TYPE, page, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from chalice.app import Chalice

REQUEST_LIMIT_BYTES = 10 * 1024 * 1024  # API Gateway
RESPONSE_LIMIT_BYTES = 6 * 1024 * 1024  # Lambda
FUNCTION_SECONDS = 29
WEBHOOKS = "/webhooks/"
"""Answered by a function of their own, of the same code (infra/cloud/release.py)."""

Answer = tuple[int, list[tuple[str, str]], bytes]
log = logging.getLogger("quittance.front")


def create_front(app: Chalice) -> WSGIApplication:
    """Give the WSGI application that serves `app`; many threads may call it."""
    app.__class__ = LocalChalice  # keeps the current request apart for each thread
    gateway = LocalGateway(app, Config.create(lambda_timeout=FUNCTION_SECONDS, project_dir="."))
    gateway.event_converter = _Events(_Routes(list(app.routes)), app.api.binary_types)

    def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = _answer(app, gateway, environ)
        headers.append(("Content-Length", str(len(body))))
        start_response(f"{status} {_phrase(status)}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return front


def _answer(app: Chalice, gateway: LocalGateway, environ: WSGIEnvironment) -> Answer:
    if int(environ.get("CONTENT_LENGTH") or 0) > REQUEST_LIMIT_BYTES:
        detail = "A request holds at most 10 MB."
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)
    method, path = environ["REQUEST_METHOD"], _raw_path(environ)
    try:
        route = gateway.event_converter.create_lambda_event(method, path, {})["requestContext"][
            "resourcePath"
        ]
    except ValueError:
        return _told(environ, HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
    if method not in (allowed := sorted(app.routes[route])):
        detail = f"This address takes {', '.join(allowed)}, not {method}."
        allow = [("Allow", ", ".join(allowed))]
        return _told(environ, HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail, allow)
    body = environ["wsgi.input"].read(REQUEST_LIMIT_BYTES) or None
    with acting_as("Webhook" if route.startswith(WEBHOOKS) else "APIHandler", f"{method} {route}"):
        return _invoke(lambda: gateway.handle_request(method, path, _headers(environ), body))


def _invoke(call: Callable[[], dict[str, Any]]) -> Answer:
    try:
        response = call()
    except LocalGatewayException as refused:
        return (
            refused.CODE,
            [("Content-Type", "application/json"), *refused.headers.items()],
            refused.body or b"",
        )
    except Exception:
        log.exception("The function failed")
        return _problem(HTTPStatus.BAD_GATEWAY, "function_failed", "The function failed: see the terminal.")
    body = _body(response)
    if len(body) > RESPONSE_LIMIT_BYTES:
        return _problem(HTTPStatus.BAD_GATEWAY, "answer_too_large", "A function answers at most 6 MB.")
    return response["statusCode"], _response_headers(response), body


def _raw_path(environ: WSGIEnvironment) -> str:
    """Give path and query as they came: PATH_INFO has lost which slashes were written %2F."""
    target: str = environ["REQUEST_URI"]
    if not target.startswith("/"):  # the absolute form that a proxy sends
        target = "/" + target.partition("://")[2].partition("/")[2]
    return "/" + target.lstrip("/")


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """Give the request's headers by their lower-case names, with those that API Gateway adds."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
    }
    forwarded = {
        "x-forwarded-for": environ.get("REMOTE_ADDR", ""),
        "x-forwarded-proto": environ["wsgi.url_scheme"],
    }
    return headers | forwarded


def _response_headers(response: dict[str, Any]) -> list[tuple[str, str]]:
    single = list(response["headers"].items())
    several = [(name, value) for name, values in response["multiValueHeaders"].items() for value in values]
    headers = [(name, str(value)) for name, value in single + several if name.lower() != "content-length"]
    if not any(name.lower() == "content-type" for name, _ in headers):
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
    language = asked_language(environ.get("HTTP_ACCEPT_LANGUAGE")) or Language.FR
    return (
        status,
        [("Content-Type", "text/html; charset=utf-8"), *(extra or [])],
        page(status, _sentence(status, language), language),
    )


def _sentence(status: HTTPStatus, language: Language) -> str:
    if status is HTTPStatus.NOT_FOUND:
        return text("not_found", language)
    return said(NOT_OPENED, language)


def _problem(
    status: HTTPStatus, code: str, detail: str, extra: list[tuple[str, str]] | None = None
) -> Answer:
    return status, [("Content-Type", CONTENT_TYPE), *(extra or [])], problem(status, code, detail)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


class _Routes(RouteMatcher):
    """Chalice's matches without its scan: it splits each of the routes at each request.

    A route is found by its parts, for each of the few ways to have parameters; the more concrete goes first.
    """

    def __init__(self, routes: list[str]) -> None:
        super().__init__(routes)
        self._routes: dict[tuple[str | None, ...], str] = {}
        ways: dict[int, set[tuple[bool, ...]]] = defaultdict(set)
        for route in routes:
            parts = route.split("/")
            way = tuple(part.startswith("{") for part in parts)
            self._routes[_concrete(parts, way)] = route
            ways[len(parts)].add(way)
        self._ways = {many: sorted(each) for many, each in ways.items()}

    def match_route(self, url: str) -> MatchResult:
        """Raise ValueError when no route matches."""
        asked = urlparse(url)
        parts = (asked.path if asked.path == "/" else asked.path.removesuffix("/")).split("/")
        for way in self._ways.get(len(parts), ()):
            if route := self._routes.get(_concrete(parts, way)):
                named = zip(route.split("/"), parts, way, strict=True)
                captured = {name[1:-1]: part for name, part, is_parameter in named if is_parameter}
                return MatchResult(route, captured, parse_qs(asked.query, keep_blank_values=True))
        raise ValueError(f"No route matches {asked.path}")


def _concrete(parts: list[str], way: tuple[bool, ...]) -> tuple[str | None, ...]:
    return tuple(None if is_parameter else part for part, is_parameter in zip(parts, way, strict=True))


class _Events(LambdaEventConverter):
    """Chalice's event, made what Lambda gets from a REST API."""

    def _is_binary(self, headers: dict[str, Any]) -> bool:
        """Compare the media type alone, as API Gateway does: a boundary or a charset may follow it."""
        return headers.get("content-type", "").partition(";")[0].strip() in self._binary_types

    def create_lambda_event(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> dict[str, Any]:
        """Raise ValueError when no route matches."""
        event: dict[str, Any] = super().create_lambda_event(method, path, headers, body)
        names = [
            part[1:-1] for part in event["requestContext"]["resourcePath"].split("/") if part.startswith("{")
        ]
        parameters = {name: unquote(event["pathParameters"][name]) for name in names}
        if not all(parameters.values()):
            raise ValueError("A path parameter is never empty")
        event["pathParameters"] = parameters or None
        event["httpMethod"] = method
        event["isBase64Encoded"] = event.get("isBase64Encoded", False)
        if isinstance(event["body"], bytes):
            event["body"] = event["body"].decode(errors="replace")
        event["requestContext"]["identity"] = {
            "sourceIp": headers.get("x-forwarded-for", self.LOCAL_SOURCE_IP),
            "userAgent": headers.get("user-agent"),
        }
        return event
