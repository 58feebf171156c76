from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.payer_views import payer_view
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.corrections.refusals import CreditNoteTooLarge, RestChanged
from chalicelib.domain.payers import refusals
from chalicelib.domain.payers.payer import PayerState
from chalicelib.usecases.payers.invoice_payer import invoice_payer
from chalicelib.usecases.payers.list_payers import list_payers
from chalicelib.usecases.payers.name_payer import name_payer, take_back_payer
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.payers import payer_facts
from chalicelib.web.schemas import payers as schemas

payers = Blueprint(__name__)
PAYER = "/staff/registrations/{registration_id}/payer"
WAITING = (errors.PaymentOpen, errors.PaymentUnclear, decisions.DebitInFlight, decisions.DebitInConflict)


@endpoint(
    payers,
    "PUT",
    PAYER,
    body=schemas.NewPayer,
    answer=schemas.PayerView,
    errors=[
        errors.NotFound,
        errors.FeeSituationMissing,
        refusals.PayerNotPossible,
        refusals.PayerNotNamed,
        refusals.PayerNotValid,
        RestChanged,
        refusals.PayerAboveOwed,
        *WAITING,
        errors.ConcurrentUpdate,
    ],
    action=Action.NAME_PAYER,
)
def put_payer(call: Call, registration_id: str) -> schemas.PayerView:
    asked: schemas.NewPayer = call.body
    payer = name_payer(
        call.ports,
        registration_id,
        payer_facts(asked),
        call.person,
        asked.seen_hash or asked.version,
        asked.owed_seen_cents,
    )
    return payer_view(payer, payer.facts.share_cents)


@endpoint(
    payers,
    "POST",
    f"{PAYER}/withdrawal",
    body=schemas.PayerWithdrawal,
    answer=schemas.PayerView,
    errors=[
        errors.NotFound,
        decisions.ReasonMissing,
        refusals.PayerNotNamed,
        errors.PaymentOpen,
        errors.PaymentUnclear,
        errors.ConcurrentUpdate,
    ],
    action=Action.NAME_PAYER,
)
def withdraw_payer(call: Call, registration_id: str) -> schemas.PayerView:
    asked: schemas.PayerWithdrawal = call.body
    payer = take_back_payer(call.ports, registration_id, asked.reason, call.person, asked.seen_hash)
    return payer_view(payer, 0)


@endpoint(
    payers,
    "POST",
    f"{PAYER}/invoice",
    status=HTTPStatus.CREATED,
    body=schemas.PayerInvoicing,
    answer=schemas.PayerView,
    errors=[
        errors.NotFound,
        refusals.PayerNotNamed,
        refusals.PayerNotPossible,
        refusals.PayerAboveOwed,
        CreditNoteTooLarge,
        *WAITING,
        errors.ConcurrentUpdate,
    ],
    action=Action.INVOICE_PAYER,
)
def invoice_a_payer(call: Call, registration_id: str) -> schemas.PayerView:
    asked: schemas.PayerInvoicing = call.body
    invoice = invoice_payer(call.ports, registration_id, call.person, asked.seen_hash or asked.version)
    file = show_file(call.ports, registration_id.partition("-")[0], registration_id)
    payer = next(each for each in file.payers if each.invoice_number == invoice.number)
    return payer_view(payer, file.of_payers.of_invoice(invoice.number).owed_cents)


@endpoint(
    payers,
    "GET",
    "/staff/payers",
    query=schemas.PayerQuery,
    answer=schemas.PayerList,
    action=Action.READ_PAYERS,
)
def read_payers(call: Call) -> schemas.PayerList:
    found = list_payers(call.ports, PayerState(call.query.state))
    return schemas.PayerList(items=[payer_view(each.payer, each.cents) for each in found])
