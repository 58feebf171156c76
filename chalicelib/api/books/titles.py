from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.books.batches import NOT_MADE, batch_list, batch_view
from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.usecases.exports.make_batch import BatchAsked, find_titles, make_batch
from chalicelib.web.downloads import offered
from chalicelib.web.schemas.books import batches as schemas
from chalicelib.web.schemas.models import ListQuery

titles = Blueprint(__name__)
PATH = "/staff/titles/{batch_id}"


@endpoint(
    titles,
    "GET",
    "/staff/titles",
    query=ListQuery,
    answer=schemas.BatchList,
    action=Action.READ_TITLES,
)
def list_lists_of_titles(call: Call) -> schemas.BatchList:
    return batch_list(call, BatchKind.TITLES)


@endpoint(
    titles,
    "POST",
    "/staff/titles",
    status=HTTPStatus.CREATED,
    body=schemas.BatchOrder,
    answer=schemas.BatchView,
    errors=[*NOT_MADE, errors.NotFound],
    action=Action.ISSUE_TITLES,
)
def issue_a_list_of_titles(call: Call) -> schemas.BatchView:
    asked = BatchAsked(BatchKind.TITLES, call.body.seen, call.body.accounting_on)
    return batch_view(call, make_batch(call.ports, asked, call.person))


@endpoint(titles, "GET", PATH, answer=schemas.BatchView, errors=[errors.NotFound], action=Action.READ_TITLES)
def show_a_list_of_titles(call: Call, batch_id: str) -> schemas.BatchView:
    return batch_view(call, find_titles(call.ports, batch_id))


@endpoint(
    titles,
    "GET",
    f"{PATH}/file",
    status=HTTPStatus.SEE_OTHER,
    errors=[errors.NotFound],
    action=Action.READ_TITLES,
    answers_redirect=True,
)
def take_a_list_of_titles(call: Call, batch_id: str) -> Response:
    batch = find_titles(call.ports, batch_id)
    data = call.ports.batches.text(batch.id).data
    return offered(call.ports.downloads.offer(batch.file_name, data))
