from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.books.period_refusals import PeriodClosed
from chalicelib.domain.treasury import slip_refusals as refusals
from chalicelib.domain.treasury.slips import Slip
from chalicelib.usecases.cheques.credit_slip import BankCredit, credit_slip
from chalicelib.usecases.cheques.deposit_slip import deposit_slip
from chalicelib.usecases.cheques.list_cheques import DrawnCheque, list_cheques, print_slip, show_slip
from chalicelib.usecases.cheques.make_slip import change_slip, make_slip
from chalicelib.web.downloads import offered
from chalicelib.web.schemas.books import slips as schemas
from chalicelib.web.schemas.models import ListQuery

slips = Blueprint(__name__)
_SLIPS = "/staff/cheque-slips"
_SLIP = f"{_SLIPS}/{{slip_id}}"
_FILLED = [
    errors.NotFound,
    refusals.SlipEmpty,
    refusals.SlipFull,
    refusals.SlipLocked,
    refusals.ChequeElsewhere,
    errors.ConcurrentUpdate,
]


@endpoint(
    slips,
    "GET",
    "/staff/cheques",
    query=ListQuery,
    answer=schemas.ChequeList,
    action=Action.READ_BOOKS,
)
def list_waiting_cheques(call: Call) -> schemas.ChequeList:
    found, cursor = list_cheques(call.ports, call.query.after)
    return schemas.ChequeList(items=[_cheque(each) for each in found], next=cursor)


@endpoint(slips, "GET", _SLIPS, query=schemas.SlipsQuery, answer=schemas.SlipList, action=Action.READ_BOOKS)
def list_cheque_slips(call: Call) -> schemas.SlipList:
    found, cursor = call.ports.cheques.slips(call.query.state, call.query.after)
    return schemas.SlipList(items=[schemas.SlipView(**_facts(each)) for each in found], next=cursor)


@endpoint(
    slips,
    "POST",
    _SLIPS,
    status=HTTPStatus.CREATED,
    body=schemas.ChequesOfSlip,
    answer=schemas.SlipView,
    errors=_FILLED,
    action=Action.KEEP_BOOKS,
)
def begin_cheque_slip(call: Call) -> schemas.SlipView:
    return schemas.SlipView(**_facts(make_slip(call.ports, call.body.cheques, call.person)))


@endpoint(slips, "GET", _SLIP, answer=schemas.WholeSlip, errors=[errors.NotFound], action=Action.READ_BOOKS)
def show_cheque_slip(call: Call, slip_id: str) -> schemas.WholeSlip:
    slip, cheques = show_slip(call.ports, slip_id)
    return schemas.WholeSlip(**_facts(slip), lines=[_cheque(each) for each in cheques])


@endpoint(
    slips,
    "PUT",
    f"{_SLIP}/cheques",
    body=schemas.ChangedCheques,
    answer=schemas.SlipView,
    errors=_FILLED,
    action=Action.KEEP_BOOKS,
)
def change_cheque_slip(call: Call, slip_id: str) -> schemas.SlipView:
    asked: schemas.ChangedCheques = call.body
    changed = change_slip(call.ports, slip_id, asked.cheques, call.person, asked.version)
    return schemas.SlipView(**_facts(changed))


@endpoint(
    slips,
    "POST",
    f"{_SLIP}/deposit",
    body=schemas.NewDeposit,
    answer=schemas.SlipView,
    errors=[
        errors.NotFound,
        refusals.SlipLocked,
        refusals.SlipEmpty,
        refusals.SlipMisdated,
        errors.ConcurrentUpdate,
    ],
    action=Action.KEEP_BOOKS,
)
def deposit_cheque_slip(call: Call, slip_id: str) -> schemas.SlipView:
    """Lock the slip: its cheques are at the bank, and its paper can be printed."""
    asked: schemas.NewDeposit = call.body
    locked = deposit_slip(call.ports, slip_id, asked.deposited_on, call.person, asked.version)
    return schemas.SlipView(**_facts(locked))


@endpoint(
    slips,
    "POST",
    f"{_SLIP}/credit",
    body=schemas.NewCredit,
    answer=schemas.SlipView,
    errors=[
        errors.NotFound,
        refusals.SlipNotDeposited,
        refusals.SlipLocked,
        refusals.SlipCreditDiffers,
        refusals.SlipMisdated,
        PeriodClosed,
        errors.ConcurrentUpdate,
    ],
    action=Action.KEEP_BOOKS,
)
def credit_cheque_slip(call: Call, slip_id: str) -> schemas.SlipView:
    """Book the bank's credit of a slip by hand, without an imported statement line."""
    asked: schemas.NewCredit = call.body
    credit = BankCredit(asked.amount_cents, asked.credited_on)
    return schemas.SlipView(**_facts(credit_slip(call.ports, slip_id, credit, call.person)))


@endpoint(
    slips,
    "GET",
    f"{_SLIP}/pdf",
    status=HTTPStatus.SEE_OTHER,
    errors=[errors.NotFound],
    answers_redirect=True,
    action=Action.READ_BOOKS,
)
def print_cheque_slip(call: Call, slip_id: str) -> Response:
    """Send to the PDF of a deposited slip; the same slip gives the same document."""
    return offered(print_slip(call.ports, slip_id)[1])


def _facts(slip: Slip) -> dict[str, object]:
    return {
        "id": slip.id,
        "state": slip.state,
        "cheques": [each.payment_id for each in slip.cheques],
        "total_cents": slip.total_cents,
        "expected_cents": slip.expected_cents,
        "made_by": slip.made_by,
        "made_at": slip.made_at,
        "deposited_on": slip.deposited_on,
        "credited_on": slip.credited_on,
        "line": slip.line,
        "version": slip.version,
    }


def _cheque(found: DrawnCheque) -> schemas.ChequeView:
    cheque = found.cheque
    return schemas.ChequeView(
        payment=cheque.payment_id,
        registration=cheque.registration_id,
        holder=found.holder,
        drawer=found.drawer,
        number=cheque.number,
        bank=cheque.bank,
        amount_cents=cheque.amount_cents,
        received_on=cheque.received_on,
        slip=cheque.slip,
        returned_on=cheque.returned_on,
    )
