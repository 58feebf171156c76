"""Login by the school's CAS server, and CAS's single logout.

A cookie remembers why this browser went there, and an unguessable word that is part of the address to which
CAS sends it back. A ticket that a stranger brings gives no access: neither to a browser that did not ask for
one, nor, being issued for another address, to one that is on its way.
"""

import hmac
from dataclasses import dataclass
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.errors import (
    IdentityProviderUnavailable,
    IdentityTaken,
    IdentityUnknown,
    TicketRefused,
)
from chalicelib.pages.error_pages import HOME, of_refusal
from chalicelib.pages.page import own_path, page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.refusals import BegunElsewhere
from chalicelib.pages.responses import CAS, cookie, form_token, redirect
from chalicelib.pages.sessions import entered
from chalicelib.usecases.identities.link_identity import link_identity
from chalicelib.usecases.identities.log_in_by_cas import log_in_by_cas, provider_of
from chalicelib.usecases.sign_in.close_session import end_ticket
from chalicelib.web.access_log import note_refusal
from chalicelib.web.problems import BodyTooLarge, refusal

cas = Blueprint(__name__)
JOURNEY_SECONDS = 600
LONGEST_TICKET = 300
LONGEST_LOGOUT_REQUEST = 8192
REFUSED = (TicketRefused, IdentityUnknown, IdentityTaken, IdentityProviderUnavailable)


@dataclass(frozen=True)
class LoginState:
    """The purpose of a CAS login. `link` proves that its own session asked for a link; "" is a login.

    `word` is known to this browser and to the address that CAS sends it to, and to no other browser.
    """

    is_renewal: bool
    onward: str
    word: str
    link: str = ""

    def written(self) -> str:
        return f"{self.is_renewal:d}.{self.link}.{self.word}.{self.onward}"

    @classmethod
    def read(cls, value: str, returned: str) -> "LoginState":
        """Return the journey that this browser is on; raise `TicketRefused` if it comes back from another."""
        renewal, link, word, onward = [*value.split(".", 3), "", "", ""][:4]
        if renewal not in {"0", "1"} or not word:
            raise TicketRefused
        if not hmac.compare_digest(word.encode(), returned.encode("utf-8", "surrogatepass")):
            raise TicketRefused
        return cls(renewal == "1", own_path(onward), word, link)


@page(cas, "GET", "/api/v1/auth/cas", public=True)
def leave_for_cas(page_request: PageRequest) -> Response:
    """Redirect the browser to CAS.

    Another site may not do so, or it could log the user in to another account.
    """
    if page_request.request.headers.get("sec-fetch-site") not in {None, "same-origin", "none"}:
        raise BegunElsewhere
    journey = LoginState(
        bool(page_request.parameter("renew")),
        own_path(page_request.parameter("next")),
        page_request.ports.new_token(),
    )
    address = provider_of(page_request.ports).login_address(journey.word, renew=journey.is_renewal)
    return redirect(HTTPStatus.FOUND, address, state_cookie(journey))


@page(cas, "GET", "/api/v1/auth/cas/callback", public=True)
def come_back_from_cas(page_request: PageRequest) -> Response:
    """Finish the CAS login and clear its state, successful or not: a later ticket is refused."""
    try:
        return _clear_state(_finish_login(page_request, _journey(page_request)))
    except REFUSED as error:
        note_refusal(error, page_request.address, str(page_request.request.path))
        return page_request.public_page(
            "problem", **of_refusal(page_request, error, HOME), cookies=(cookie(CAS, ""),)
        )


def _journey(page_request: PageRequest) -> LoginState:
    return LoginState.read(page_request.cookie(CAS), page_request.parameter("journey"))


def _finish_login(page_request: PageRequest, journey: LoginState) -> Response:
    ticket = page_request.parameter("ticket")[:LONGEST_TICKET]
    if journey.link:
        return _linked(page_request, journey, ticket)
    begun = log_in_by_cas(
        page_request.ports, ticket, journey.word, page_request.address, renew=journey.is_renewal
    )
    return entered(page_request, begun, journey.onward)


def _linked(page_request: PageRequest, journey: LoginState, ticket: str) -> Response:
    """Link the identity to the session that asked for it; its cookie cannot have been made elsewhere."""
    if not hmac.compare_digest(journey.link.encode(), form_token(page_request.token).encode()):
        raise TicketRefused
    link_identity(
        page_request.ports,
        page_request.person,
        ticket,
        journey.word,
        page_request.address,
        renew=journey.is_renewal,
    )
    return redirect(HTTPStatus.FOUND, "/security?done=linked")


def state_cookie(journey: LoginState) -> str:
    return cookie(CAS, journey.written(), seconds=JOURNEY_SECONDS)


def _clear_state(response: Response) -> Response:
    """Add the header that removes the state cookie."""
    given = response.headers.get("Set-Cookie", [])
    response.headers["Set-Cookie"] = [*given, cookie(CAS, "")]
    response.status_code = HTTPStatus.FOUND.value
    return response


@cas.route(
    "/api/v1/auth/cas/callback",
    methods=["POST"],
    content_types=["application/x-www-form-urlencoded"],
    name="cas_single_logout",
)
def single_logout() -> Response:
    """End the sessions that the ticket of a CAS logout opened, and no other."""
    page_request = PageRequest(cas.current_request, wiring.ports())
    try:
        end_ticket(page_request.ports, page_request.field("logoutRequest")[:LONGEST_LOGOUT_REQUEST])
    except BodyTooLarge as error:
        return refusal(error)
    return Response("", headers={"Content-Type": "text/plain"})
