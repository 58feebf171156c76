"""A page: caller and form checked before the view, refusals shown as pages. Counterpart of `endpoint`."""

import hmac
import re
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib import wiring
from chalicelib.domain.access import Action, admit
from chalicelib.domain.brakes.refusals import PortalClosed
from chalicelib.domain.errors import (
    NotFound,
    QuittanceError,
    ReauthenticationNeeded,
    SecondFactorNeeded,
    SessionMissing,
)
from chalicelib.domain.identifiers import is_registration_id
from chalicelib.observability import report_fault
from chalicelib.pages.error_pages import (
    HOME,
    INVALID,
    NOT_OPENED,
    UNAVAILABLE,
    UNEXPECTED,
    Onward,
    of_closed,
    of_fault,
    of_refusal,
)
from chalicelib.pages.frame.language import chosen_cookie, keep_choice
from chalicelib.pages.frame.shown import SHOWN
from chalicelib.pages.frame.typed import forget_typed, keep_typed
from chalicelib.pages.page_request import FILE, FileNotChosen, PageRequest
from chalicelib.pages.refusals import CookiesOff, FormNotValid
from chalicelib.pages.responses import (
    form_token,
    see_other,
    with_cookies,
)
from chalicelib.portal.render import link_to
from chalicelib.web.access_log import note_refusal
from chalicelib.web.brakes import require_open
from chalicelib.web.faults import RETRY_AFTER_SECONDS
from chalicelib.web.uploads import MULTIPART
from chalicelib.wiring.outages import is_outage

CONTENT_TYPES = ["application/x-www-form-urlencoded", "application/json"]
_OUR_PATH = re.compile(r"/([A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*)?")


