from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.books.reconciliation_views import difference_view, remittance_view, run_view
from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.reconciliation import refusals
from chalicelib.domain.reconciliation.policies import unexplained_of
from chalicelib.domain.treasury import remittance_refusals
from chalicelib.domain.treasury.refusals import LineExplained, LineTooFar
from chalicelib.usecases.isolation import LONGEST_REQUEST, within
from chalicelib.usecases.reconciliation.compare_export import compare_export
from chalicelib.usecases.reconciliation.credit_remittances import credit_remittances
from chalicelib.usecases.reconciliation.explain_difference import explain_difference, take_difference
from chalicelib.usecases.reconciliation.reconcile_day import reconcile_day
from chalicelib.web.schemas import reconciliations as schemas
from chalicelib.web.schemas.models import ListQuery

reconciliations = Blueprint(__name__)
OF_DIFFERENCE = [errors.NotFound, refusals.DifferenceSettled, OwnFile, errors.ConcurrentUpdate]


@endpoint(
    reconciliations,
    "GET",
    "/staff/reconciliations",
    query=schemas.RunsQuery,
    answer=schemas.RunList,
    action=Action.READ_BOOKS,
)
def list_reconciliations(call: Call) -> schemas.RunList:
    """List the runs of a policy, newest day first."""
    runs, cursor = call.ports.reconciliations.runs(_series(call), call.query.policy, call.query.after)
    return schemas.RunList(items=[run_view(each) for each in runs], next=cursor)


@endpoint(
    reconciliations,
    "POST",
    "/staff/reconciliations",
    status=HTTPStatus.CREATED,
    body=schemas.RunOrder,
    answer=schemas.RunView,
    errors=[refusals.DayNotOver, errors.ConcurrentUpdate],
    action=Action.KEEP_BOOKS,
)
def reconcile_a_day(call: Call) -> schemas.RunView:
    """Compare a day that is over; what there is no time for is left, and the nightly run goes on with it."""
    has_time = within(call.ports.now, LONGEST_REQUEST)
    run = reconcile_day(call.ports, _series(call), call.body.policy, call.body.day, call.person_id, has_time)
    return run_view(run)


@endpoint(
    reconciliations,
    "GET",
    "/staff/reconciliations/{run_id}",
    answer=schemas.RunView,
    errors=[errors.NotFound],
    action=Action.READ_BOOKS,
)
def read_reconciliation(call: Call, run_id: str) -> schemas.RunView:
    return run_view(call.ports.reconciliations.run(run_id))


@endpoint(
    reconciliations,
    "GET",
    "/staff/differences",
    query=schemas.DifferencesQuery,
    answer=schemas.DifferenceList,
    action=Action.READ_BOOKS,
)
def list_differences(call: Call) -> schemas.DifferenceList:
    """List the differences in a state, oldest first, with the sum of the unexplained ones."""
    kept, series, today = call.ports.reconciliations, _series(call), paris_day(call.ports.now())
    found, cursor = kept.differences(series, call.query.state, call.query.after)
    told = unexplained_of(kept.open_differences(series))
    return schemas.DifferenceList(
        items=[difference_view(each, today) for each in found],
        next=cursor,
        unexplained=told.count,
        unexplained_cents=told.cents,
        oldest_on=told.oldest_on,
    )


@endpoint(
    reconciliations,
    "POST",
    "/staff/differences/{difference_id}/explanation",
    body=schemas.ExplanationOrder,
    answer=schemas.DifferenceView,
    errors=[*OF_DIFFERENCE, refusals.ExplanationMissing, refusals.DifferenceChanged],
    action=Action.KEEP_BOOKS,
)
def explain_a_difference(call: Call, difference_id: str) -> schemas.DifferenceView:
    done = explain_difference(call.ports, difference_id, call.body.text, call.body.seen_cents, call.person)
    return difference_view(done, paris_day(call.ports.now()))


@endpoint(
    reconciliations,
    "POST",
    "/staff/differences/{difference_id}/owner",
    answer=schemas.DifferenceView,
    errors=OF_DIFFERENCE,
    action=Action.KEEP_BOOKS,
)
def take_a_difference(call: Call, difference_id: str) -> schemas.DifferenceView:
    """Note that the caller looks for the explanation."""
    done = take_difference(call.ports, difference_id, call.person)
    return difference_view(done, paris_day(call.ports.now()))


@endpoint(
    reconciliations,
    "POST",
    "/staff/gateway-exports",
    status=HTTPStatus.CREATED,
    query=schemas.ExportQuery,
    answer=schemas.ComparedExportView,
    errors=[refusals.ExportNotReadable, errors.ConcurrentUpdate],
    action=Action.KEEP_BOOKS,
    takes="text/csv",
)
def compare_a_gateway_export(call: Call) -> schemas.ComparedExportView:
    """Compare Export_transactions or Export_remises of the gateway's back office with the books."""
    done = compare_export(call.ports, _series(call), call.upload, call.query.month or "", call.person)
    without = done.export.unremitted
    return schemas.ComparedExportView(
        run=run_view(done.run),
        left=[schemas.LeftLineView(row=each.row, why=each.why, told=each.told) for each in done.export.left],
        without_remittance=len(without),
        without_remittance_cents=sum(each.cents for each in without),
    )


@endpoint(
    reconciliations,
    "GET",
    "/staff/remittances",
    query=ListQuery,
    answer=schemas.RemittanceList,
    action=Action.READ_BOOKS,
)
def list_remittances(call: Call) -> schemas.RemittanceList:
    kept, series = call.ports.reconciliations, _series(call)
    credited, cursor = kept.credited_remittances(series, call.query.after)
    return schemas.RemittanceList(
        open=[remittance_view(each) for each in kept.open_remittances(series)],
        items=[remittance_view(each) for each in credited],
        next=cursor,
    )


@endpoint(
    reconciliations,
    "POST",
    "/staff/statement-lines/{statement_line_id}/remittances",
    status=HTTPStatus.NO_CONTENT,
    body=schemas.CreditOrder,
    errors=[
        errors.NotFound,
        LineExplained,
        LineTooFar,
        remittance_refusals.RemittanceCredited,
        remittance_refusals.CreditNotOfRemittance,
        errors.ConcurrentUpdate,
    ],
    action=Action.KEEP_BOOKS,
)
def credit_the_remittances(call: Call, statement_line_id: str) -> None:
    credit_remittances(call.ports, statement_line_id, call.body.numbers, call.person)


def _series(call: Call) -> str:
    return call.ports.campaigns.current().numbering.series
