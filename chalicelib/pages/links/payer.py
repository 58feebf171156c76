"""The browser of somebody who pays by links, known by its own secret: it sees what it paid itself alone."""

from contextlib import suppress

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payment_links.standing import uses_by
from chalicelib.domain.payments import Attempt
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import PAYER, cookie, payer_digest
from chalicelib.usecases.payment_links.pay_by_link import OpenedLink, open_link

AN_HOUR = 3600
MOST = 5
"""Links that the way back from the gateway is known for."""


def browser_of(page_request: PageRequest) -> str:
    """Return what attempts keep of this browser."""
    return payer_digest(page_request.secret)


def own_uses(page_request: PageRequest, opened: OpenedLink) -> tuple[Attempt, ...]:
    """Return the attempts of an opened link that this browser left with, oldest first."""
    return uses_by(opened.file, opened.link, browser_of(page_request))


def way_back(page_request: PageRequest, token: str) -> str:
    """Return the Set-Cookie header by which the return from the gateway finds the link."""
    others = [each for each in _tokens(page_request) if each != token]
    return cookie(PAYER, ".".join([*others, token][-MOST:]), seconds=AN_HOUR)


def token_of(page_request: PageRequest, attempt_id: str) -> str:
    """Return the token of the link by which this browser left with an attempt, "" if it did not."""
    for token in reversed(_tokens(page_request)):
        with suppress(QuittanceError):
            opened = open_link(page_request.ports, token, page_request.address)
            if any(each.id == attempt_id for each in own_uses(page_request, opened)):
                return token
    return ""


def _tokens(page_request: PageRequest) -> list[str]:
    return [each for each in page_request.cookie(PAYER).split(".") if each][-MOST:]
