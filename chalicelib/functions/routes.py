"""Which route serves a path. API Gateway has one greedy resource for all of them.

It counts each part of each path as a resource, of which an API has 300 until AWS raises that: ours would have
some 450. What it told of a path, its route and parameters, is found here from the same routes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import unquote

from chalice.app import Response

GREEDY = "/{proxy+}"


class Found(NamedTuple):
    """A route as it is written, and what its parameters are, decoded."""

    route: str
    parameters: dict[str, str]


class Routes:
    """Find a route by its parts, for each of the few ways to have parameters; the more concrete goes first.

    A path without parameters is looked up as it is: Chalice splits each of the routes at each request.
    """

    def __init__(self, routes: Iterable[str]) -> None:
        self._plain: dict[str, Found] = {}
        self._routes: dict[tuple[str | None, ...], str] = {}
        ways: dict[int, set[tuple[bool, ...]]] = defaultdict(set)
        for route in routes:
            parts = route.split("/")
            way = tuple(part.startswith("{") for part in parts)
            self._routes[_concrete(parts, way)] = route
            ways[len(parts)].add(way)
            if not any(way):
                self._plain[route] = Found(route, {})
        self._ways = {many: sorted(each) for many, each in ways.items()}
        self.match = lru_cache(maxsize=1000)(self._match)

    def _match(self, path: str) -> Found | None:
        """Return nothing where no route matches; a parameter is never empty."""
        if path != "/":
            path = path.removesuffix("/")
        return self._plain.get(path) or self._with_parameters(path)

    def _with_parameters(self, path: str) -> Found | None:
        parts = path.split("/")
        for way in self._ways.get(len(parts), ()):
            if route := self._routes.get(_concrete(parts, way)):
                named = zip(route.split("/"), parts, way, strict=True)
                found = {name[1:-1]: unquote(part) for name, part, is_parameter in named if is_parameter}
                return Found(route, found) if all(found.values()) else None
        return None


def routed(event: dict[str, Any], routes: Routes) -> dict[str, Any]:
    """Return the event as API Gateway would have given it to a resource of the route's own.

    That of a path without a route stays with the greedy resource: `answer_nowhere`.
    """
    context = event.get("requestContext", {})
    if context.get("resourcePath") != GREEDY or (found := routes.match(event["path"])) is None:
        return event
    context = {**context, "resourcePath": found.route}
    return {**event, "requestContext": context, "pathParameters": dict(found.parameters) or None}


def answer_nowhere(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Answer 404 for a path that has no route, as the framework refuses."""
    if event.context["resourcePath"] == GREEDY:
        return Response({"Code": "NotFoundError"}, status_code=HTTPStatus.NOT_FOUND.value)
    return get_response(event)


def _concrete(parts: list[str], way: tuple[bool, ...]) -> tuple[str | None, ...]:
    return tuple(None if is_parameter else part for part, is_parameter in zip(parts, way, strict=True))
