"""Both services as one WSGI application, and what runs it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, jsonify, request

from infra.local.evidence.accidents import Simulated, simulated
from infra.local.evidence.cvec import cvec
from infra.local.evidence.faults import BadRule, read_rules
from infra.local.evidence.grants import grants
from infra.local.serving import GrowingThreads
from infra.local.serving import serve as serve_on_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


def create_app(*, now: Callable[[], datetime]) -> Flask:
    """Return both services; `now` answers aware datetimes. Serve it by `serve`: faults are waitress's."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # flask types only the interface of its provider
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the same
    app.extensions["evidence"] = Simulated(now)
    app.register_blueprint(cvec)
    app.register_blueprint(grants)
    app.add_url_rule("/_faults", view_func=_show_faults, methods=["GET"], endpoint="faults")
    app.add_url_rule("/_faults", view_func=_order_faults, methods=["PUT"], endpoint="order")
    app.add_url_rule("/_asked", view_func=_show_asked, methods=["GET"], endpoint="asked")
    app.add_url_rule("/_reset", view_func=_begin_again, methods=["POST"], endpoint="reset")
    return app


@contextmanager
def serve(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1 until the block ends and give the address; a slow answer holds its thread alone."""
    stopping = cast("Simulated", app.extensions["evidence"]).stopping
    with serve_on_loopback(app, port, threads=GrowingThreads(), stopping=stopping.set) as address:
        yield address


def _show_faults() -> Response:
    return jsonify(rules=simulated().rules.shown())


def _order_faults() -> Response:
    try:
        rules = read_rules(request.get_json(force=True, silent=True))
    except BadRule as error:
        response = jsonify(error=str(error))
        response.status_code = 422
        return response
    simulated().rules.replace(rules)
    return _show_faults()


def _show_asked() -> Response:
    """Tell what was asked, the latest last: time, service, status and fault."""
    return jsonify(items=simulated().asked)


def _begin_again() -> Response:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return Response(status=403)
    simulated().forget()
    return Response(status=204)
