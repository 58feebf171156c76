from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.account_views import account_view, invoice_view
from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.books.as_of import DayToCome
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.identifiers import person_of
from chalicelib.usecases.invoices.issue_certificate import issue_certificate
from chalicelib.usecases.invoices.issue_statement import issue_statement
from chalicelib.usecases.invoices.render_invoice import link_invoice, render_invoice
from chalicelib.usecases.registrations.show_account import open_files
from chalicelib.web.parsing import invoice_number
from chalicelib.web.schemas import accounts as schemas

invoices = Blueprint(__name__)


@endpoint(invoices, "GET", "/invoices", answer=schemas.InvoiceList, shows_account=True)
def list_invoices(call: Call) -> schemas.InvoiceList:
    return schemas.InvoiceList(items=[invoice_view(call.account, each) for each in call.account.invoices])


@endpoint(
    invoices,
    "POST",
    "/invoices/{number}/pdf",
    status=HTTPStatus.CREATED,
    answer=schemas.RenderedDocument,
    errors=[errors.NotFound],
)
def render_invoice_pdf(call: Call, number: str) -> schemas.RenderedDocument:
    document = render_invoice(call.ports, call.person_id, invoice_number(number))
    return schemas.RenderedDocument(sha256=document.sha256, bytes=document.size_bytes)


@endpoint(
    invoices,
    "GET",
    "/invoices/{number}/pdf",
    status=HTTPStatus.SEE_OTHER,
    errors=[errors.NotFound, errors.InvoiceNotRendered],
    answers_redirect=True,
)
def download_invoice_pdf(call: Call, number: str) -> Response:
    link = link_invoice(call.ports, call.person_id, invoice_number(number))
    return Response(
        "", headers={"Location": link, "Cache-Control": "no-store"}, status_code=HTTPStatus.SEE_OTHER.value
    )


@endpoint(
    invoices,
    "POST",
    "/registrations/{registration_id}/certificate",
    status=HTTPStatus.CREATED,
    answer=schemas.IssuedCertificate,
    errors=[errors.NotFound],
)
def certify_payments(call: Call, registration_id: str) -> schemas.IssuedCertificate:
    document, link = issue_certificate(call.ports, call.person_id, registration_id)
    return schemas.IssuedCertificate(sha256=document.sha256, bytes=document.size_bytes, link=link)


@endpoint(
    invoices,
    "POST",
    "/registrations/{registration_id}/statement",
    status=HTTPStatus.CREATED,
    body=schemas.StatementRequest,
    answer=schemas.IssuedCertificate,
    errors=[errors.NotFound, DayToCome],
)
def state_account(call: Call, registration_id: str) -> schemas.IssuedCertificate:
    document, link = issue_statement(call.ports, call.person_id, registration_id, call.body.as_of)
    return schemas.IssuedCertificate(sha256=document.sha256, bytes=document.size_bytes, link=link)


@endpoint(
    invoices,
    "POST",
    "/staff/registrations/{registration_id}/statement",
    status=HTTPStatus.CREATED,
    body=schemas.StatementRequest,
    answer=schemas.IssuedCertificate,
    errors=[errors.NotFound, DayToCome],
    action=Action.READ_REGISTRATIONS,
)
def state_account_for_staff(call: Call, registration_id: str) -> schemas.IssuedCertificate:
    owner = person_of(registration_id)
    document, link = issue_statement(call.ports, owner, registration_id, call.body.as_of)
    return schemas.IssuedCertificate(sha256=document.sha256, bytes=document.size_bytes, link=link)


@endpoint(invoices, "GET", "/account", answer=schemas.AccountView, shows_account=True)
def show_account_position(call: Call) -> schemas.AccountView:
    files = open_files(call.ports, call.account)
    return account_view(call.account, files, paris_day(call.ports.now()))
