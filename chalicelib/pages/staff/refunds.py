"""Accounting's desk of refunds: prepared by one person, approved by another, followed to their end."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action, permit
from chalicelib.domain.credits import credited_cents
from chalicelib.domain.errors import NotFound, QuittanceError
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payment_links.giving_back import card_payer_of
from chalicelib.domain.people import Role
from chalicelib.domain.refunds.preparation import Asked, may_become_transfer, methods_of
from chalicelib.domain.refunds.refund import Sheet
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.pages.desks import CREDITS, REFUNDS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.collection_words import METHODS as MEANS
from chalicelib.portal.refund_words import METHODS, SHORT, STATES
from chalicelib.portal.texts import marked
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.refunds.acts import open_refund
from chalicelib.usecases.refunds.ask_for_iban import ask_for_iban
from chalicelib.usecases.refunds.cancel_refund import cancel_refund
from chalicelib.usecases.refunds.close_refund import close_refund
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from chalicelib.usecases.refunds.prepare_refund import prepare_refund, preview_refund
from chalicelib.usecases.refunds.turn_into_transfer import turn_into_transfer
from chalicelib.usecases.registrations.show_account import open_file
from chalicelib.web.parsing import cents_of
from chalicelib.web.problems import status_of
from chalicelib.web.schemas import refunds as schemas

pages_refunds = Blueprint(__name__)
PREPARATION = "/staff/payments/{booked_payment_id}/refund"
SHEET = f"{REFUNDS.path}/{{refund_id}}"
NOT_DECIDED = marked(
    "La demande n'a pas de réponse lisible : choisissez un bouton, et un motif de 500 caractères au plus."
)
IBAN_ASKED = marked("Un nouveau lien part par mail à l'étudiant.")
NOT_READ = marked("Donnez un montant en euros, par exemple 601,00, et un motif de 500 caractères au plus.")


@page(pages_refunds, "GET", REFUNDS.path, action=REFUNDS.action)
def staff_refunds(page_request: PageRequest) -> Response:
    query = _query(page_request)
    found, cursor = page_request.ports.refunds.of_state(query.state, query.after)
    further = urlencode({"state": query.state.value, "after": cursor})
    return page_request.page(
        "staff_refunds",
        found=found,
        state=query.state,
        states=STATES,
        short=SHORT,
        methods=METHODS,
        further=f"{REFUNDS.path}?{further}" if cursor else "",
    )


@page(pages_refunds, "GET", PREPARATION, action=Action.REFUND)
def refund_form(page_request: PageRequest, booked_payment_id: str) -> Response:
    return _form(page_request, booked_payment_id)


@page(pages_refunds, "POST", PREPARATION, action=Action.REFUND)
def prepare(page_request: PageRequest, booked_payment_id: str) -> Response:
    """Ask for a confirmation with name and amount first; then prepare, once for each form."""
    if page_request.field("edit"):
        return _form(page_request, booked_payment_id)
    try:
        asked = _asked(page_request)
    except ValidationError:
        return _form(
            page_request, booked_payment_id, HTTPStatus.UNPROCESSABLE_ENTITY, page_request.said(NOT_READ)
        )
    try:
        if not page_request.field("sure"):
            sheet = preview_refund(page_request.ports, booked_payment_id, asked)
            return _form(page_request, booked_payment_id, asked=asked, sheet=sheet)
        key = page_request.field("key") or None
        refund = prepare_refund(page_request.ports, booked_payment_id, asked, key, page_request.person)
    except QuittanceError as refusal:
        return _form(page_request, booked_payment_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(SHEET.format(refund_id=refund.id))


@page(pages_refunds, "GET", SHEET, action=REFUNDS.action)
def refund_sheet(page_request: PageRequest, refund_id: str) -> Response:
    return _sheet(page_request, refund_id)


@page(pages_refunds, "POST", f"{SHEET}/decision", action=Action.REFUND)
def decide(page_request: PageRequest, refund_id: str) -> Response:
    given = {name: page_request.field(name) or None for name in ("decision", "sheet_hash")}
    try:
        asked = schemas.RefundApproval.model_validate(
            given | {"reason": page_request.field("reason")}, strict=False
        )
        decide_refund(
            page_request.ports,
            refund_id,
            page_request.person,
            asked.reason,
            asked.sheet_hash,
            is_approved=asked.decision is schemas.RefundDecision.APPROVE,
        )
    except ValidationError:
        return _sheet(
            page_request, refund_id, HTTPStatus.UNPROCESSABLE_ENTITY, page_request.said(NOT_DECIDED)
        )
    except QuittanceError as refusal:
        return _sheet(page_request, refund_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(SHEET.format(refund_id=refund_id))


@page(pages_refunds, "POST", f"{SHEET}/closing", action=Action.REFUND)
def close(page_request: PageRequest, refund_id: str) -> Response:
    try:
        asked = schemas.RefundClosing(reason=page_request.field("reason"))
        close_refund(page_request.ports, refund_id, asked.reason, page_request.person)
    except ValidationError:
        return _sheet(
            page_request, refund_id, HTTPStatus.UNPROCESSABLE_ENTITY, page_request.said(NOT_DECIDED)
        )
    except QuittanceError as refusal:
        return _sheet(page_request, refund_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(SHEET.format(refund_id=refund_id))


@page(pages_refunds, "POST", f"{SHEET}/cancellation", action=Action.REFUND)
def cancel(page_request: PageRequest, refund_id: str) -> Response:
    given = {"reason": page_request.field("reason"), "seen_state": page_request.field("seen") or None}
    try:
        asked = schemas.RefundCancellation.model_validate(given)
        cancel_refund(page_request.ports, refund_id, asked.reason, page_request.person, asked.seen_state)
    except ValidationError:
        return _sheet(
            page_request, refund_id, HTTPStatus.UNPROCESSABLE_ENTITY, page_request.said(NOT_DECIDED)
        )
    except QuittanceError as refusal:
        return _sheet(page_request, refund_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(SHEET.format(refund_id=refund_id))


@page(pages_refunds, "POST", f"{SHEET}/transfer", action=Action.REFUND)
def note_transfer(page_request: PageRequest, refund_id: str) -> Response:
    given = schemas.TransferUpdate.model_validate({"step": page_request.field("step")}, strict=False)
    try:
        if given.step is schemas.TransferStep.SENT:
            mark_transferred(page_request.ports, refund_id, page_request.person)
        else:
            is_done = given.step is schemas.TransferStep.DONE
            finish_transfer(page_request.ports, refund_id, page_request.person, is_done=is_done)
    except QuittanceError as refusal:
        return _sheet(page_request, refund_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(SHEET.format(refund_id=refund_id))


@page(pages_refunds, "POST", f"{SHEET}/iban", action=Action.REFUND)
def ask_again(page_request: PageRequest, refund_id: str) -> Response:
    try:
        ask_for_iban(page_request.ports, refund_id, page_request.person)
    except QuittanceError as refusal:
        return _sheet(page_request, refund_id, status_of(refusal), page_request.sentence(refusal))
    return _sheet(page_request, refund_id, done=page_request.said(IBAN_ASKED))


@page(pages_refunds, "POST", f"{SHEET}/as-transfer", action=Action.REFUND)
def as_transfer(page_request: PageRequest, refund_id: str) -> Response:
    try:
        refund = turn_into_transfer(page_request.ports, refund_id, page_request.person)
    except QuittanceError as refusal:
        return _sheet(page_request, refund_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(SHEET.format(refund_id=refund.id))


def _form(
    page_request: PageRequest,
    booked_payment_id: str,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
    asked: Asked | None = None,
    sheet: Sheet | None = None,
) -> Response:
    """Show the form with what was typed, or what is asked for to be confirmed."""
    permit(page_request.person, Action.REFUND, person_of(booked_payment_id))
    account = page_request.ports.accounts.account(person_of(booked_payment_id))
    payment = next((each for each in account.payments if each.id == booked_payment_id), None)
    if payment is None:
        raise NotFound
    file = open_file(page_request.ports, account, payment.registration_id)
    names = ("amount", "method", "reason")
    return page_request.page(
        "staff_refund_form",
        status=status,
        payment=payment,
        payer=card_payer_of(account.attempts, payment),
        registration=file.registration,
        given={name: page_request.field(name) for name in names},
        key=page_request.field("key") or page_request.ports.new_id(),
        asked=asked,
        sheet=sheet,
        mistake=mistake,
        methods={each: METHODS[each] for each in methods_of(payment)},
        means=MEANS,
        credit_cents=credited_cents(file, payment),
        credits=CREDITS.path,
    )


def _sheet(
    page_request: PageRequest,
    refund_id: str,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
    done: str = "",
) -> Response:
    opened, person = open_refund(page_request.ports, refund_id), page_request.person
    refund = opened.refund
    return page_request.page(
        "staff_refund",
        status=status,
        refund=refund,
        payment=opened.payment,
        payer=card_payer_of(opened.account.attempts, opened.payment),
        means=MEANS,
        names=names_of(page_request.ports, {refund.decided_by, refund.cancelled_by} - {""}),
        states=STATES,
        methods=METHODS,
        mistake=mistake,
        done=done,
        can_be_transfer=may_become_transfer(refund, opened.payment),
        reason=page_request.field("reason") if mistake else "",
        is_refused=opened.file.registration.status is RegistrationStatus.REFUSED,
        me=person.id,
        may_act=person.holds(Role.ACCOUNTANT),
        may_decide=person.holds(Role.ACCOUNTANT) and person.id != refund.prepared_by,
    )


def _asked(page_request: PageRequest) -> Asked:
    given = {
        "amount_cents": cents_of(page_request.field("amount")),
        "refundable_seen_cents": page_request.field("seen") or None,
        "method": page_request.field("method"),
        "reason": page_request.field("reason"),
    }
    read = schemas.RefundRequest.model_validate(given, strict=False)  # a form field is always text
    return Asked(read.amount_cents, read.refundable_seen_cents, read.method, read.reason)


def _query(page_request: PageRequest) -> schemas.RefundsQuery:
    given = {"state": page_request.parameter("state"), "after": page_request.cursor()}
    return schemas.RefundsQuery.model_validate({name: value for name, value in given.items() if value})
