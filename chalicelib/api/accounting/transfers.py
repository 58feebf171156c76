from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.refunds import refusals
from chalicelib.domain.refunds.transfer_files import TransferFile
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.refunds.select_transfers import select_transfers
from chalicelib.web.downloads import XML, transfer_file
from chalicelib.web.schemas import transfers as schemas
from chalicelib.web.schemas.models import ListQuery

transfers = Blueprint(__name__)


@endpoint(
    transfers,
    "GET",
    "/staff/transfers",
    query=ListQuery,
    answer=schemas.TransferFileList,
    action=Action.READ_CREDITS,
)
def list_transfer_files(call: Call) -> schemas.TransferFileList:
    found, cursor = call.ports.transfer_files.listed(call.query.after)
    selection = select_transfers(call.ports, call.person)
    return schemas.TransferFileList(
        items=[_view(each) for each in found],
        next=cursor,
        ready=schemas.ReadyView(
            refunds=[each.id for each in selection.refunds],
            total_cents=selection.total_cents,
            digest=selection.digest,
            files=len(selection.files),
        ),
        left_out=[
            schemas.LeftOutView(refund=each.id, amount_cents=each.amount_cents, cause=why)
            for each, why in selection.left_out
        ],
    )


@endpoint(
    transfers,
    "POST",
    "/staff/transfers",
    status=HTTPStatus.CREATED,
    body=schemas.TransfersSeen,
    answer=schemas.TransferFilesMade,
    errors=[refusals.TransfersChanged, errors.ConcurrentUpdate],
    action=Action.MAKE_TRANSFERS,
)
def make_files_of_transfers(call: Call) -> schemas.TransferFilesMade:
    first, *others = make_transfer_files(call.ports, call.body.digest, call.person)
    return schemas.TransferFilesMade(**dict(_view(first)), further=[_view(each) for each in others])


@endpoint(
    transfers,
    "GET",
    "/staff/transfers/{transfer_file_id}/xml",
    gives=XML,
    errors=[errors.NotFound],
    action=Action.MAKE_TRANSFERS,
)
def take_a_transfer_file(call: Call, transfer_file_id: str) -> Response:
    return transfer_file(call.ports.transfer_files.text(transfer_file_id), transfer_file_id)


def _view(file: TransferFile) -> schemas.TransferFileView:
    return schemas.TransferFileView(
        id=file.id,
        refunds=file.refunds,
        total_cents=file.total_cents,
        made_by=file.made_by,
        made_at=file.made_at,
        sha256=file.sha256,
    )
