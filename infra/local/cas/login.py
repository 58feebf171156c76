"""/login: asks for credentials, takes them, and leads on to the service with a ticket (2.1, 2.2)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, request

from infra.local.cas.context import COOKIE, PATH, cookie, current_context, page, service_name
from infra.local.cas.sessions import Account, Session

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

login = Blueprint("login", __name__)
WRONG = "Identifiant ou mot de passe incorrect."
STALE = "Cette page avait trop attendu, ou avait déjà servi. Recommencez."


@dataclass(frozen=True)
class LoginRequest:
    """What the service asked for; `service` is empty for a login without one."""

    service: str
    renews: bool
    is_gateway: bool
    method: str

    @classmethod
    def of(cls, parameters: "MultiDict[str, str]") -> "LoginRequest":
        service, renews = parameters.get("service", ""), "renew" in parameters
        return cls(
            service=service,
            renews=renews,
            is_gateway="gateway" in parameters and not renews and bool(service),  # 2.1.1: renew wins
            method=parameters.get("method", "").upper(),
        )

    @property
    def name(self) -> str:
        return service_name(self.service)

    @property
    def is_registered(self) -> bool:
        return not self.service or bool(self.name)

    @property
    def address(self) -> str:
        """Of the login that fulfils it."""
        told = {"service": self.service, "method": self.method}
        return f"{PATH}/login?{urlencode({name: value for name, value in told.items() if value})}"


@login.get("/login")
def ask() -> Response:
    """Lead on when there is a session; else, unless a gateway wants it unseen, show the form."""
    login_request = LoginRequest.of(request.args)
    if not login_request.is_registered:
        return _stranger()
    session = None if login_request.renews else current_context().sessions.find(cookie())
    if session:
        return _welcome_back(session, login_request)
    if login_request.is_gateway:
        return make_response(redirect(login_request.service))
    return _form(login_request)


@login.post("/login")
def take() -> Response:
    """Every attempt spends the form's login ticket."""
    login_request = LoginRequest.of(request.form)
    if not login_request.is_registered:
        return _stranger()
    sessions = current_context().sessions
    if not sessions.take_form(request.form.get("lt", "")):
        return _form(login_request, STALE, 400)
    account = sessions.account(request.form.get("username", ""), request.form.get("password", ""))
    if account is None:
        return _form(login_request, WRONG, 401)
    session = _session(account, warns="warn" in request.form)
    response = _enter(session, login_request, is_fresh=True) if login_request.service else _signed_in(session)
    response.set_cookie(COOKIE, session.id, path=PATH, httponly=True, samesite="Lax")
    return response


def _session(account: Account, *, warns: bool) -> Session:
    """The browser's own session goes on; somebody else's ends as by a logout."""
    context = current_context()
    session = context.sessions.find(cookie())
    if session and session.account == account:
        context.sessions.renew(session, warns=warns)
        return session
    context.single_logout.tell(context.sessions.end(cookie()))
    return context.sessions.begin(account, warns=warns)


def _welcome_back(session: Session, login_request: LoginRequest) -> Response:
    if not login_request.service:
        return _signed_in(session)
    sessions = current_context().sessions
    if session.warns and not sessions.take_form(request.args.get("agreed", "")):
        return make_response(
            page("warning", login_request=login_request, user=session.account.user, lt=sessions.issue_form())
        )
    return _enter(session, login_request, is_fresh=False)


def _enter(session: Session, login_request: LoginRequest, *, is_fresh: bool) -> Response:
    """By GET, whatever was posted here: the password goes no further (appendix B); by POST if so asked."""
    ticket = current_context().sessions.issue_ticket(session, login_request.service, is_fresh=is_fresh)
    if login_request.method == "POST":
        return make_response(page("post", login_request=login_request, ticket=ticket))
    return make_response(redirect(_with_ticket(login_request.service, ticket), 303 if is_fresh else 302))


def _with_ticket(service: str, ticket: str) -> str:
    address, hash_sign, fragment = service.partition("#")
    return f"{address}{'&' if '?' in address else '?'}ticket={ticket}{hash_sign}{fragment}"


def _signed_in(session: Session) -> Response:
    return make_response(page("signed_in", account=session.account))


def _form(login_request: LoginRequest, message: str = "", status: int = 200) -> Response:
    lt = current_context().sessions.issue_form()
    user = request.form.get("username", "")
    return make_response(
        page("login", login_request=login_request, message=message, lt=lt, user=user), status
    )


def _stranger() -> Response:
    return make_response(page("stranger"), 403)
