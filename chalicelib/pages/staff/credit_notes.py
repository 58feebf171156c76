"""Accounting issues a credit note on an invoice: a form by line, a confirmation, the result."""

import re
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.corrections.credit_notes import left_by_line, left_cents
from chalicelib.domain.corrections.refusals import CreditNoteMoved, CreditNoteUnreasoned
from chalicelib.domain.errors import (
    ConcurrentUpdate,
    DecisionNotPossible,
    PaymentOpen,
    PaymentUnclear,
    QuittanceError,
)
from chalicelib.domain.identifiers import is_registration_id
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.corrections.find_invoice import find_invoice
from chalicelib.usecases.corrections.issue_credit_note import (
    CreditOrder,
    Draft,
    issue_credit_note,
    owed_and_credit_cents,
    preview_credit_note,
)
from chalicelib.web.parsing import cents_of, invoice_number
from chalicelib.web.problems import status_of
from chalicelib.web.schemas import credit_notes as schemas

pages_credit_notes = Blueprint(__name__)
CREDIT_NOTES = "/staff/invoices/{number}/credit-notes"
OF = "of"
"""The query parameter and field with the registration of an invoice that its number alone does not name."""
NOT_READ = marked(
    "Donnez au moins un montant, par exemple « 100,00 », et un motif de 500 caractères au plus."
)
SEEN = ("left_seen", "owed_seen", "credit_seen")
_LINE = re.compile(r"line-(0|[1-9][0-9]{0,2})", re.ASCII)
REFUSALS = (DecisionNotPossible, CreditNoteUnreasoned, ConcurrentUpdate, PaymentOpen, PaymentUnclear)


@page(pages_credit_notes, "GET", CREDIT_NOTES, action=Action.READ_CREDITS)
def staff_credit_notes(page_request: PageRequest, number: str) -> Response:
    return _form(page_request, number, page_request.parameter(OF), issued=page_request.parameter("issued"))


@page(pages_credit_notes, "POST", f"{CREDIT_NOTES}/preview", action=Action.ISSUE_CREDIT_NOTE)
def check_credit_note(page_request: PageRequest, number: str) -> Response:
    """Show what the credit note would change; the page carries the input to its confirmation."""
    return _checked(page_request, number)


def _checked(page_request: PageRequest, number: str, moved: QuittanceError | None = None) -> Response:
    """Show the confirmation; again as it is today where what was seen has `moved`."""
    try:
        order = replace(_order(page_request, number), owed_seen_cents=None, credit_seen_cents=None)
        draft = preview_credit_note(page_request.ports, order, page_request.person)
    except ValidationError:
        return _again(page_request, number, HTTPStatus.UNPROCESSABLE_ENTITY, page_request.said(NOT_READ))
    except REFUSALS as refusal:
        return _refused(page_request, number, refusal)
    return _confirmation(page_request, draft, moved)


@page(pages_credit_notes, "POST", f"{CREDIT_NOTES}/issue", action=Action.ISSUE_CREDIT_NOTE)
def issue_on_invoice(page_request: PageRequest, number: str) -> Response:
    try:
        note = issue_credit_note(page_request.ports, _order(page_request, number), page_request.person)
    except ValidationError:
        return _again(page_request, number, HTTPStatus.UNPROCESSABLE_ENTITY, page_request.said(NOT_READ))
    except CreditNoteMoved as moved:
        return _checked(page_request, number, moved)
    except REFUSALS as refusal:
        return _refused(page_request, number, refusal)
    done = urlencode({OF: note.registration_id, "issued": note.number})
    return see_other(f"{CREDIT_NOTES.format(number=note.invoice_number)}?{done}")


def _order(page_request: PageRequest, number: str) -> CreditOrder:
    """Read the form; raise `ValidationError` for an amount that is none, and without any."""
    typed = _typed(page_request)
    amounts = {int(name.removeprefix("line-")): cents_of(text) for name, text in typed.items() if text}
    asked = schemas.NewCreditNote.model_validate(
        {
            "amount_cents": sum(cents or 0 for cents in amounts.values()),
            "reason": page_request.field("reason"),
            "lines": [{"index": place, "amount_cents": cents} for place, cents in amounts.items()],
            **{f"{name}_cents": page_request.field(name) or None for name in SEEN},
        },
        strict=False,  # a form field is always text
    )
    return CreditOrder(
        number=invoice_number(number),
        amount_cents=asked.amount_cents,
        reason=asked.reason,
        by_line={part.index: part.amount_cents for part in asked.lines or ()},
        registration_id=_named(page_request.field(OF)),
        key=page_request.field("key") or None,
        left_seen_cents=asked.left_seen_cents,
        owed_seen_cents=asked.owed_seen_cents,
        credit_seen_cents=asked.credit_seen_cents,
    )


def _typed(page_request: PageRequest) -> dict[str, str]:
    """Return the fields of the lines as they were filled in, by their names: « line-0 »."""
    names = (name for name in page_request.form if _LINE.fullmatch(name))
    return {name: page_request.field(name) for name in names}


def _named(registration_id: str) -> str | None:
    return registration_id if is_registration_id(registration_id) else None


def _refused(page_request: PageRequest, number: str, refusal: QuittanceError) -> Response:
    return _again(page_request, number, status_of(refusal), page_request.sentence(refusal))


def _again(page_request: PageRequest, number: str, status: HTTPStatus, mistake: str) -> Response:
    """Show the refused form as it was filled in."""
    given = {**_typed(page_request), "reason": page_request.field("reason")}
    return _form(page_request, number, page_request.field(OF), given=given, status=status, mistake=mistake)


def _form(
    page_request: PageRequest,
    number: str,
    registration_id: str,
    *,
    given: dict[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
    issued: str = "",
) -> Response:
    account, invoice = find_invoice(page_request.ports, invoice_number(number), _named(registration_id))
    notes = [note for note in account.every_credit_note if note.invoice_number == invoice.number]
    return page_request.page(
        "staff_credit_notes",
        status=status,
        registration=account.registration(invoice.registration_id),
        invoice=invoice,
        notes=notes,
        left=left_by_line(invoice, notes),
        left_cents=left_cents(invoice, notes),
        paid_cents=account.paid_cents(invoice),
        may_issue=page_request.person.holds(*RULES[Action.ISSUE_CREDIT_NOTE].roles),
        given=given or {},
        mistake=mistake,
        issued=next((note for note in notes if str(note.number) == issued), None),
    )


def _confirmation(page_request: PageRequest, draft: Draft, moved: QuittanceError | None) -> Response:
    before, after = draft.file, draft.after
    (owed, credit), (owed_after, credit_after) = owed_and_credit_cents(before), owed_and_credit_cents(after)
    return page_request.page(
        "staff_credit_note_preview",
        status=status_of(moved) if moved else HTTPStatus.OK,
        moved=page_request.sentence(moved),
        registration=before.registration,
        invoice=draft.invoice,
        note=draft.note,
        given=_typed(page_request),
        key=page_request.ports.new_id(),
        left_cents=left_cents(draft.invoice, (*before.credit_notes, *before.of_payers.credit_notes)),
        owed=(owed, owed_after),
        waiting=(credit, credit_after),
        instalments=[
            (old, new)
            for old, new in zip(before.instalments, after.instalments, strict=True)
            if old.remaining_cents != new.remaining_cents
        ],
    )
