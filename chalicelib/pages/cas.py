"""Login by the school's CAS server, and CAS's single logout.

A cookie (`frame/journeys.py`) remembers why this browser went there, and an unguessable word that is part of
the address to which CAS sends it back. A ticket that a stranger brings gives no access: neither to a browser
that did not ask for one, nor, being issued for another address, to one that is on its way.
"""

import hmac
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.errors import (
    IdentityProviderUnavailable,
    IdentityTaken,
    IdentityUnknown,
    QuittanceError,
    TicketRefused,
)
from chalicelib.pages.error_pages import HOME, of_refusal
from chalicelib.pages.frame.journeys import Journey, begun, ended, journey_of
from chalicelib.pages.page import has_session, own_path, page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.refusals import BegunElsewhere
from chalicelib.pages.responses import form_token, redirect, with_cookies
from chalicelib.pages.sessions import entered
from chalicelib.usecases.identities.link_identity import link_identity
from chalicelib.usecases.identities.log_in_by_cas import log_in_by_cas, provider_of
from chalicelib.usecases.sign_in.close_session import end_ticket
from chalicelib.web.access_log import note_refusal
from chalicelib.web.problems import BodyTooLarge, refusal

cas = Blueprint(__name__)
LONGEST_TICKET = 300
LONGEST_LOGOUT_REQUEST = 8192
REFUSED = (TicketRefused, IdentityUnknown, IdentityTaken, IdentityProviderUnavailable)


@page(cas, "GET", "/api/v1/auth/cas", public=True)
def leave_for_cas(page_request: PageRequest) -> Response:
    """Redirect the browser to CAS.

    Another site may not do so, or it could log the user in to another account.
    """
    if page_request.request.headers.get("sec-fetch-site") not in {None, "same-origin", "none"}:
        raise BegunElsewhere
    journey = Journey(
        bool(page_request.parameter("renew")),
        own_path(page_request.parameter("next")),
        page_request.ports.new_token(),
    )
    address = provider_of(page_request.ports).login_address(journey.word, renew=journey.is_renewal)
    return redirect(HTTPStatus.FOUND, address, *begun(page_request, journey))


@page(cas, "GET", "/api/v1/auth/cas/callback", public=True)
def come_back_from_cas(page_request: PageRequest) -> Response:
    """Finish the CAS login, and its journey with it, successful or not: a later ticket is refused.

    Without a journey nothing is finished; a browser that is logged in, as after a step back, is led home.
    """
    try:
        journey = journey_of(page_request)
    except TicketRefused as error:
        if has_session(page_request):
            return redirect(HTTPStatus.FOUND, "/")
        return _refused(page_request, error)
    try:
        answer = _finish_login(page_request, journey)
        answer.status_code = HTTPStatus.FOUND.value
    except REFUSED as error:
        answer = _refused(page_request, error)
    return with_cookies(answer, (ended(journey),))


def _refused(page_request: PageRequest, error: QuittanceError) -> Response:
    note_refusal(error, page_request.address, str(page_request.request.path))
    return page_request.public_page("problem", **of_refusal(page_request, error, HOME))


def _finish_login(page_request: PageRequest, journey: Journey) -> Response:
    ticket = page_request.parameter("ticket")[:LONGEST_TICKET]
    if journey.link:
        return _linked(page_request, journey, ticket)
    opened = log_in_by_cas(
        page_request.ports, ticket, journey.word, page_request.address, renew=journey.is_renewal
    )
    return entered(page_request, opened, journey.onward)


def _linked(page_request: PageRequest, journey: Journey, ticket: str) -> Response:
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
