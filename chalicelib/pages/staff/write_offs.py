"""Accounting writes off a rest below 1,00 €; the page names person and amount."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action, permit
from chalicelib.domain.corrections.write_offs import LIMIT_CENTS, may_be_written_off, rest_to_write_off
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.identifiers import person_of
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.usecases.corrections.write_off_rest import write_off_rest
from chalicelib.usecases.registrations.show_account import open_file
from chalicelib.web.parsing import seen_number
from chalicelib.web.problems import status_of

pages_write_offs = Blueprint(__name__)
PATH = "/staff/registrations/{registration_id}/write-off"


@page(pages_write_offs, "GET", PATH, action=Action.WRITE_OFF)
def write_off_form(page_request: PageRequest, registration_id: str) -> Response:
    return _form(page_request, registration_id)


@page(pages_write_offs, "POST", PATH, action=Action.WRITE_OFF)
def write_off(page_request: PageRequest, registration_id: str) -> Response:
    seen_cents = seen_number(page_request.field("seen_cents"))
    reason = page_request.field("reason")[:500]
    try:
        write_off_rest(page_request.ports, registration_id, seen_cents, reason, page_request.person)
    except QuittanceError as refusal:
        return _form(page_request, registration_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"/staff/registrations/{registration_id}")


def _form(
    page_request: PageRequest, registration_id: str, status: HTTPStatus = HTTPStatus.OK, mistake: str = ""
) -> Response:
    permit(page_request.person, Action.WRITE_OFF, person_of(registration_id))
    account = page_request.ports.accounts.account(person_of(registration_id))
    file = open_file(page_request.ports, account, registration_id)
    return page_request.page(
        "staff_write_off",
        status=status,
        registration=file.registration,
        owed_cents=rest_to_write_off(file),
        limit_cents=LIMIT_CENTS,
        is_possible=may_be_written_off(file),
        reason=page_request.field("reason"),
        mistake=mistake,
    )
