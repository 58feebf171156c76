from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.usecases.delivery import retry_entry as usecase
from chalicelib.web.schemas import outbox as schemas

outbox = Blueprint(__name__)


@endpoint(outbox, "GET", "/staff/outbox", answer=schemas.GivenUpList, action=Action.READ_GIVEN_UP)
def list_what_was_given_up(call: Call) -> schemas.GivenUpList:
    found = usecase.list_given_up(call.ports)
    return schemas.GivenUpList(
        items=[schemas.GivenUpEntry.model_validate(each, from_attributes=True) for each in found]
    )


@endpoint(
    outbox,
    "POST",
    "/staff/outbox/{entry_id}/retry",
    answer=schemas.GivenUpEntry,
    errors=[errors.NotFound, errors.ConcurrentUpdate],
    action=Action.RETRY_DELIVERY,
)
def retry_what_was_given_up(call: Call, entry_id: str) -> schemas.GivenUpEntry:
    again = usecase.retry_entry(call.ports, entry_id, call.person)
    return schemas.GivenUpEntry.model_validate(again, from_attributes=True)
