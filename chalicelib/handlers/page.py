"""A page: who asks and what was sent, checked before the view; refusals as pages. Twin of `endpoint`."""

import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib import wiring
from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import Forbidden, NotFound, QuittanceError, SessionMissing
from chalicelib.domain.menu import MenuItem, MenuKey, menu
from chalicelib.domain.people import Person, Role
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Session
from chalicelib.handlers.page_desks import desks_of
from chalicelib.handlers.page_refusals import HOME, INVALID, UNEXPECTED, Onward, of_fault, of_refusal
from chalicelib.handlers.problems import LARGEST_BODY_BYTES, BodyTooLarge
from chalicelib.observability import logger
from chalicelib.portal.render import Frame, render
from chalicelib.settings import Stage, settings, split
from chalicelib.usecases.ports import Ports
from chalicelib.usecases.read_session import read_session
from chalicelib.usecases.show_account import show_account

CONTENT_TYPES = ["application/x-www-form-urlencoded", "application/json"]
MOST_FIELDS = 100
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,200}")
_OUR_PATH = re.compile(r"/([A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*)?")


@dataclass(frozen=True)
class Visit:
    """One request of a browser, as its view sees it."""

    request: Any
    ports: Ports

    @cached_property
    def token(self) -> str:
        """The session token of the cookie, "" where there is none."""
        for pair in (self.request.headers.get("cookie") or "").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == cookie_name() and _TOKEN.fullmatch(value):
                return value
        return ""

    @cached_property
    def session(self) -> Session:
        return read_session(self.ports, self.token)

    @cached_property
    def _shown(self) -> tuple[Account, Campaign]:
        return show_account(self.ports, self.session.person_id)

    @property
    def account(self) -> Account:
        return self._shown[0]

    @property
    def campaign(self) -> Campaign:
        return self._shown[1]

    @property
    def person(self) -> Person:
        return self.account.person

    @property
    def registration(self) -> Registration:
        if not self.account.registrations:
            raise NotFound("Aucun dossier ne vous est ouvert pour cette campagne.")
        return self.account.registrations[0]

    def menu_item(self, key: MenuKey) -> MenuItem:
        items = menu(self.account, self.campaign, self.ports.now())
        return next(item for item in items if item.key is key)

    @cached_property
    def form(self) -> dict[str, list[str]]:
        raw = self.request.raw_body
        body = raw if isinstance(raw, bytes) else raw.encode()
        if len(body) > LARGEST_BODY_BYTES:
            raise BodyTooLarge
        try:
            return parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise BodyTooLarge from None

    def field(self, name: str) -> str:
        """Return what a form's field holds, without the spaces around it; "" where it was not sent."""
        return self.form.get(name, [""])[-1].strip()

    def parameter(self, name: str) -> str:
        """Return a query parameter, "" where there is none or where it is there twice."""
        given = self.request.query_params
        values = given.getlist(name) if given and name in given else []
        return str(values[0]) if len(values) == 1 else ""

    def page(self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **facts: Any) -> Response:
        desks = desks_of(self.person, str(self.request.path))
        frame = Frame(self.campaign, self.person, form_token(self.token), is_demo(), desks)
        return html(render(template, frame, **facts), status)

    def public_page(self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **facts: Any) -> Response:
        """Return a page for whoever asks, logged in or not."""
        try:
            return self.page(template, status=status, **facts)
        except (SessionMissing, NotFound):
            return self.bare_page(template, status=status, **facts)

    def bare_page(self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **facts: Any) -> Response:
        """Return a page that says nothing of who asks, and reads nothing."""
        frame = Frame(self.ports.campaigns.current(), is_demo=is_demo())
        return html(render(template, frame, **facts), status)


