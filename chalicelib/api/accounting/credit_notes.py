from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.account_views import credit_note_view
from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.corrections.refusals import (
    CreditedMeanwhile,
    CreditNoteEmpty,
    CreditNoteMoved,
    CreditNoteTooLarge,
)
from chalicelib.domain.payers.refusals import PayerCreditTooLarge
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.invoices.render_credit_note import link_credit_note, render_credit_note
from chalicelib.web.parsing import credit_note_number, invoice_number
from chalicelib.web.schemas import credit_notes as schemas
from chalicelib.web.schemas.accounts import RenderedDocument

credit_notes = Blueprint(__name__)


@endpoint(
    credit_notes,
    "POST",
    "/staff/invoices/{number}/credit-notes",
    status=HTTPStatus.CREATED,
    body=schemas.NewCreditNote,
    answer=schemas.CreditNoteView,
    errors=[
        errors.NotFound,
        decisions.ReasonMissing,
        CreditNoteEmpty,
        CreditNoteTooLarge,
        CreditedMeanwhile,
        CreditNoteMoved,
        PayerCreditTooLarge,
        errors.PaymentOpen,
        errors.PaymentUnclear,
        decisions.DebitInFlight,
        decisions.DebitInConflict,
        errors.IdempotencyKeyReused,
        errors.ConcurrentUpdate,
    ],
    action=Action.ISSUE_CREDIT_NOTE,
    idempotent_by_key=True,
)
def issue_a_credit_note(call: Call, number: str) -> schemas.CreditNoteView:
    asked: schemas.NewCreditNote = call.body
    order = CreditOrder(
        number=invoice_number(number),
        amount_cents=asked.amount_cents,
        reason=asked.reason,
        by_line={part.index: part.amount_cents for part in asked.lines} if asked.lines else None,
        registration_id=asked.registration,
        left_seen_cents=asked.left_seen_cents,
        owed_seen_cents=asked.owed_seen_cents,
        credit_seen_cents=asked.credit_seen_cents,
        key=call.idempotency_key,
    )
    return credit_note_view(issue_credit_note(call.ports, order, call.person))


@endpoint(
    credit_notes,
    "POST",
    "/credit-notes/{note_number}/pdf",
    status=HTTPStatus.CREATED,
    answer=RenderedDocument,
    errors=[errors.NotFound],
)
def render_credit_note_pdf(call: Call, note_number: str) -> RenderedDocument:
    document = render_credit_note(call.ports, call.person_id, credit_note_number(note_number))
    return RenderedDocument(sha256=document.sha256, bytes=document.size_bytes)


@endpoint(
    credit_notes,
    "GET",
    "/credit-notes/{note_number}/pdf",
    status=HTTPStatus.SEE_OTHER,
    errors=[errors.NotFound, errors.InvoiceNotRendered],
    answers_redirect=True,
)
def download_credit_note_pdf(call: Call, note_number: str) -> Response:
    link = link_credit_note(call.ports, call.person_id, credit_note_number(note_number))
    return Response(
        "", headers={"Location": link, "Cache-Control": "no-store"}, status_code=HTTPStatus.SEE_OTHER.value
    )
