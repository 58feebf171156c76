"""The browser of somebody who pays by a link: known by a cookie since it left for the gateway.

The cookie names the attempt beside the link's token, so that one of two payers of a link sees nothing of the
other's payment.
"""

from contextlib import suppress

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payment_links.standing import uses_by
from chalicelib.domain.payments import Attempt
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import PAYER, cookie
from chalicelib.usecases.payment_links.pay_by_link import OpenedLink, open_link

A_DAY = 24 * 3600


def payer_cookie(token: str, attempt: Attempt) -> str:
    """Return the Set-Cookie header for a browser that leaves for the gateway."""
    return cookie(PAYER, f"{token}.{attempt.id}", seconds=A_DAY)


def payer_token(page_request: PageRequest) -> str:
    """Return the token of the link by which this browser left, "" if it left by none."""
    return page_request.cookie(PAYER).partition(".")[0]


def own_uses(page_request: PageRequest, opened: OpenedLink, token: str) -> tuple[Attempt, ...]:
    """Return the attempts of an opened link that are this browser's payer's, oldest first."""
    left_by, _, attempt_id = page_request.cookie(PAYER).partition(".")
    return uses_by(opened.file, opened.link, attempt_id) if left_by == token else ()


def is_payer_of(page_request: PageRequest, attempt_id: str) -> bool:
    """Return True if this browser left for the gateway by the link of the attempt."""
    token = payer_token(page_request)
    with suppress(QuittanceError):
        opened = open_link(page_request.ports, token, page_request.address) if token else None
        own = own_uses(page_request, opened, token) if opened else ()
        return any(each.id == attempt_id for each in own)
    return False
