from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.books.statement_views import (
    imported_view,
    line_view,
    match_of,
    matching_view,
    statement_view,
)
from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.collection import refusals as collection
from chalicelib.domain.payers.refusals import PayerReceiptTooLarge
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.treasury import refusals, undo_refusals
from chalicelib.domain.treasury.csv_mapping import COLUMNS, CsvFrame
from chalicelib.domain.treasury.lines import ExplanationKind
from chalicelib.usecases.cheques.credit_slips import slips_for
from chalicelib.usecases.isolation import LONGEST_REQUEST, within
from chalicelib.usecases.statements.explain_line import explain_line
from chalicelib.usecases.statements.frame_csv import frame_csv
from chalicelib.usecases.statements.hand_on_line import hand_on_line
from chalicelib.usecases.statements.import_statement import import_statement
from chalicelib.usecases.statements.match_line import match_line
from chalicelib.usecases.statements.propose_matches import proposals_of, propose_matches
from chalicelib.usecases.statements.settle_refunds import return_refund, settle_refunds
from chalicelib.usecases.statements.show_returns import returns_for, show_returns
from chalicelib.usecases.statements.suspend_line import suspend_line
from chalicelib.usecases.statements.undo_line import undo_line
from chalicelib.web.schemas.books import statements as schemas
from chalicelib.web.schemas.models import ListQuery

statements = Blueprint(__name__)
LINE = "/staff/statement-lines/{statement_line_id}"
FILE_REFUSALS = [
    refusals.StatementTooLarge,
    refusals.StatementUnreadable,
    refusals.StatementUnbalanced,
    refusals.StatementOfOtherAccount,
    refusals.StatementInFuture,
    refusals.StatementGap,
    refusals.StatementUnfinished,
    errors.ConcurrentUpdate,
]
LINE_REFUSALS = [errors.NotFound, refusals.LineExplained, errors.ConcurrentUpdate]
SHOWING_REFUSALS = [*LINE_REFUSALS, refusals.ExplanationUnequal, refusals.LineTooFar, OwnFile]


@endpoint(
    statements,
    "POST",
    "/staff/statements",
    status=HTTPStatus.CREATED,
    query=schemas.StatementQuery,
    answer=schemas.StatementImportView,
    errors=FILE_REFUSALS,
    action=Action.KEEP_BOOKS,
    takes="application/octet-stream",
)
def import_a_statement(call: Call) -> schemas.StatementImportView:
    """Import a file of statements; book what has a reference and propose the rest while there is time."""
    has_time = within(call.ports.now, LONGEST_REQUEST)
    done = import_statement(call.ports, call.upload, call.person, _frame(call))
    matching = propose_matches(call.ports, call.person, has_time)
    return schemas.StatementImportView(
        statements=[imported_view(each) for each in done], matching=matching_view(matching)
    )


def _frame(call: Call) -> CsvFrame | None:
    query: schemas.StatementQuery = call.query
    if query.opening_cents is None or query.closing_cents is None:
        return None
    columns = {name: getattr(query, name) for name in COLUMNS}
    return frame_csv(call.ports, query.account, query.opening_cents, query.closing_cents, columns)


@endpoint(
    statements,
    "GET",
    "/staff/statements",
    query=ListQuery,
    answer=schemas.StatementList,
    action=Action.READ_BOOKS,
)
def list_statements(call: Call) -> schemas.StatementList:
    found, cursor = call.ports.statements.listed(call.query.after)
    return schemas.StatementList(items=[statement_view(each) for each in found], next=cursor)


@endpoint(
    statements,
    "POST",
    "/staff/statements/matching",
    answer=schemas.MatchingView,
    action=Action.KEEP_BOOKS,
)
def look_at_new_lines(call: Call) -> schemas.MatchingView:
    has_time = within(call.ports.now, LONGEST_REQUEST)
    return matching_view(propose_matches(call.ports, call.person, has_time))


@endpoint(
    statements,
    "GET",
    "/staff/statement-lines",
    query=schemas.LinesQuery,
    answer=schemas.LineList,
    action=Action.READ_BOOKS,
)
def list_statement_lines(call: Call) -> schemas.LineList:
    found, cursor = call.ports.statements.of_state(call.query.state, call.query.after)
    return schemas.LineList(items=[line_view(each) for each in found], next=cursor)


@endpoint(
    statements, "GET", LINE, answer=schemas.LineView, errors=[errors.NotFound], action=Action.READ_BOOKS
)
def show_statement_line(call: Call, statement_line_id: str) -> schemas.LineView:
    line = call.ports.statements.line(statement_line_id)
    return line_view(
        line,
        proposals_of(call.ports, line),
        slips=[each.id for each in slips_for(call.ports, line)],
        returns=[each.id for each in returns_for(call.ports, line)],
    )


@endpoint(
    statements,
    "POST",
    f"{LINE}/match",
    body=schemas.LineMatch,
    answer=schemas.LineView,
    errors=[
        *SHOWING_REFUSALS,
        refusals.ExplanationMisplaced,
        refusals.ReceiptAlreadyShown,
        refusals.TransferEntered,
        refusals.OwedMoved,
        refusals.ReceiptOfOtherAmount,
        refusals.ReceiptNoTransfer,
        collection.ReceiptNotPossible,
        collection.ReceiptMisdated,
        PayerReceiptTooLarge,
    ],
    action=Action.KEEP_BOOKS,
)
def match_statement_line(call: Call, statement_line_id: str) -> schemas.LineView:
    asked: schemas.LineMatch = call.body
    return line_view(match_line(call.ports, statement_line_id, match_of(asked), call.person, asked.version))