def page(  # noqa: PLR0913 - one keyword for each thing a page declares
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    public: bool = False,
    action: Action = Action.USE_OWN_ACCOUNT,
    again: Onward = HOME,
    takes_file: bool = False,
    settles: bool = False,
    ends_session: bool = False,
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Register a view `(page_request, **path parameters) -> Response`; form tokens are checked before it.

    `again` is the link to retry a payment that could not start. With `takes_file` the form sends a file. A
    GET that `settles` may change the account before it shows it. A form that `ends_session` is taken without
    its token where no session is open: there is nothing to end.
    """
    shows_account = method == "GET" and not settles

    def register(view: Callable[..., Response]) -> Callable[..., Response]:
        def handle(**parameters: str) -> Response:
            page_request = PageRequest(blueprint.current_request, wiring.ports(), shows_account)
            answer = _answer(
                lambda: _admitted(
                    view, page_request, parameters, public=public, action=action, ends_session=ends_session
                ),
                page_request,
                again,
                keeps_typed=method == "POST" and not public,
            )
            return with_cookies(answer, chosen_cookie(page_request))

        if method == "GET":
            SHOWN.add(path)
        name = f"page_{view.__name__}"
        handle.__name__ = name
        # A GET too: some clients follow a form's redirect with the form's content type.
        content_types = [*CONTENT_TYPES, MULTIPART] if takes_file else CONTENT_TYPES
        # HEAD answers as GET does; the server in front leaves its body out.
        methods = [method, "HEAD"] if method == "GET" else [method]
        blueprint.route(path, methods=methods, name=name, content_types=content_types)(handle)
        return view

    return register


def _admitted(
    view: Callable[..., Response],
    page_request: PageRequest,
    parameters: dict[str, str],
    *,
    public: bool,
    action: Action,
    ends_session: bool,
) -> Response:
    if not public:
        admit(page_request.person, action, page_request.session, page_request.ports.now())
    require_open(page_request, action, is_public=public)
    if page_request.request.method == "POST":
        _require_own_form(page_request, ends_session=ends_session)
    answer = view(page_request, **parameters)
    keep_choice(page_request)
    is_taken = page_request.request.method == "POST" and (ends_session or not public)
    return with_cookies(answer, forget_typed(page_request) if is_taken else ())


def _answer(
    view: Callable[[], Response], page_request: PageRequest, again: Onward, *, keeps_typed: bool
) -> Response:
    """Return a response in any case: a refusal is a page of its own, and rendering it may fail as well."""
    try:
        return _answer_or_refuse(view, page_request, again, keeps_typed=keeps_typed)
    except Exception as error:  # noqa: BLE001 - a fault of ours is logged and said without its stack
        report_fault("unexpected", error)
        return _of_fault(page_request, error)


def _of_fault(page_request: PageRequest, error: Exception) -> Response:
    if not is_outage(error):
        fault = of_fault(page_request, HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)
        return page_request.bare_page("problem", **fault)
    fault = of_fault(page_request, HTTPStatus.SERVICE_UNAVAILABLE, UNAVAILABLE)
    answer = page_request.bare_page("problem", **fault)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _answer_or_refuse(
    view: Callable[[], Response], page_request: PageRequest, again: Onward, *, keeps_typed: bool
) -> Response:
    try:
        return view()
    except FileNotChosen:
        return see_other("/")
    except (SessionMissing, ReauthenticationNeeded) as error:
        kept = _kept_typed(page_request) if keeps_typed else ()
        return see_other(f"{_login_path(error, page_request)}next={_onward(page_request)}", *kept)
    except ValidationError:
        return page_request.public_page(
            "problem", **of_fault(page_request, HTTPStatus.UNPROCESSABLE_ENTITY, INVALID)
        )
    except PortalClosed as closed:
        return _retried(page_request.bare_page("problem", **of_closed(page_request, closed)), closed)
    except QuittanceError as error:
        note_refusal(error, page_request.address, str(page_request.request.path))
        return _retried(page_request.public_page("problem", **of_refusal(page_request, error, again)), error)


def _kept_typed(page_request: PageRequest) -> tuple[str, ...]:
    """Return the cookie with what was typed into a form of ours: another site has nothing shown as typed."""
    with suppress(QuittanceError):
        require_form_token(page_request)
        return keep_typed(page_request)
    return ()


def _retried(answer: Response, error: QuittanceError) -> Response:
    """Say when to ask again, where the refusal knows."""
    if after := getattr(error, "retry_after_seconds", None):
        answer.headers["Retry-After"] = str(after)
    return answer


def _login_path(error: SessionMissing | ReauthenticationNeeded, page_request: PageRequest) -> str:
    """Return where to log in; a browser that had a session is told that it has ended."""
    if isinstance(error, SecondFactorNeeded):
        return "/second-factor?"
    if isinstance(error, ReauthenticationNeeded):
        return "/login?again=1&"
    return "/login?done=ended&" if page_request.token else "/login?"


def _onward(page_request: PageRequest) -> str:
    """Where to come back to after a log-in, about the same file: what a form sent is not sent again."""
    path = str(page_request.request.path)
    shown = path if page_request.request.method != "POST" else _page_of(path)
    named = page_request.parameter(FILE)
    onward = shown.format(**(page_request.request.uri_params or {}))
    return as_parameter(link_to(onward, named if is_registration_id(named) else ""))


def _page_of(path: str) -> str:
    """Return the nearest page that an act belongs to: its own or one above it; a document is none."""
    while path and (path not in SHOWN or path.endswith("/pdf")):
        path = path.rpartition("/")[0]
    return path or "/"


def _require_own_form(page_request: PageRequest, *, ends_session: bool) -> None:
    try:
        require_form_token(page_request)
    except (FormNotValid, CookiesOff):
        if not ends_session or has_session(page_request):
            raise


def has_session(page_request: PageRequest) -> bool:
    """Return True for a browser with an open session, even one that waits for its second factor."""
    try:
        return bool(page_request.session)
    except SessionMissing as error:
        return isinstance(error, SecondFactorNeeded)


def require_form_token(page_request: PageRequest) -> None:
    """Refuse a form that we did not give to this browser; one that sends no cookie is told so."""
    if not hmac.compare_digest(
        page_request.field("form_token").encode(), form_token(page_request.secret).encode()
    ):
        has_cookie = page_request.token or page_request.visitor
        raise FormNotValid if has_cookie else CookiesOff


def own_path(address: str) -> str:
    """`address` if it is a page of this portal, of one file at most, else the home.

    A log-in never leads elsewhere.
    """
    path, mark, named = address.partition(f"?{FILE}=")
    is_ours = _OUR_PATH.fullmatch(path) and is_registration_id(named) == bool(mark)
    return address if is_ours else "/"


def as_parameter(address: str) -> str:
    """Write an address of this portal as the value of a query parameter."""
    return quote(address, safe="/")


def refused_by_framework(event: Any, status: HTTPStatus) -> Response:
    """Return the page of a request that no view was asked for."""
    page_request = PageRequest(event, wiring.ports())
    if status is HTTPStatus.NOT_FOUND:
        return page_request.bare_page("problem", **of_refusal(page_request, NotFound(), HOME))
    return page_request.bare_page("problem", **of_fault(page_request, status, NOT_OPENED))