def page(
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    public: bool = False,
    roles: Sequence[Role] = (),
    again: Onward = HOME,
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Register a view `(visit, **path parameters) -> Response`; every form's token is checked before it.

    `again` is where a payment that could not start is tried again.
    """

    def register(view: Callable[..., Response]) -> Callable[..., Response]:
        def handle(**parameters: str) -> Response:
            visit = Visit(blueprint.current_request, wiring.ports())
            return _answer(
                lambda: _admitted(view, visit, parameters, public=public, roles=roles), visit, again
            )

        name = f"page_{view.__name__}"
        handle.__name__ = name
        # A GET too: some clients follow a form's redirect with the form's content type.
        blueprint.route(path, methods=[method], name=name, content_types=CONTENT_TYPES)(handle)
        return view

    return register


def _admitted(
    view: Callable[..., Response],
    visit: Visit,
    parameters: dict[str, str],
    *,
    public: bool,
    roles: Sequence[Role],
) -> Response:
    if not public:
        if roles and not visit.person.holds(*roles):
            raise Forbidden
        _ = visit.session
        if visit.request.method == "POST":
            require_form_token(visit)
    return view(visit, **parameters)


def _answer(view: Callable[[], Response], visit: Visit, again: Onward) -> Response:
    try:
        return view()
    except SessionMissing:
        return see_other(f"/login?next={quote(_path(visit), safe='/')}")
    except ValidationError:
        return visit.public_page("problem", **of_fault(HTTPStatus.UNPROCESSABLE_ENTITY, INVALID))
    except QuittanceError as error:
        return visit.public_page("problem", **of_refusal(error, again))
    except Exception:  # noqa: BLE001 - a fault of ours is logged and said without its stack
        logger().exception("unexpected")
        return visit.bare_page("problem", **of_fault(HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED))


def _path(visit: Visit) -> str:
    """Where to come back to after a log-in: what was sent by a form is not sent again."""
    if visit.request.method != "GET":
        return "/"
    return str(visit.request.path).format(**(visit.request.uri_params or {}))


def form_token(token: str) -> str:
    """What shows that a form was rendered for this very session: nobody else can compute it."""
    return hmac.digest(token.encode(), b"form", "sha256").hex()


def require_form_token(visit: Visit) -> None:
    if not hmac.compare_digest(visit.field("form_token").encode(), form_token(visit.token).encode()):
        raise Forbidden("Ce formulaire n'est plus valable. Rechargez la page, puis recommencez.")


def cookie_name() -> str:
    """Over https a browser accepts `__Host-` cookies from this very host alone."""
    return "__Host-quittance" if settings().is_https else "quittance"


def cookie(token: str) -> str:
    """Return the Set-Cookie that gives the session, or takes it away where `token` is empty."""
    kept = f"{cookie_name()}={token}; Path=/; HttpOnly; SameSite=Lax"
    secure = "; Secure" if settings().is_https else ""
    return kept + secure + ("" if token else "; Max-Age=0")


def is_demo() -> bool:
    return settings().stage is Stage.LOCAL


def own_path(path: str) -> str:
    """`path` if it is one of this portal, else the home: a log-in never leads elsewhere."""
    return path if _OUR_PATH.fullmatch(path) else "/"


def html(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": _content_security_policy(),
        # Not `no-referrer`: it would hide from our own forms the origin that the log-in checks.
        "Referrer-Policy": "same-origin",
    }
    return Response(text, headers=headers, status_code=status.value)


def _content_security_policy() -> str:
    """No script at all, and forms to ourselves or to the gateway's pages."""
    pages = (urlsplit(url) for url in split(settings().paybox_page_urls))
    gateway = dict.fromkeys(f"{url.scheme}://{url.netloc}" for url in pages)
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            " ".join(("form-action 'self'", *gateway)),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def see_other(location: str, **headers: str) -> Response:
    """Answer 303: what a form did is never done again by a reload."""
    named: dict[str, str | list[str]] = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(
        "",
        headers={"Location": location, "Cache-Control": "no-store", "Content-Type": "text/plain", **named},
        status_code=HTTPStatus.SEE_OTHER.value,
    )
