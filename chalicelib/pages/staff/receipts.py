"""Accounting enters a cheque or a transfer: a form, a page to confirm it, and the result."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import RULES, Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.collection.refusals import ReceiptRepeated
from chalicelib.domain.credits import credit_cents
from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.collection_words import METHODS, standing_of
from chalicelib.portal.texts import marked
from chalicelib.usecases.collection.receive_payment import check_receipt, receive_payment
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.parsing import cents_of
from chalicelib.web.problems import status_of
from chalicelib.web.schemas.collection import NewReceipt

pages_receipts = Blueprint(__name__)
RECEIPTS = "/staff/registrations/{registration_id}/payments"
FIELDS = ("method", "amount", "reference", "received_on", "bank", "drawer", "payer_invoice")
LABELS = {
    "method": marked("le moyen"),
    "amount_cents": marked("le montant"),
    "reference": marked("le numéro ou la référence"),
    "received_on": marked("le jour de réception"),
    "bank": marked("la banque"),
    "drawer": marked("le tireur"),
    "payer_invoice": marked("le payeur"),
}


@page(pages_receipts, "GET", RECEIPTS, action=Action.READ_INSTALMENTS)
def staff_payments(page_request: PageRequest, registration_id: str) -> Response:
    return _desk(page_request, registration_id)


@page(pages_receipts, "POST", f"{RECEIPTS}/check", action=Action.ENTER_PAYMENT)
def check_payment(page_request: PageRequest, registration_id: str) -> Response:
    """Show what is going to be entered, and ask about a reference that is known already."""
    permit(page_request.person, Action.ENTER_PAYMENT, person_of(registration_id))
    if page_request.field("edit"):
        return _desk(page_request, registration_id, given=_given(page_request))
    try:
        received = _received(page_request)
        check_receipt(page_request.ports, registration_id, received)
    except ValidationError as error:
        return _again(
            page_request, registration_id, HTTPStatus.UNPROCESSABLE_ENTITY, _faults(page_request, error)
        )
    except ReceiptRepeated as known:
        return _confirmation(page_request, registration_id, received, known)
    except DecisionNotPossible as refusal:
        return _again(page_request, registration_id, status_of(refusal), page_request.sentence(refusal))
    return _confirmation(page_request, registration_id, received)


@page(pages_receipts, "POST", f"{RECEIPTS}/confirmation", action=Action.ENTER_PAYMENT)
def enter_payment_page(page_request: PageRequest, registration_id: str) -> Response:
    received = _received(page_request)
    try:
        payment = receive_payment(
            page_request.ports,
            registration_id,
            received,
            page_request.person,
            page_request.field("key") or None,
            _apart(page_request),
        )
    except ReceiptRepeated as known:
        return _confirmation(page_request, registration_id, received, known)
    except DecisionNotPossible as refusal:
        return _again(page_request, registration_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"{RECEIPTS.format(registration_id=registration_id)}?done={payment.id}")


def _desk(
    page_request: PageRequest,
    registration_id: str,
    *,
    given: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
) -> Response:
    file = show_file(page_request.ports, person_of(registration_id), registration_id)
    payments, done = (*file.payments, *file.of_payers.payments), page_request.parameter("done")
    return page_request.page(
        "staff_payments",
        status=status,
        registration=file.registration,
        programme=file.programme,
        payments=sorted(payments, key=lambda each: each.received_at),
        told=next((each for each in payments if each.id == done), None),
        of_payers={each.id for each in file.of_payers.payments},
        owing=_owing(file),
        given=given or {},
        mistake=mistake,
        may_enter=page_request.person.holds(*RULES[Action.ENTER_PAYMENT].roles),
        may_bounce=page_request.person.holds(*RULES[Action.BOUNCE_PAYMENT].roles),
        credit_cents=credit_cents,
        standing_of=standing_of,
        methods=METHODS,
        today=paris_day(page_request.ports.now()),
    )


def _owing(file: RegistrationFile) -> list[tuple[int, str, int]]:
    """Return the number, the payer and the rest of each payer's invoice that is not paid."""
    numbers = {each.invoice_number: each.facts.name for each in file.payers if each.invoice_number}
    owed = ((number, name, file.of_payers.of_invoice(number).owed_cents) for number, name in numbers.items())
    return [(number, name, cents) for number, name, cents in owed if number and cents]


def _confirmation(
    page_request: PageRequest,
    registration_id: str,
    received: ReceivedMoney,
    known: ReceiptRepeated | None = None,
) -> Response:
    file = show_file(page_request.ports, person_of(registration_id), registration_id)
    return page_request.page(
        "staff_payment_confirmation",
        status=status_of(known) if known else HTTPStatus.OK,
        registration=file.registration,
        programme=file.programme,
        received=received,
        payer=next((name for number, name, _ in _owing(file) if number == received.invoice_number), ""),
        given=_given(page_request),
        methods=METHODS,
        known=page_request.sentence(known),
        apart=" ".join((*_apart(page_request), *((known.payment,) if known else ()))),
        key=page_request.field("key") or page_request.ports.new_id(),
    )


def _again(page_request: PageRequest, registration_id: str, status: HTTPStatus, mistake: str) -> Response:
    """Show the refused form as it was filled in."""
    return _desk(page_request, registration_id, given=_given(page_request), status=status, mistake=mistake)


def _given(page_request: PageRequest) -> dict[str, str]:
    return {name: page_request.field(name) for name in FIELDS}


def _apart(page_request: PageRequest) -> tuple[str, ...]:
    """Return the ids of the payments that were read and are others than this one."""
    return tuple(page_request.field("apart").split())


def _received(page_request: PageRequest) -> ReceivedMoney:
    given: dict[str, Any] = _given(page_request)
    asked = NewReceipt.model_validate(
        {
            "method": given["method"],
            "amount_cents": cents_of(given["amount"]),
            "reference": given["reference"],
            "received_on": given["received_on"],
            "bank": given["bank"],
            "drawer": given["drawer"],
            "payer_invoice": given["payer_invoice"] or None,
        },
        strict=False,  # a form field is always text
    )
    return ReceivedMoney(
        PaymentMethod(asked.method),
        asked.amount_cents,
        asked.reference,
        asked.received_on,
        asked.bank,
        asked.payer_invoice,
        asked.drawer,
    )


def _faults(page_request: PageRequest, error: ValidationError) -> str:
    """Name the fields that could not be read."""
    named = dict.fromkeys(LABELS[str(fault["loc"][0])] for fault in error.errors() if fault["loc"])
    fields = ", ".join(page_request.said(each) for each in named)
    return page_request.said("Vérifiez %(fields)s.", fields=fields)
