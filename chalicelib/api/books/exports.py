from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.exports import refusals
from chalicelib.domain.exports.files import LedgerKind
from chalicelib.usecases.exports.pack_student import pack_student
from chalicelib.usecases.exports.take_fec import take_fec
from chalicelib.usecases.exports.take_ledger import take_ledger
from chalicelib.web.downloads import offered
from chalicelib.web.schemas.books import batches as schemas

books_exports = Blueprint(__name__)


@endpoint(
    books_exports,
    "GET",
    "/staff/exports/fec.zip",
    status=HTTPStatus.SEE_OTHER,
    answers_redirect=True,
    query=schemas.BooksQuery,
    errors=[refusals.NothingToExport, refusals.JournalIncomplete, errors.ConcurrentUpdate],
    action=Action.READ_BOOKS,
)
def take_the_fec(call: Call) -> Response:
    name, data = take_fec(call.ports, call.ports.campaigns.current(), call.query.year, call.person)
    return offered(call.ports.downloads.offer(name, data))


@endpoint(
    books_exports,
    "GET",
    "/staff/exports/journal.zip",
    status=HTTPStatus.SEE_OTHER,
    answers_redirect=True,
    query=schemas.DaysQuery,
    errors=[refusals.JournalIncomplete, errors.ConcurrentUpdate],
    action=Action.READ_BOOKS,
)
def take_the_journal(call: Call) -> Response:
    days = call.query.since, call.query.until
    campaign = call.ports.campaigns.current()
    name, data = take_ledger(call.ports, campaign, LedgerKind.JOURNAL, *days, call.person)
    return offered(call.ports.downloads.offer(name, data))


@endpoint(
    books_exports,
    "POST",
    "/staff/people/{person_id}/pack",
    status=HTTPStatus.SEE_OTHER,
    answers_redirect=True,
    errors=[errors.NotFound, errors.ConcurrentUpdate],
    action=Action.PACK_STUDENT,
)
def take_everything_on_a_student(call: Call, person_id: str) -> Response:
    name, data = pack_student(call.ports, person_id, call.person)
    return offered(call.ports.downloads.offer(name, data))


@endpoint(
    books_exports,
    "GET",
    "/staff/exports/receipts.zip",
    status=HTTPStatus.SEE_OTHER,
    answers_redirect=True,
    query=schemas.DayQuery,
    errors=[refusals.JournalIncomplete, errors.ConcurrentUpdate],
    action=Action.READ_BOOKS,
)
def take_the_receipts_of_a_day(call: Call) -> Response:
    day, campaign = call.query.day, call.ports.campaigns.current()
    name, data = take_ledger(call.ports, campaign, LedgerKind.RECEIPTS, day, day, call.person)
    return offered(call.ports.downloads.offer(name, data))
