from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain.access import Action
from chalicelib.usecases.events import read_events as usecase
from chalicelib.web.schemas.programs import events as schemas

events = Blueprint(__name__)


@endpoint(
    events,
    "GET",
    "/events",
    query=schemas.EventsQuery,
    answer=schemas.EventPage,
    action=Action.READ_EVENTS,
)
def read_events(call: Call) -> schemas.EventPage:
    found = usecase.read_events(call.ports, call.query.after, call.query.limit)
    return schemas.EventPage(
        items=[schemas.event_view(each) for each in found],
        next=found[-1].number if found else call.query.after,
    )
