from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.treasury import rapprochement_refusals as refusals
from chalicelib.domain.treasury import slip_refusals
from chalicelib.domain.treasury.rapprochement import Rapprochement, Suspended
from chalicelib.domain.treasury.refusals import ExplanationUnequal, LineExplained, LineTooFar
from chalicelib.usecases.cheques.credit_slips import credit_slips
from chalicelib.usecases.rapprochement.prepare_rapprochement import (
    check_rapprochement,
    prepare_rapprochement,
    print_rapprochement,
)
from chalicelib.web.downloads import offered
from chalicelib.web.schemas.books import rapprochements as schemas
from chalicelib.web.schemas.models import ListQuery

rapprochements = Blueprint(__name__)
_ALL = "/staff/rapprochements"
_ONE = f"{_ALL}/{{rapprochement_id}}"


@endpoint(
    rapprochements,
    "GET",
    _ALL,
    query=ListQuery,
    answer=schemas.RapprochementList,
    action=Action.READ_BOOKS,
)
def list_rapprochements(call: Call) -> schemas.RapprochementList:
    found, cursor = call.ports.rapprochements.listed(call.query.after)
    return schemas.RapprochementList(items=[_view(each) for each in found], next=cursor)


@endpoint(
    rapprochements,
    "POST",
    _ALL,
    status=HTTPStatus.CREATED,
    answer=schemas.RapprochementView,
    errors=[refusals.RapprochementImpossible, errors.ConcurrentUpdate],
    action=Action.KEEP_BOOKS,
)
def prepare_a_rapprochement(call: Call) -> schemas.RapprochementView:
    series = call.ports.campaigns.current().numbering.series
    return _view(prepare_rapprochement(call.ports, series, call.person))


@endpoint(
    rapprochements,
    "GET",
    _ONE,
    answer=schemas.RapprochementView,
    errors=[errors.NotFound],
    action=Action.READ_BOOKS,
)
def show_a_rapprochement(call: Call, rapprochement_id: str) -> schemas.RapprochementView:
    return _view(call.ports.rapprochements.find(rapprochement_id))


@endpoint(
    rapprochements,
    "POST",
    f"{_ONE}/check",
    body=schemas.RapprochementSeen,
    answer=schemas.RapprochementView,
    errors=[
        errors.NotFound,
        errors.Forbidden,
        refusals.RapprochementChecked,
        refusals.RapprochementChanged,
        refusals.RapprochementUnequal,
        errors.ConcurrentUpdate,
    ],
    action=Action.KEEP_BOOKS,
)
def check_a_rapprochement(call: Call, rapprochement_id: str) -> schemas.RapprochementView:
    return _view(check_rapprochement(call.ports, rapprochement_id, call.body.digest, call.person))


@endpoint(
    rapprochements,
    "GET",
    f"{_ONE}/pdf",
    status=HTTPStatus.SEE_OTHER,
    errors=[errors.NotFound],
    answers_redirect=True,
    action=Action.READ_BOOKS,
)
def print_a_rapprochement(call: Call, rapprochement_id: str) -> Response:
    return offered(print_rapprochement(call.ports, rapprochement_id)[1])


@endpoint(
    rapprochements,
    "POST",
    "/staff/statement-lines/{statement_line_id}/deposits",
    status=HTTPStatus.NO_CONTENT,
    body=schemas.SlipsOfLine,
    errors=[
        errors.NotFound,
        LineExplained,
        ExplanationUnequal,
        LineTooFar,
        slip_refusals.SlipLocked,
        slip_refusals.SlipNotDeposited,
        slip_refusals.SlipMisdated,
        errors.ConcurrentUpdate,
    ],
    action=Action.KEEP_BOOKS,
)
def credit_the_slips(call: Call, statement_line_id: str) -> None:
    """Explain a statement line as the credit of slips of cheques."""
    asked: schemas.SlipsOfLine = call.body
    credit_slips(call.ports, statement_line_id, asked.slips, call.person, asked.version)


def _view(found: Rapprochement) -> schemas.RapprochementView:
    return schemas.RapprochementView(
        id=found.id,
        iban=found.iban,
        opened_on=found.opened_on,
        opening_cents=found.opening_cents,
        closing_on=found.closing_on,
        statement_cents=found.statement_cents,
        book_cents=found.book_cents,
        unshown=[_item(each) for each in found.unshown],
        unbooked=[_item(each) for each in found.unbooked],
        adjusted_book_cents=found.adjusted_book_cents,
        adjusted_statement_cents=found.adjusted_statement_cents,
        difference_cents=found.difference_cents,
        prepared_by=found.prepared_by,
        prepared_at=found.prepared_at,
        digest=found.digest,
        checked_by=found.checked_by,
        checked_at=found.checked_at,
    )


def _item(item: Suspended) -> schemas.SuspendedView:
    return schemas.SuspendedView(id=item.id, day=item.day, label=item.label, cents=item.cents)
