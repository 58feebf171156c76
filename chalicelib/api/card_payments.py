from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.views import card_payment
from chalicelib.domain import errors
from chalicelib.domain.payments import PaymentPage
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.registrations.show_account import show_attempt
from chalicelib.web.parsing import address_choice
from chalicelib.web.schemas import registrations as schemas

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
        errors.PlanBinding,
        errors.PlanNotApproved,
        errors.InstalmentNotPayable,
        errors.RegistrationRefused,
        errors.AddressUnknown,
        errors.IdempotencyKeyReused,
        errors.GatewayUnavailable,
        errors.ConcurrentUpdate,
    ],
    idempotent_by_key=True,
)
def pay_by_card(call: Call, registration_id: str) -> schemas.CardPaymentStarted:
    started = start_card_payment(
        call.ports,
        call.person_id,
        registration_id,
        address_choice(call.body.address),
        call.idempotency_key,
        rank=call.body.instalment_rank,
    )
    return schemas.CardPaymentStarted(
        id=started.attempt.id,
        amount_cents=started.attempt.amount_cents,
        form=gateway_form(started.page),
    )


@endpoint(
    card_payments,
    "GET",
    "/card-payments/{payment_id}",
    answer=schemas.CardPayment,
    errors=[errors.NotFound],
)
def show_card_payment(call: Call, payment_id: str) -> schemas.CardPayment:
    return card_payment(show_attempt(call.ports, call.person_id, payment_id))


def gateway_form(page: PaymentPage) -> schemas.GatewayForm:
    return schemas.GatewayForm(
        action=page.action,
        fields=[schemas.FormField(name=name, value=value) for name, value in page.fields],
    )
