from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.collection import refusals
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import Dispute, DisputeStage
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.credits import credit_cents
from chalicelib.domain.payers.refusals import PayerReceiptTooLarge
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.usecases.collection.issue_evidence import issue_evidence
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.collection.take_back_payment import stage_dispute, take_back_payment
from chalicelib.web.schemas import collection as schemas
from chalicelib.web.schemas.accounts import IssuedCertificate

collection = Blueprint(__name__)


@endpoint(
    collection,
    "POST",
    "/staff/registrations/{registration_id}/payments",
    status=HTTPStatus.CREATED,
    body=schemas.NewReceipt,
    answer=schemas.BookedPayment,
    errors=[
        errors.NotFound,
        refusals.ReceiptNotPossible,
        refusals.ReceiptMisdated,
        refusals.ReceiptRepeated,
        PayerReceiptTooLarge,
        errors.IdempotencyKeyReused,
        errors.ConcurrentUpdate,
    ],
    action=Action.ENTER_PAYMENT,
    idempotent_by_key=True,
)
def enter_payment(call: Call, registration_id: str) -> schemas.BookedPayment:
    asked: schemas.NewReceipt = call.body
    payment = receive_payment(
        call.ports,
        registration_id,
        received_money(asked),
        call.person,
        call.idempotency_key,
        asked.apart,
        is_sure=asked.confirm,
    )
    return payment_view(payment)


@endpoint(
    collection,
    "POST",
    "/staff/payments/{booked_payment_id}/bounce",
    body=schemas.BouncedPayment,
    answer=schemas.BookedPayment,
    errors=[
        errors.NotFound,
        refusals.BounceNotPossible,
        refusals.DisputeMissing,
        refusals.DisputeNotOfCard,
        refusals.DisputeMisdated,
        decisions.ReasonMissing,
        decisions.DebitInFlight,
        decisions.DebitInConflict,
        errors.ConcurrentUpdate,
    ],
    action=Action.BOUNCE_PAYMENT,
)
def bounce_payment(call: Call, booked_payment_id: str) -> schemas.BookedPayment:
    asked: schemas.BouncedPayment = call.body
    return payment_view(take_back_payment(call.ports, booked_payment_id, bank_return(asked), call.person))


@endpoint(
    collection,
    "POST",
    "/staff/payments/{booked_payment_id}/evidence",
    status=HTTPStatus.CREATED,
    answer=IssuedCertificate,
    errors=[errors.NotFound],
    action=Action.READ_INSTALMENTS,
)
def issue_evidence_pack(call: Call, booked_payment_id: str) -> IssuedCertificate:
    document, link = issue_evidence(call.ports, booked_payment_id)
    return IssuedCertificate(sha256=document.sha256, bytes=document.size_bytes, link=link)


@endpoint(
    collection,
    "POST",
    "/staff/payments/{booked_payment_id}/dispute",
    body=schemas.DisputeStep,
    answer=schemas.BookedPayment,
    errors=[errors.NotFound, refusals.DisputeClosed, errors.ConcurrentUpdate],
    action=Action.BOUNCE_PAYMENT,
)
def follow_dispute(call: Call, booked_payment_id: str) -> schemas.BookedPayment:
    asked: schemas.DisputeStep = call.body
    stage = DisputeStage(asked.stage)
    payment = stage_dispute(call.ports, booked_payment_id, stage, asked.reason, call.person, asked.opened_at)
    return payment_view(payment)


def bank_return(asked: schemas.BouncedPayment) -> BankReturn:
    return BankReturn(asked.amount_cents, asked.reason, asked.dispute_reason, asked.evidence_due_on)


def received_money(asked: schemas.NewReceipt) -> ReceivedMoney:
    return ReceivedMoney(
        PaymentMethod(asked.method),
        asked.amount_cents,
        asked.reference,
        asked.received_on,
        asked.bank,
        asked.payer_invoice,
        asked.drawer,
    )


def payment_view(payment: Payment) -> schemas.BookedPayment:
    return schemas.BookedPayment(
        id=payment.id,
        registration=payment.registration_id,
        method=payment.method,
        amount_cents=payment.amount_cents,
        allocated_cents=payment.allocated_cents,
        credit_cents=max(0, credit_cents(payment)),
        refunded_cents=payment.refunded_cents,
        bounced_cents=payment.bounced_cents,
        reference=payment.reference,
        bank=payment.bank,
        drawer=payment.drawer,
        received_on=payment.received_on,
        booked_at=payment.received_at,
        invoice_number=payment.invoice_number,
        bounced_on=payment.bounced_on,
        bounce_reason=payment.bounce_reason,
        dispute=_dispute(payment.dispute) if payment.dispute else None,
    )


def _dispute(dispute: Dispute) -> schemas.DisputeView:
    return schemas.DisputeView(
        reason=dispute.reason,
        stage=dispute.stage,
        evidence_due_on=dispute.due_on,
        opened_at=dispute.opened_at,
    )
