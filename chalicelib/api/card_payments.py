from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, answered, endpoint
from chalicelib.domain import errors
from chalicelib.domain.payers.refusals import PayerAwaited
from chalicelib.domain.payments import Attempt, PaymentPage
from chalicelib.domain.receipts import Receipt, receipt
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.observability import note_page
from chalicelib.portal.payment_words import MESSAGES
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.show_attempt import show_attempt
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.parsing import address_choice
from chalicelib.web.schemas import card_payments as schemas

card_payments = Blueprint(__name__)


@endpoint(
    card_payments,
    "POST",
    "/registrations/{registration_id}/card-payments",
    status=HTTPStatus.CREATED,
    body=schemas.NewCardPayment,
    answer=schemas.CardPaymentStarted,
    errors=[
        errors.NotFound,
        errors.WindowClosed,
        errors.FeeSituationMissing,
        errors.NothingToPay,
        errors.AlreadyPaid,
        errors.PaymentUnclear,
        errors.PaymentOpen,
        PayerAwaited,
        errors.PlanBinding,
        errors.PlanLocked,
        errors.PlanNotApproved,
        errors.InstalmentNotPayable,
        errors.RegistrationRefused,
        errors.AddressUnknown,
        errors.AddressMissing,
        errors.IdempotencyKeyReused,
        errors.GatewayUnavailable,
        errors.ConcurrentUpdate,
    ],
    idempotent_by_key=True,
    also=HTTPStatus.OK,
)
def pay_by_card(call: Call, registration_id: str) -> Response:
    started = start_card_payment(
        call.ports,
        call.person_id,
        registration_id,
        address_choice(call.body.address),
        call.idempotency_key,
        rank=call.body.instalment_rank,
        rest=call.body.rest,
        seen_hash=call.body.schedule_hash,
        language=call.language,
    )
    note_page(started.attempt)
    view = schemas.CardPaymentStarted(
        id=started.attempt.id,
        amount_cents=started.attempt.amount_cents,
        expires_at=started.attempt.expires_at,
        form=gateway_form(started.page),
    )
    return answered(view, HTTPStatus.OK if started.is_resumed else HTTPStatus.CREATED)


@endpoint(
    card_payments,
    "GET",
    "/card-payments/{payment_id}",
    answer=schemas.CardPayment,
    errors=[errors.NotFound],
)
def show_card_payment(call: Call, payment_id: str) -> schemas.CardPayment:
    attempt = show_attempt(call.ports, call.person_id, payment_id)
    return card_payment(show_file(call.ports, call.person_id, attempt.registration_id), attempt)


@endpoint(
    card_payments,
    "DELETE",
    "/card-payments/{payment_id}",
    answer=schemas.CardPayment,
    errors=[errors.NotFound, errors.PaymentUnclear, errors.ConcurrentUpdate],
)
def give_up_card_payment(call: Call, payment_id: str) -> schemas.CardPayment:
    attempt = give_up_attempt(call.ports, call.person_id, payment_id)
    return card_payment(show_file(call.ports, call.person_id, attempt.registration_id), attempt)


def gateway_form(page: PaymentPage) -> schemas.GatewayForm:
    return schemas.GatewayForm(
        action=page.action,
        fields=[schemas.FormField(name=name, value=value) for name, value in page.fields],
    )


def card_payment(file: RegistrationFile, attempt: Attempt) -> schemas.CardPayment:
    received = receipt(file, attempt)
    return schemas.CardPayment(
        id=attempt.id,
        state=attempt.state,
        amount_cents=attempt.amount_cents,
        message=MESSAGES[attempt.state],
        started_at=attempt.started_at,
        expires_at=attempt.expires_at,
        receipt=_receipt(received) if received else None,
    )


def _receipt(received: Receipt) -> schemas.Receipt:
    return schemas.Receipt(
        paid_on=received.paid_on,
        banked_on=received.banked_on,
        reference=received.reference,
        card=received.card or None,
        invoice_number=received.invoice_number,
        card_lack=received.card_lack,
        next_debits=[
            schemas.NextDebit(due_on=each.due_on, amount_cents=each.amount_cents)
            for each in received.next_debits
        ],
    )
