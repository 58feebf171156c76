"""Documents of a file that are made anew for each day: the statement, the certificate of payment."""

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.identifiers import person_of
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.pages.staff.files import FILE
from chalicelib.usecases.invoices.issue_certificate import issue_certificate
from chalicelib.usecases.invoices.issue_statement import issue_statement
from chalicelib.web.parsing import as_of_parameter

pages_documents = Blueprint(__name__)


@page(pages_documents, "GET", f"{FILE}/statement", action=Action.READ_REGISTRATIONS)
def staff_statement(page_request: PageRequest, registration_id: str) -> Response:
    """Repeating it gives the same document, so GET is safe."""
    as_of = as_of_parameter(page_request.parameter("as_of"))
    _, link = issue_statement(page_request.ports, person_of(registration_id), registration_id, as_of)
    return see_other(link)


@page(pages_documents, "GET", f"{FILE}/certificate", action=Action.READ_REGISTRATIONS)
def staff_certificate(page_request: PageRequest, registration_id: str) -> Response:
    _, link = issue_certificate(page_request.ports, person_of(registration_id), registration_id)
    return see_other(link)
