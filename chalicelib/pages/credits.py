"""Accounting's desk of the credits to give back."""

from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.credits import CreditCause
from chalicelib.pages.desks import CREDITS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.collection_words import METHODS
from chalicelib.portal.texts import marked
from chalicelib.usecases.credits.list_credits import list_credits

pages_credits = Blueprint(__name__)
CAUSES = {
    CreditCause.NOTHING_OWED: marked("Rien n'était dû, ou plus rien"),
    CreditCause.MORE_THAN_OWED: marked("Plus que ce qui restait dû"),
    CreditCause.REGISTRATION_REFUSED: marked("Dossier refusé ou retiré"),
}


@page(pages_credits, "GET", CREDITS.path, action=CREDITS.action)
def staff_credits(page_request: PageRequest) -> Response:
    found = list_credits(page_request.ports, page_request.cursor())
    return page_request.page(
        "staff_credits",
        found=found.found,
        total_cents=found.total_cents,
        causes=CAUSES,
        means=METHODS,
        paris_day=paris_day,
        further=f"{CREDITS.path}?{urlencode({'after': found.next})}" if found.next else "",
    )
