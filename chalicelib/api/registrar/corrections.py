from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.registrar.correction_views import correction_view, preview_view
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.corrections import refusals
from chalicelib.domain.corrections.withdrawals import AskedWithdrawal
from chalicelib.domain.payers.refusals import PayerAboveTariff
from chalicelib.usecases.corrections.change_situation import (
    change_situation,
    preview_situation,
    situation_request,
)
from chalicelib.usecases.corrections.withdraw_registration import (
    preview_withdrawal,
    withdraw_registration,
    withdrawal_request,
)
from chalicelib.web.schemas import corrections as schemas

corrections = Blueprint(__name__)
ERRORS = (
    errors.NotFound,
    decisions.ReasonMissing,
    refusals.CorrectionNotPossible,
    refusals.CorrectionMoved,
    decisions.DebitInFlight,
    decisions.DebitInConflict,
    errors.PaymentOpen,
    errors.PaymentUnclear,
    errors.RegistrationLocked,
    errors.IdempotencyKeyReused,
    errors.ConcurrentUpdate,
)


@endpoint(
    corrections,
    "POST",
    "/staff/registrations/{registration_id}/fee-situation",
    query=schemas.CorrectionQuery,
    body=schemas.SituationRequest,
    answer=schemas.CorrectionView,
    errors=[*ERRORS, errors.FeeSituationNotAllowed, PayerAboveTariff],
    action=Action.CORRECT_REGISTRATION,
    idempotent_by_key=True,
)
def change_a_fee_situation(call: Call, registration_id: str) -> schemas.CorrectionView:
    body: schemas.SituationRequest = call.body
    request = situation_request(registration_id, body.code, body.reason, call.idempotency_key, body.seen_hash)
    if call.query.preview:
        return preview_view(preview_situation(call.ports, request, call.person))
    return correction_view(change_situation(call.ports, request, call.person))


@endpoint(
    corrections,
    "POST",
    "/staff/registrations/{registration_id}/withdrawal",
    query=schemas.CorrectionQuery,
    body=schemas.WithdrawalRequest,
    answer=schemas.CorrectionView,
    errors=[*ERRORS, refusals.KeptNotPossible],
    action=Action.CORRECT_REGISTRATION,
    idempotent_by_key=True,
)
def withdraw_a_registration(call: Call, registration_id: str) -> schemas.CorrectionView:
    body: schemas.WithdrawalRequest = call.body
    asked = AskedWithdrawal(body.asked_on, body.kept_cents)
    request = withdrawal_request(registration_id, asked, body.reason, call.idempotency_key, body.seen_hash)
    if call.query.preview:
        return preview_view(preview_withdrawal(call.ports, request, call.person))
    return correction_view(withdraw_registration(call.ports, request, call.person))
