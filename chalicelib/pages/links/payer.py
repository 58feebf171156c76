"""The browser of somebody who pays by a link: known by a cookie while they are at the gateway."""

from contextlib import suppress

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payment_links.standing import uses
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import PAYER
from chalicelib.usecases.payment_links.pay_by_link import open_link


def is_payer_of(page_request: PageRequest, attempt_id: str) -> bool:
    """Return True if this browser left for the gateway by the link of the attempt."""
    token = page_request.cookie(PAYER)
    with suppress(QuittanceError):
        opened = open_link(page_request.ports, token, page_request.address) if token else None
        return opened is not None and any(each.id == attempt_id for each in uses(opened.file, opened.link))
    return False
