"""`python -m infra.bench.fronts KIND HEADERS LENGTH`: serve one kind of answer until input ends.

KIND is front, application (called with an event that was made once), chalice (a bare view of Chalice) or
hello (waitress alone); the last two answer with the JSON HEADERS and so many bytes. Each line of input is
answered with the processor's seconds so far.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from chalice.app import Chalice, Response
from chalice.local import LambdaContext, LocalChalice

from infra.local.serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

STYLES = "/static/portal.css"


def front() -> WSGIApplication:
    import app  # noqa: PLC0415 - the others do not load the application
    from infra.local.front import create_front  # noqa: PLC0415 - the same

    return create_front(app.app)


def application() -> WSGIApplication:
    import app  # noqa: PLC0415 - see above

    served: Chalice = app.app
    served.__class__ = LocalChalice  # as the front does
    return _calling(served, _event(STYLES, "/static/{name}", {"name": "portal.css"}))


def chalice(headers: dict[str, str], length: int) -> WSGIApplication:
    bare, said = LocalChalice(app_name="bare"), "h" * length

    @bare.route("/")
    def answer() -> Response:
        return Response(said, headers=dict(headers))

    return _calling(bare, _event("/", "/", None))


def _calling(called: Chalice, event: dict[str, Any]) -> WSGIApplication:
    def served(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told: Any = called(event, LambdaContext("bench", 512, 29_000))
        body = told["body"].encode()
        start_response("200 OK", [*told["headers"].items(), ("Content-Length", str(len(body)))])
        return [body]

    return served


def _event(path: str, route: str, parameters: dict[str, str] | None) -> dict[str, Any]:
    context = {"httpMethod": "GET", "resourcePath": route, "path": path, "identity": {}}
    return {
        "requestContext": context,
        "headers": {"host": "127.0.0.1"},
        "pathParameters": parameters,
        "multiValueQueryStringParameters": None,
        "stageVariables": {},
        "body": None,
        "isBase64Encoded": False,
    }


def hello(headers: dict[str, str], length: int) -> WSGIApplication:
    said = b"h" * length

    def served(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [*headers.items(), ("Content-Length", str(length))])
        return [said]

    return served


def main(kind: str, headers: str, length: str) -> None:
    given = json.loads(headers), int(length)
    made = {"front": front, "application": application}
    served = made[kind]() if kind in made else {"chalice": chalice, "hello": hello}[kind](*given)
    with serve(served) as address:
        print(address, flush=True)
        for _ in sys.stdin:
            print(time.process_time(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
