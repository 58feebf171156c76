from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.period_refusals import PeriodClosed
from chalicelib.domain.exports import refusals
from chalicelib.domain.exports.batches import Batch, BatchKind
from chalicelib.domain.exports.control import Control
from chalicelib.domain.imports.mistakes import ImportMistake
from chalicelib.usecases.exports.make_batch import BatchAsked, Ready, make_batch, show_ready
from chalicelib.usecases.exports.take_return import entries_of, take_return
from chalicelib.web.downloads import CSV_TEXT, csv_text, offered
from chalicelib.web.schemas.books import batches as schemas
from chalicelib.web.schemas.models import ListQuery

batches = Blueprint(__name__)
CSV = "text/csv"
PAGE = 50
NOT_MADE = (
    refusals.NothingToExport,
    refusals.BatchesChanged,
    refusals.AccountsUnmapped,
    refusals.JournalIncomplete,
    refusals.AccountingDateNotPossible,
    PeriodClosed,
)
"""What prevents a batch of any kind."""
PATH = "/staff/batches/{batch_id}"


@endpoint(
    batches,
    "GET",
    "/staff/batches",
    query=ListQuery,
    answer=schemas.BatchList,
    action=Action.READ_BOOKS,
)
def list_batches(call: Call) -> schemas.BatchList:
    return batch_list(call, BatchKind.JOURNAL)


def batch_list(call: Call, kind: BatchKind) -> schemas.BatchList:
    """Return a page of the batches of a kind, and what the next one would hold."""
    found, cursor = call.ports.batches.listed(kind, call.query.after)
    ready = show_ready(call.ports, call.ports.campaigns.current(), kind)
    return schemas.BatchList(
        items=[batch_view(call, each) for each in found], next=cursor, ready=_ready(ready) if ready else None
    )


@endpoint(
    batches,
    "POST",
    "/staff/batches",
    status=HTTPStatus.CREATED,
    body=schemas.BatchOrder,
    answer=schemas.BatchView,
    errors=[*NOT_MADE, refusals.LayoutOverflow],
    action=Action.EXPORT_BOOKS,
)
def make_a_batch(call: Call) -> schemas.BatchView:
    body: schemas.BatchOrder = call.body
    asked = BatchAsked(BatchKind.JOURNAL, body.seen, body.accounting_on)
    return batch_view(call, make_batch(call.ports, asked, call.person))


@endpoint(batches, "GET", PATH, answer=schemas.BatchView, errors=[errors.NotFound], action=Action.READ_BOOKS)
def show_a_batch(call: Call, batch_id: str) -> schemas.BatchView:
    return batch_view(call, call.ports.batches.find(batch_id))


@endpoint(
    batches,
    "GET",
    f"{PATH}/entries",
    query=schemas.BatchLinesQuery,
    answer=schemas.EntryList,
    errors=[errors.NotFound],
    action=Action.READ_BOOKS,
)
def list_entries_of_a_batch(call: Call, batch_id: str) -> schemas.EntryList:
    entries = entries_of(call.ports, call.ports.batches.find(batch_id))
    ahead = [each for each in entries if each.number > call.query.after]
    page = ahead[:PAGE]
    return schemas.EntryList(
        items=[_entry(each) for each in page], next=page[-1].number if len(ahead) > PAGE else None
    )


@endpoint(
    batches,
    "GET",
    f"{PATH}/file",
    status=HTTPStatus.SEE_OTHER,
    errors=[errors.NotFound],
    action=Action.READ_BOOKS,
    answers_redirect=True,
)
def take_the_file_of_a_batch(call: Call, batch_id: str) -> Response:
    batch = call.ports.batches.find(batch_id)
    data = call.ports.batches.text(batch_id).data
    return offered(call.ports.downloads.offer(batch.file_name, data))


@endpoint(batches, "GET", f"{PATH}/sheet", gives=CSV_TEXT, errors=[errors.NotFound], action=Action.READ_BOOKS)
def take_the_control_sheet_of_a_batch(call: Call, batch_id: str) -> Response:
    batch = call.ports.batches.find(batch_id)
    return csv_text(call.ports.render_sheet(batch), f"{batch.id}-controle.csv")


@endpoint(
    batches,
    "POST",
    f"{PATH}/return",
    answer=schemas.BatchView,
    errors=[errors.NotFound, refusals.BatchReturnNotPossible, ImportMistake],
    action=Action.EXPORT_BOOKS,
    takes=CSV,
)
def take_the_return_of_a_batch(call: Call, batch_id: str) -> schemas.BatchView:
    take_return(call.ports, batch_id, call.upload, call.person)
    return batch_view(call, call.ports.batches.find(batch_id))


def batch_view(call: Call, batch: Batch) -> schemas.BatchView:
    returned = call.ports.batches.returned(batch)
    return schemas.BatchView(
        id=batch.id,
        kind=batch.kind,
        year=batch.year,
        first=batch.first,
        last=batch.last,
        accounting_on=batch.accounting_on,
        control=control_view(batch.control),
        file_name=batch.file_name,
        sha256=batch.sha256,
        hash=batch.hash,
        previous=batch.previous,
        made_by=batch.made_by,
        made_at=batch.made_at,
        state=returned.state(batch.control.entries),
        taken=returned.taken,
        rejected=[
            schemas.RejectionView(number=each.number, reason=each.reason) for each in returned.rejected
        ],
    )


def _ready(ready: Ready) -> schemas.ReadyBatchView:
    return schemas.ReadyBatchView(
        seen=ready.seen,
        year=ready.year,
        first=ready.after + 1,
        last=ready.last,
        is_more=ready.is_more,
        control=control_view(ready.control),
    )


def control_view(control: Control) -> schemas.ControlView:
    return schemas.ControlView(
        entries=control.entries,
        lines=control.lines,
        debit_cents=control.debit_cents,
        credit_cents=control.credit_cents,
        opening_cents=control.opening,
        debits_cents=control.debits,
        credits_cents=control.credits,
        closing_cents=control.closing,
    )


def _entry(entry: JournalEntry) -> schemas.EntryView:
    return schemas.EntryView(
        id=entry.id,
        number=entry.number,
        event=entry.event,
        document=entry.subject,
        registration=entry.registration_id,
        person=entry.person_id,
        dated_on=entry.dated_on,
        booked_at=entry.booked_at,
        lines=[
            schemas.EntryLineView(account=each.account, book=each.book, cents=each.cents)
            for each in entry.postings
        ],
    )
