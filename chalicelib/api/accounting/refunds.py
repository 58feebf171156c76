from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.refunds import refusals
from chalicelib.domain.refunds.preparation import Asked
from chalicelib.domain.refunds.refund import Refund
from chalicelib.usecases.refunds.ask_for_iban import ask_for_iban
from chalicelib.usecases.refunds.cancel_refund import cancel_refund
from chalicelib.usecases.refunds.close_refund import close_refund
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from chalicelib.usecases.refunds.turn_into_transfer import turn_into_transfer
from chalicelib.web.ibans import read_iban
from chalicelib.web.schemas import refunds as schemas

refunds = Blueprint(__name__)


@endpoint(
    refunds,
    "POST",
    "/staff/payments/{booked_payment_id}/refunds",
    status=HTTPStatus.CREATED,
    body=schemas.RefundRequest,
    answer=schemas.RefundDetail,
    errors=[
        errors.NotFound,
        refusals.RefundableChanged,
        refusals.RefundAbovePayment,
        refusals.RefundMethodNotPossible,
        decisions.ReasonMissing,
        errors.IdempotencyKeyReused,
        errors.ConcurrentUpdate,
    ],
    action=Action.REFUND,
    idempotent_by_key=True,
)
def prepare_a_refund(call: Call, booked_payment_id: str) -> schemas.RefundDetail:
    body: schemas.RefundRequest = call.body
    asked = Asked(body.amount_cents, body.refundable_seen_cents, body.method, body.reason)
    return _detail(prepare_refund(call.ports, booked_payment_id, asked, call.idempotency_key, call.person))


@endpoint(
    refunds,
    "POST",
    "/staff/refunds/{refund_id}/approval",
    body=schemas.RefundApproval,
    answer=schemas.RefundDetail,
    errors=[
        errors.NotFound,
        refusals.RefundLapsed,
        refusals.RefundSheetChanged,
        decisions.AlreadyDecided,
        decisions.ReasonMissing,
        errors.ConcurrentUpdate,
    ],
    action=Action.REFUND,
)
def decide_on_a_refund(call: Call, refund_id: str) -> schemas.RefundDetail:
    body: schemas.RefundApproval = call.body
    is_approved = body.decision is schemas.RefundDecision.APPROVE
    decided = decide_refund(
        call.ports, refund_id, call.person, body.reason, body.sheet_hash, is_approved=is_approved
    )
    return _detail(decided)


@endpoint(
    refunds,
    "GET",
    "/staff/refunds",
    query=schemas.RefundsQuery,
    answer=schemas.RefundList,
    action=Action.READ_CREDITS,
)
def list_refunds(call: Call) -> schemas.RefundList:
    found, cursor = call.ports.refunds.of_state(call.query.state, call.query.after)
    return schemas.RefundList(items=[_detail(each) for each in found], next=cursor)


@endpoint(
    refunds,
    "POST",
    "/staff/refunds/{refund_id}/closing",
    body=schemas.RefundClosing,
    answer=schemas.RefundDetail,
    errors=[errors.NotFound, refusals.RefundNotReady, decisions.ReasonMissing, errors.ConcurrentUpdate],
    action=Action.REFUND,
)
def close_an_unknown_refund(call: Call, refund_id: str) -> schemas.RefundDetail:
    return _detail(close_refund(call.ports, refund_id, call.body.reason, call.person))


@endpoint(
    refunds,
    "POST",
    "/staff/refunds/{refund_id}/cancellation",
    body=schemas.RefundCancellation,
    answer=schemas.RefundDetail,
    errors=[errors.NotFound, refusals.RefundNotReady, decisions.ReasonMissing, errors.ConcurrentUpdate],
    action=Action.REFUND,
)
def cancel_an_approved_refund(call: Call, refund_id: str) -> schemas.RefundDetail:
    body: schemas.RefundCancellation = call.body
    return _detail(cancel_refund(call.ports, refund_id, body.reason, call.person, body.seen_state))


@endpoint(
    refunds,
    "POST",
    "/staff/refunds/{refund_id}/transfer",
    body=schemas.TransferUpdate,
    answer=schemas.RefundDetail,
    errors=[errors.NotFound, refusals.RefundNotReady, refusals.RefundLapsed, errors.ConcurrentUpdate],
    action=Action.REFUND,
)
def note_a_transfer(call: Call, refund_id: str) -> schemas.RefundDetail:
    step = call.body.step
    if step is schemas.TransferStep.SENT:
        return _detail(mark_transferred(call.ports, refund_id, call.person))
    is_done = step is schemas.TransferStep.DONE
    return _detail(finish_transfer(call.ports, refund_id, call.person, is_done=is_done))


@endpoint(
    refunds,
    "POST",
    "/staff/refunds/{refund_id}/iban",
    answer=schemas.RefundDetail,
    errors=[errors.NotFound, refusals.RefundNotReady],
    action=Action.REFUND,
)
def mail_another_iban_link(call: Call, refund_id: str) -> schemas.RefundDetail:
    return _detail(ask_for_iban(call.ports, refund_id, call.person))


@endpoint(
    refunds,
    "POST",
    "/staff/refunds/{refund_id}/as-transfer",
    status=HTTPStatus.CREATED,
    answer=schemas.RefundDetail,
    errors=[errors.NotFound, refusals.RefundNotReady, errors.ConcurrentUpdate],
    action=Action.REFUND,
)
def turn_a_refund_into_a_transfer(call: Call, refund_id: str) -> schemas.RefundDetail:
    return _detail(turn_into_transfer(call.ports, refund_id, call.person))


@endpoint(
    refunds,
    "PUT",
    "/refunds/{refund_id}/iban",
    body=schemas.IbanGiven,
    answer=schemas.IbanKept,
    errors=[errors.NotFound, refusals.RefundNotReady, refusals.IbanNotValid, errors.ConcurrentUpdate],
    action=Action.USE_STUDENT_MENUS,
)
def give_an_iban(call: Call, refund_id: str) -> schemas.IbanKept:
    told = give_iban(call.ports, call.person_id, refund_id, read_iban(call.body.iban))
    return schemas.IbanKept(
        id=told.id, state=told.state, amount_cents=told.amount_cents, iban_ends=told.iban[-4:]
    )


def _detail(refund: Refund) -> schemas.RefundDetail:
    return schemas.RefundDetail(
        id=refund.id,
        registration=refund.registration_id,
        payment=refund.payment_id,
        state=refund.state,
        method=refund.method,
        amount_cents=refund.amount_cents,
        reason=refund.reason,
        sheet=schemas.RefundSheet.model_validate(refund.sheet, from_attributes=True),
        sheet_hash=refund.sheet.hash,
        prepared_by=refund.prepared_by,
        prepared_at=refund.prepared_at,
        decided_by=refund.decided_by,
        decided_at=refund.decided_at,
        decision_reason=refund.decision_reason,
        sent_at=refund.sent_at,
        ended_at=refund.ended_at,
        code=refund.code,
        cancelled_by=refund.cancelled_by,
        cancel_reason=refund.cancel_reason,
        has_iban=bool(refund.iban),
    )
