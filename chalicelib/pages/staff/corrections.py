"""The registrar corrects a file: a form, a preview to the cent, and the act that was seen."""

from collections.abc import Callable
from http import HTTPStatus

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.corrections.recording import owed_in_all, waiting_cents
from chalicelib.domain.corrections.withdrawals import AskedWithdrawal, received_of_charged_cents
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.owed import received_cents
from chalicelib.domain.refunds.coverage import cancelled_between
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.pages.staff.files import FILE
from chalicelib.portal import correction_words, list_words
from chalicelib.portal.texts import marked
from chalicelib.usecases.corrections.change_situation import (
    change_situation,
    preview_situation,
    situation_request,
)
from chalicelib.usecases.corrections.correct_registration import CorrectionRequest, Preview
from chalicelib.usecases.corrections.withdraw_registration import (
    preview_withdrawal,
    withdraw_registration,
    withdrawal_request,
)
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.parsing import kept_of
from chalicelib.web.problems import status_of
from chalicelib.web.schemas import corrections as schemas

pages_corrections = Blueprint(__name__)
SITUATION = f"{FILE}/fee-situation"
WITHDRAWAL = f"{FILE}/withdrawal"
WITHDRAWAL_NOT_READ = marked(
    "Donnez le jour de la demande, un motif de 500 caractères au plus et, s'il en faut une, une somme en "
    "euros, par exemple 23,00."
)
NOT_READ = marked("Choisissez une situation, et donnez un motif de 500 caractères au plus.")


@page(pages_corrections, "GET", SITUATION, action=Action.CORRECT_REGISTRATION)
def situation_form(page_request: PageRequest, registration_id: str) -> Response:
    permit(page_request.person, Action.CORRECT_REGISTRATION, person_of(registration_id))
    return _situation_form(page_request, registration_id)


@page(pages_corrections, "POST", SITUATION, action=Action.CORRECT_REGISTRATION)
def change(page_request: PageRequest, registration_id: str) -> Response:
    """Show what would be written first; write it once it is confirmed as it was seen."""
    try:
        request = _situation_request(page_request, registration_id)
        return _answer(page_request, request, SITUATION, preview_situation, change_situation)
    except ValidationError:
        unread = HTTPStatus.UNPROCESSABLE_ENTITY
        return _situation_form(page_request, registration_id, unread, page_request.said(NOT_READ))
    except QuittanceError as refusal:
        status, said = status_of(refusal), page_request.sentence(refusal)
        return _situation_form(page_request, registration_id, status, said)


@page(pages_corrections, "GET", WITHDRAWAL, action=Action.CORRECT_REGISTRATION)
def withdrawal_form(page_request: PageRequest, registration_id: str) -> Response:
    permit(page_request.person, Action.CORRECT_REGISTRATION, person_of(registration_id))
    return _withdrawal_form(page_request, registration_id)


@page(pages_corrections, "POST", WITHDRAWAL, action=Action.CORRECT_REGISTRATION)
def withdraw(page_request: PageRequest, registration_id: str) -> Response:
    """Show what would be written first, as for a change of situation."""
    try:
        request = _withdrawal_request(page_request, registration_id)
        return _answer(page_request, request, WITHDRAWAL, preview_withdrawal, withdraw_registration)
    except ValidationError:
        unread = HTTPStatus.UNPROCESSABLE_ENTITY
        return _withdrawal_form(page_request, registration_id, unread, page_request.said(WITHDRAWAL_NOT_READ))
    except QuittanceError as refusal:
        status, said = status_of(refusal), page_request.sentence(refusal)
        return _withdrawal_form(page_request, registration_id, status, said)


def _answer(
    page_request: PageRequest,
    request: CorrectionRequest,
    path: str,
    preview: Callable[..., Preview],
    act: Callable[..., Correction],
) -> Response:
    if not page_request.field("sure"):
        seen = preview(page_request.ports, request, page_request.person)
        return _confirmation(page_request, request, path, seen)
    done = act(page_request.ports, request, page_request.person)
    address = FILE.format(registration_id=request.registration_id)
    return see_other(list_words.address(address, done=done.kind.value))


def _situation_request(page_request: PageRequest, registration_id: str) -> CorrectionRequest:
    given = {
        "code": page_request.field("code"),
        "reason": page_request.field("reason"),
        "seen_hash": page_request.field("seen") or None,
    }
    asked = schemas.SituationRequest.model_validate(given)
    key = page_request.field("key") or None
    return situation_request(registration_id, asked.code, asked.reason, key, asked.seen_hash)


def _withdrawal_request(page_request: PageRequest, registration_id: str) -> CorrectionRequest:
    given = {
        "asked_on": page_request.field("asked_on"),
        "reason": page_request.field("reason"),
        "kept_cents": kept_of(page_request.field("kept")),
        "seen_hash": page_request.field("seen") or None,
    }
    asked = schemas.WithdrawalRequest.model_validate(given)
    wanted, key = AskedWithdrawal(asked.asked_on, asked.kept_cents), page_request.field("key") or None
    return withdrawal_request(registration_id, wanted, asked.reason, key, asked.seen_hash)


def _withdrawal_form(
    page_request: PageRequest,
    registration_id: str,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
) -> Response:
    file = show_file(page_request.ports, person_of(registration_id), registration_id)
    return page_request.page(
        "staff_withdrawal",
        status=status,
        campaign=file.campaign,
        file=file,
        registration=file.registration,
        received=received_of_charged_cents(file),
        today=paris_day(page_request.ports.now()),
        given={name: page_request.field(name) for name in ("asked_on", "kept", "reason")},
        mistake=mistake,
    )


def _situation_form(
    page_request: PageRequest,
    registration_id: str,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
) -> Response:
    file = show_file(page_request.ports, person_of(registration_id), registration_id)
    return page_request.page(
        "staff_situation",
        status=status,
        campaign=file.campaign,
        file=file,
        registration=file.registration,
        owed=owed_in_all(file),
        received=received_cents(file),
        given={name: page_request.field(name) for name in ("code", "reason")},
        mistake=mistake,
    )


def _confirmation(
    page_request: PageRequest, request: CorrectionRequest, path: str, preview: Preview
) -> Response:
    draft = preview.draft
    return page_request.page(
        "staff_correction",
        campaign=draft.before.campaign,
        action=path.format(registration_id=request.registration_id),
        before=draft.before,
        after=draft.after,
        registration=draft.before.registration,
        correction=draft.correction,
        waiting=(waiting_cents(draft.before), waiting_cents(draft.after)),
        refunds=[each for each in draft.after.refunds if each.id in draft.correction.refunds],
        cancelled=cancelled_between(draft.before, draft.after),
        payments={each.id: each for each in draft.after.payments},
        entries=preview.entries,
        events=correction_words.EVENTS,
        asks=correction_words.asked(
            draft.correction.kind, draft.before.registration.holder, page_request.language
        ),
        letters=preview.letters,
        given={name: text for name in _CARRIED if (text := page_request.field(name))},
        key=page_request.ports.new_id(),
        seen=preview.hash,
        reason=request.reason,
    )


_CARRIED = ("code", "reason", "asked_on", "kept")
