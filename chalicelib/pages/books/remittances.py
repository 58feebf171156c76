"""Accounting's desk of remittances: what is on its way to the bank, and the statement line that is it."""

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.languages import amount
from chalicelib.domain.people import Role
from chalicelib.pages.desks import REMITTANCES
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.reconciliation.credit_remittances import credit_remittances
from chalicelib.usecases.reconciliation.fit_lines import fit_lines
from chalicelib.web.problems import status_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.treasury.remittances import Remittance

pages_remittances = Blueprint(__name__)
CREDITED = marked("Remise %(number)s créditée : %(amount)s en banque, %(fee)s de commission.")


@page(pages_remittances, "GET", REMITTANCES.path, action=REMITTANCES.action)
def staff_remittances(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_remittances, "POST", REMITTANCES.path, action=Action.KEEP_BOOKS)
def credit_remittance(page_request: PageRequest) -> Response:
    number, line = page_request.field("number"), page_request.field("line")
    try:
        credit_remittances(page_request.ports, line, (number,), page_request.person)
    except QuittanceError as refusal:
        return _desk(page_request, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"{REMITTANCES.path}?{urlencode({'done': number})}")


def _desk(page_request: PageRequest, status: HTTPStatus = HTTPStatus.OK, mistake: str = "") -> Response:
    ports, campaign = page_request.ports, page_request.ports.campaigns.current()
    kept, series = ports.reconciliations, campaign.numbering.series
    waiting = kept.open_remittances(series)
    credited, cursor = kept.credited_remittances(series, page_request.cursor())
    return page_request.page(
        "books/remittances",
        status=status,
        mistake=mistake,
        told=_told(page_request, credited),
        waiting=waiting,
        waiting_cents=sum(each.cents for each in waiting),
        lines=fit_lines(ports, campaign, waiting),
        credited=credited,
        is_part=bool(cursor or page_request.cursor()),
        further=f"{REMITTANCES.path}?{urlencode({'after': cursor})}" if cursor else "",
        may_act=page_request.person.holds(Role.ACCOUNTANT),
    )


def _told(page_request: PageRequest, credited: "Sequence[Remittance]") -> str:
    """Return what was just done to the remittance that the address names."""
    done, language = page_request.parameter("done"), page_request.language
    found = next((each for each in credited if each.number == done), None)
    if found is None or found.credited_on is None:
        return ""
    return page_request.said(
        CREDITED,
        number=found.number,
        amount=amount(found.credited_cents, language),
        fee=amount(found.fee_cents, language),
    )
