"""The page of a mailed link: the IBAN of one refund, given without logging in."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.people import initials_of
from chalicelib.domain.refunds.ibans import bank_code, grouped, masked
from chalicelib.domain.refunds.refusals import IbanLinkNotValid, IbanNotValid
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.countries import country_names
from chalicelib.usecases.refunds.give_iban import give_iban_by_link, read_iban_link
from chalicelib.web.access_log import note_refusal
from chalicelib.web.ibans import read_iban
from chalicelib.web.problems import status_of

pages_iban_link = Blueprint(__name__)
PATH = "/iban"


@page(pages_iban_link, "GET", PATH, public=True, action=Action.USE_STUDENT_MENUS)
def iban_by_link(page_request: PageRequest) -> Response:
    """Show the form of a mailed link; the link stays valid."""
    return _form(page_request, page_request.parameter("token"))


@page(pages_iban_link, "POST", PATH, public=True, action=Action.USE_STUDENT_MENUS)
def take_iban_by_link(page_request: PageRequest) -> Response:
    """Show the account read from what was typed; store it once its owner has said that it is theirs."""
    token, typed = page_request.field("token"), page_request.field("iban")
    if page_request.field("change"):
        return _form(page_request, token, typed=typed)
    try:
        iban = read_iban(typed)
    except IbanNotValid as refusal:
        return _form(page_request, token, typed=typed, mistake=page_request.sentence(refusal))
    if not page_request.field("sure"):
        return _form(page_request, token, iban=iban)
    try:
        told = give_iban_by_link(page_request.ports, token, iban)
    except IbanLinkNotValid as refusal:
        return _over(page_request, refusal)
    return page_request.bare_page("iban_given", amount_cents=told.amount_cents, masked=masked(iban))


def _form(
    page_request: PageRequest, token: str, *, typed: str = "", mistake: str = "", iban: str = ""
) -> Response:
    """Show initials and amount alone: whoever has the link may not be the student."""
    try:
        _, opened = read_iban_link(page_request.ports, token)
    except IbanLinkNotValid as refusal:
        return _over(page_request, refusal)
    return page_request.bare_page(
        "iban",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        token=token,
        initials=initials_of(opened.account.person),
        amount_cents=opened.refund.amount_cents,
        typed=grouped(typed) if typed and not mistake else typed,
        mistake=mistake,
        iban=iban,
        shown=grouped(iban),
        country=country_names(page_request.language).get(iban[:2], iban[:2]) if iban else "",
        bank=bank_code(iban),
    )


def _over(page_request: PageRequest, refusal: IbanLinkNotValid) -> Response:
    note_refusal(refusal, page_request.address, PATH)
    return page_request.bare_page(
        "iban_link_over", status=status_of(refusal), sentence=page_request.sentence(refusal)
    )
