from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.arrears import reminder_days
from chalicelib.domain.collection.positions import position_of
from chalicelib.domain.owed import asked_cents
from chalicelib.domain.payers.covers import covers_of
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.refunds.refusals import IbanNotValid
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.treasury.details import transfer_details
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.transfer_words import transfer_words
from chalicelib.portal.qr import TRANSFER_LABEL
from chalicelib.portal.tables import account_tables
from chalicelib.usecases.invoices.issue_certificate import issue_certificate
from chalicelib.usecases.invoices.issue_statement import issue_statement
from chalicelib.usecases.invoices.render_credit_note import link_credit_note, render_credit_note
from chalicelib.usecases.invoices.render_invoice import link_invoice, render_invoice
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.web.ibans import read_iban
from chalicelib.web.parsing import as_of_parameter, credit_note_number, invoice_number

pages_student = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS


@page(pages_student, "GET", "/invoices", action=STUDENT)
def invoices(page_request: PageRequest) -> Response:
    return page_request.page("invoices", account=page_request.account, files=page_request.files)


@page(pages_student, "POST", "/invoices/{number}/pdf", action=STUDENT)
def generate_invoice(page_request: PageRequest, number: str) -> Response:
    render_invoice(page_request.ports, page_request.person.id, invoice_number(number))
    return see_other(page_request.to("/invoices"))


@page(pages_student, "GET", "/invoices/{number}/pdf", action=STUDENT)
def download_invoice(page_request: PageRequest, number: str) -> Response:
    return see_other(link_invoice(page_request.ports, page_request.person.id, invoice_number(number)))


@page(pages_student, "GET", "/credit-notes/{note_number}/pdf", action=STUDENT)
def download_credit_note(page_request: PageRequest, note_number: str) -> Response:
    """Render the credit note on the first call; its bytes stay, so GET is safe."""
    person_id, known = page_request.person.id, credit_note_number(note_number)
    render_credit_note(page_request.ports, person_id, known)
    return see_other(link_credit_note(page_request.ports, person_id, known))


@page(pages_student, "GET", "/certificate", action=STUDENT)
def download_certificate(page_request: PageRequest) -> Response:
    """Render today's certificate; repeating gives the same document, so GET is safe."""
    _, link = issue_certificate(page_request.ports, page_request.person.id, page_request.registration.id)
    return see_other(link)


@page(pages_student, "GET", "/account/statement", action=STUDENT)
def download_statement(page_request: PageRequest) -> Response:
    """Render the statement as at the day asked for; repeating gives the same document, so GET is safe."""
    as_of = as_of_parameter(page_request.parameter("as_of"))
    person_id, registration_id = page_request.person.id, page_request.registration.id
    _, link = issue_statement(page_request.ports, person_id, registration_id, as_of)
    return see_other(link)


@page(pages_student, "GET", "/account", action=STUDENT)
def account(page_request: PageRequest) -> Response:
    return _account(page_request)


@page(pages_student, "POST", "/refunds/{refund_id}/iban", action=STUDENT)
def take_iban(page_request: PageRequest, refund_id: str) -> Response:
    """Store the IBAN for a refund by transfer; one that is not valid comes back as it was typed."""
    try:
        iban = read_iban(page_request.field("iban"))
    except IbanNotValid as refusal:
        return _account(page_request, page_request.sentence(refusal))
    give_iban(page_request.ports, page_request.person.id, refund_id, iban)
    return see_other(page_request.to("/account"))


def _account(page_request: PageRequest, mistake: str = "") -> Response:
    return page_request.page(
        "account",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        mistake=mistake,
        today=paris_day(page_request.ports.now()),
        typed=page_request.field("iban") if mistake else "",
        transfers=[
            each
            for each in page_request.account.refunds
            if each.state is RefundState.APPROVED and not each.by_card
        ],
        not_ordered=[
            (file.programme, asked_cents(file)) for file in page_request.files if _is_to_order(file)
        ],
        has_several_files=page_request.has_several_files,
        tables=account_tables(page_request.account),
        credit_notes=page_request.account.credit_notes,
        covers=[cover for file in page_request.files for cover in covers_of(file)],
        position=position_of(page_request.account, page_request.files, paris_day(page_request.ports.now())),
        arrears_cents=page_request.account.arrears_cents,
        transfer=transfer_words(
            transfer_details(page_request.account, page_request.files, paris_day(page_request.ports.now())),
            page_request.said(TRANSFER_LABEL),
        ),
        reminders=[
            (file.programme, reminder_days(file, paris_day(page_request.ports.now())))
            for file in page_request.files
        ],
    )


def _is_to_order(file: RegistrationFile) -> bool:
    """Return True if the declared situation costs more than was received for it, and nothing is ordered."""
    return not file.registration.has_order and asked_cents(file) > 0
