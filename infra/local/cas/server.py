"""The server as a WSGI application, and what runs it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from infra.local.cas.context import CasContext, current_context
from infra.local.cas.login import login
from infra.local.cas.logout import logout
from infra.local.cas.saml import saml
from infra.local.cas.sessions import Account, Sessions
from infra.local.cas.single_logout import SingleLogout
from infra.local.cas.validation import validation
from infra.local.serving import serve as serve_on_loopback

LONGEST_BODY = 64 * 1024
NEVER = "Thu, 01 Jan 1970 00:00:00 GMT"


def create_app(
    *,
    now: Callable[[], datetime],
    accounts: Iterable[Account],
    services: Mapping[str, str],
    logout_timeout_seconds: float = 5.0,
    file: Path | None = None,
) -> Flask:
    """A server for `services`: their exact addresses, each with the name that people read.

    `now` answers aware datetimes; sessions and tickets are kept in `file`, or in memory alone. Single logout
    needs `serve`: its messages leave from a thread of its own.
    """
    app = Flask(__name__, static_url_path="/cas/static")
    app.json.sort_keys = False  # type: ignore[attr-defined]  # flask types only the interface of its provider
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.extensions["cas"] = CasContext(
        sessions=Sessions({each.user: each for each in accounts}, now, file),
        services=dict(services),
        single_logout=SingleLogout(now, logout_timeout_seconds),
    )
    for blueprint in (login, logout, validation, saml):
        app.register_blueprint(blueprint, url_prefix="/cas")
    app.add_url_rule("/", view_func=_to_login, endpoint="root")
    app.add_url_rule("/cas/", view_func=_to_login, endpoint="home")
    app.add_url_rule("/_reset", view_func=_begin_again, methods=["POST"])
    app.after_request(_protect)
    return app


def reset(app: Flask) -> None:
    """End every session without telling the services."""
    context: CasContext = app.extensions["cas"]
    context.sessions.forget()


@contextmanager
def serve(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1 until the block ends and give the address, which ends with /cas."""
    context: CasContext = app.extensions["cas"]
    with context.single_logout.running(), serve_on_loopback(app, port) as address:
        yield f"{address}/cas"


def _to_login() -> AnyResponse:
    return redirect("/cas/login")


def _begin_again() -> Response:
    """As `reset`, from beside the protocol."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return Response(status=403)
    current_context().sessions.forget()
    return Response(status=204)


def _protect(response: Response) -> Response:
    """No cache keeps a ticket (appendix B); no script, no frame; a form may lead on to a service."""
    places = {f"{each.scheme}://{each.netloc}" for each in map(urlsplit, current_context().services)}
    response.headers.update(
        {
            "Cache-Control": "no-store",
            "Pragma": "no-cache",
            "Expires": NEVER,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; "
            f"base-uri 'none'; form-action 'self' {' '.join(sorted(places))}".strip(),
        }
    )
    return response
