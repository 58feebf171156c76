from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.credit_note_views import credit_note_view
from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.corrections.refusals import CreditNoteTooLarge
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note_of
from chalicelib.web.parsing import invoice_number
from chalicelib.web.schemas import credit_notes as schemas

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
        CreditNoteTooLarge,
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
        key=call.idempotency_key,
    )
    return credit_note_view(issue_credit_note_of(call.ports, order, call.person))
