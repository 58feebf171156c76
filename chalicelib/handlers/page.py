"""A page: who asks and what was sent, checked before the view; refusals as pages. Twin of `endpoint`."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib import wiring
from chalicelib.domain.access import Action, admit
from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import (
    Forbidden,
    NotFound,
    QuittanceError,
    ReauthenticationNeeded,
    SecondFactorNeeded,
    SessionMissing,
)
from chalicelib.domain.menu import MenuItem, MenuKey, menu
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Session
from chalicelib.handlers.access_log import note_refusal
from chalicelib.handlers.endpoint import source_address
from chalicelib.handlers.page_desks import desks_of
from chalicelib.handlers.page_refusals import HOME, INVALID, UNEXPECTED, Onward, of_fault, of_refusal
from chalicelib.handlers.page_response import (
    SESSION,
    VISITOR,
    cookie,
    cookie_name,
    form_token,
    html,
    see_other,
)
from chalicelib.handlers.problems import LARGEST_BODY_BYTES, BodyTooLarge
from chalicelib.observability import report_fault
from chalicelib.portal.render import DeskLink, Frame, render
from chalicelib.settings import Stage, settings
from chalicelib.usecases.ports import Ports
from chalicelib.usecases.read_session import read_session
from chalicelib.usecases.show_account import show_account

CONTENT_TYPES = ["application/x-www-form-urlencoded", "application/json"]
MOST_FIELDS = 100
SHOWN: set[str] = set()
"""The paths of all pages that can be looked at."""
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
        value = self.cookie(SESSION)
        return value if _TOKEN.fullmatch(value) else ""

    @cached_property
    def secret(self) -> str:
        """What this browser alone knows: its session's token, or a visitor's that the next page gives."""
        return self.token or self.visitor or self.ports.new_token()

    @property
    def visitor(self) -> str:
        value = self.cookie(VISITOR)
        return value if _TOKEN.fullmatch(value) else ""

    def cookie(self, wanted: str) -> str:
        for pair in (self.request.headers.get("cookie") or "").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == cookie_name(wanted):
                return str(value)
        return ""

    @cached_property
    def _entered(self) -> tuple[Session, Person]:
        return read_session(self.ports, self.token)

    @property
    def session(self) -> Session:
        return self._entered[0]

    @property
    def person(self) -> Person:
        """Who asks, with the roles they hold at this moment."""
        return self._entered[1]

    @property
    def address(self) -> str:
        return source_address(self.request)

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
        return self.typed(name).strip()

    def typed(self, name: str) -> str:
        """Return what a field holds to the letter: a password may begin with a space."""
        return self.form.get(name, [""])[-1]

    def parameter(self, name: str) -> str:
        """Return a query parameter, "" where there is none or where it is there twice."""
        given = self.request.query_params
        values = given.getlist(name) if given and name in given else []
        return str(values[0]) if len(values) == 1 else ""

    def page(
        self,
        template: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        cookies: tuple[str, ...] = (),
        **facts: Any,
    ) -> Response:
        desks = desks_of(self.person, str(self.request.path))
        frame = self._frame(self.campaign, self.person, desks)
        return html(render(template, frame, **facts), status, cookies)

    def public_page(self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **facts: Any) -> Response:
        """Return a page for whoever asks, logged in or not."""
        try:
            return self.page(template, status=status, **facts)
        except (SessionMissing, NotFound):
            return self.bare_page(template, status=status, **facts)

    def bare_page(
        self,
        template: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        cookies: tuple[str, ...] = (),
        **facts: Any,
    ) -> Response:
        """Return a page that says nothing of who asks, and reads nothing."""
        frame = self._frame(self.ports.campaigns.current())
        given = () if self.token or self.visitor else (cookie(VISITOR, self.secret),)
        return html(render(template, frame, **facts), status, (*cookies, *given))

    def _frame(
        self, campaign: Campaign, person: Person | None = None, desks: tuple[DeskLink, ...] = ()
    ) -> Frame:
        is_lax = not self.ports.requires_second_factor
        return Frame(campaign, person, form_token(self.secret), is_demo(), is_lax, desks)


def page(
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    public: bool = False,
    action: Action = Action.USE_OWN_ACCOUNT,
    again: Onward = HOME,
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Register a view `(visit, **path parameters) -> Response`; every form's token is checked before it.

    `again` is where a payment that could not start is tried again.
    """

    def register(view: Callable[..., Response]) -> Callable[..., Response]:
        def handle(**parameters: str) -> Response:
            visit = Visit(blueprint.current_request, wiring.ports())
            return _answer(
                lambda: _admitted(view, visit, parameters, public=public, action=action), visit, again
            )

        if method == "GET":
            SHOWN.add(path)
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
    action: Action,
) -> Response:
    if not public:
        admit(visit.person, action, visit.session, visit.ports.now())
    if visit.request.method == "POST":
        require_form_token(visit)
    return view(visit, **parameters)


def _answer(view: Callable[[], Response], visit: Visit, again: Onward) -> Response:
    """Answer whatever happens: a refusal is a page of its own, and may meet a fault like any other."""
    try:
        return _answer_or_refuse(view, visit, again)
    except Exception as error:  # noqa: BLE001 - a fault of ours is logged and said without its stack
        report_fault("unexpected", error)
        return visit.bare_page("problem", **of_fault(HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED))


def _answer_or_refuse(view: Callable[[], Response], visit: Visit, again: Onward) -> Response:
    try:
        return view()
    except (SessionMissing, ReauthenticationNeeded) as error:
        return see_other(f"{_door(error)}next={_onward(visit)}")
    except ValidationError:
        return visit.public_page("problem", **of_fault(HTTPStatus.UNPROCESSABLE_ENTITY, INVALID))
    except QuittanceError as error:
        note_refusal(error, visit.address, str(visit.request.path))
        return visit.public_page("problem", **of_refusal(error, again))


def _door(error: SessionMissing | ReauthenticationNeeded) -> str:
    if isinstance(error, SecondFactorNeeded):
        return "/second-factor?"
    return "/login?again=1&" if isinstance(error, ReauthenticationNeeded) else "/login?"


def _onward(visit: Visit) -> str:
    """Where to come back to after a log-in: what was sent by a form is not sent again."""
    path = str(visit.request.path)
    shown = path if visit.request.method == "GET" else _page_above(path)
    return quote(shown.format(**(visit.request.uri_params or {})), safe="/")


def _page_above(path: str) -> str:
    """Return the nearest page that an act is done from: what stands above it among the addresses."""
    while path := path.rpartition("/")[0]:
        if path in SHOWN:
            return path
    return "/"


def require_form_token(visit: Visit) -> None:
    """Refuse a form that this very browser was not given by us."""
    if not hmac.compare_digest(visit.field("form_token").encode(), form_token(visit.secret).encode()):
        raise Forbidden("Ce formulaire n'est plus valable. Rechargez la page, puis recommencez.")


def is_demo() -> bool:
    return settings().stage is Stage.LOCAL


def own_path(path: str) -> str:
    """`path` if it is one of this portal, else the home: a log-in never leads elsewhere."""
    return path if _OUR_PATH.fullmatch(path) else "/"