@endpoint(
    statements,
    "POST",
    f"{LINE}/suspense",
    body=schemas.LineSuspense,
    answer=schemas.LineView,
    errors=LINE_REFUSALS,
    action=Action.KEEP_BOOKS,
)
def suspend_statement_line(call: Call, statement_line_id: str) -> schemas.LineView:
    asked: schemas.LineSuspense = call.body
    return line_view(
        suspend_line(
            call.ports,
            statement_line_id,
            call.person,
            reason=asked.reason,
            registration_id=asked.registration or "",
            seen=asked.version,
        )
    )


@endpoint(
    statements,
    "POST",
    f"{LINE}/fee",
    body=schemas.LineFee,
    answer=schemas.LineView,
    errors=[*LINE_REFUSALS, refusals.FeeTooLarge, refusals.FeeOfNoReturn, refusals.LineOfStudent, OwnFile],
    action=Action.KEEP_BOOKS,
)
def book_statement_line_as_fee(call: Call, statement_line_id: str) -> schemas.LineView:
    asked: schemas.LineFee = call.body
    return line_view(
        explain_line(
            call.ports,
            statement_line_id,
            ExplanationKind.FEE,
            call.person,
            seen=asked.version,
            payment_id=asked.payment or "",
        )
    )


@endpoint(
    statements,
    "POST",
    f"{LINE}/discard",
    body=schemas.LineDiscard,
    answer=schemas.LineView,
    errors=[*LINE_REFUSALS, refusals.LineUnreasoned, refusals.LineOfStudent],
    action=Action.KEEP_BOOKS,
)
def discard_statement_line(call: Call, statement_line_id: str) -> schemas.LineView:
    asked: schemas.LineDiscard = call.body
    kind = ExplanationKind.DISCARDED
    return line_view(
        explain_line(call.ports, statement_line_id, kind, call.person, asked.reason, asked.version)
    )


@endpoint(
    statements,
    "POST",
    f"{LINE}/owner",
    body=schemas.LineOwner,
    answer=schemas.LineView,
    errors=LINE_REFUSALS,
    action=Action.KEEP_BOOKS,
)
def hand_on_statement_line(call: Call, statement_line_id: str) -> schemas.LineView:
    return line_view(hand_on_line(call.ports, statement_line_id, call.body.owner, call.person))


@endpoint(
    statements,
    "POST",
    f"{LINE}/transfers",
    body=schemas.LineTransfers,
    answer=schemas.LineView,
    errors=[*SHOWING_REFUSALS, RefundNotReady],
    action=Action.MAKE_TRANSFERS,
)
def settle_transfers_by_line(call: Call, statement_line_id: str) -> schemas.LineView:
    """Note that the refunds of a file of transfers, or one refund, left the account: they are done."""
    asked: schemas.LineTransfers = call.body
    return line_view(settle_refunds(call.ports, statement_line_id, asked.subject, call.person, asked.version))


@endpoint(
    statements,
    "POST",
    f"{LINE}/returned-payments",
    body=schemas.LineReturns,
    answer=schemas.LineView,
    errors=[*SHOWING_REFUSALS, refusals.ReceiptAlreadyShown],
    action=Action.KEEP_BOOKS,
)
def show_returns_by_line(call: Call, statement_line_id: str) -> schemas.LineView:
    """Explain a line as the return of payments that is already booked; add no journal entry."""
    asked: schemas.LineReturns = call.body
    return line_view(show_returns(call.ports, statement_line_id, asked.payments, call.person, asked.version))


@endpoint(
    statements,
    "POST",
    f"{LINE}/returned-refund",
    body=schemas.LineTransfers,
    answer=schemas.LineView,
    errors=[*SHOWING_REFUSALS, RefundNotReady],
    action=Action.MAKE_TRANSFERS,
)
def return_refund_by_line(call: Call, statement_line_id: str) -> schemas.LineView:
    asked: schemas.LineTransfers = call.body
    return line_view(return_refund(call.ports, statement_line_id, asked.subject, call.person, asked.version))


@endpoint(
    statements,
    "POST",
    f"{LINE}/undo",
    body=schemas.LineUndo,
    answer=schemas.LineView,
    errors=[
        errors.NotFound,
        errors.ConcurrentUpdate,
        undo_refusals.LineNotExplained,
        undo_refusals.LineNotUndoable,
        undo_refusals.UndoUnreasoned,
        decisions.DebitInFlight,
        OwnFile,
    ],
    action=Action.KEEP_BOOKS,
)
def undo_statement_line(call: Call, statement_line_id: str) -> schemas.LineView:
    """Take back what the line booked by counter-entries; its money is in suspense (471), or it is new."""
    asked: schemas.LineUndo = call.body
    return line_view(undo_line(call.ports, statement_line_id, asked.reason, call.person, asked.version))
