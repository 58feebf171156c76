"""The administrator's desk of mails and calls that could not be delivered."""

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.pages.desks import OUTBOX
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.delivery.retry_entry import list_given_up, retry_entry
from chalicelib.usecases.people.list_people import names_of

pages_outbox = Blueprint(__name__)
TOLD = {
    "again": marked("L'envoi est relancé : il part dans la minute."),
    "gone": marked("Cet envoi n'est plus dans la liste : il est parti, ou déjà relancé."),
}


@page(pages_outbox, "GET", OUTBOX.path, action=OUTBOX.action)
def staff_outbox(page_request: PageRequest) -> Response:
    found = list_given_up(page_request.ports)
    return page_request.page(
        "staff_outbox",
        found=found,
        names=names_of(page_request.ports, {each.person_id for each in found} - {""}),
        me=page_request.person.id,
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
    )


@page(pages_outbox, "POST", f"{OUTBOX.path}/{{entry_id}}/retry", action=Action.RETRY_DELIVERY)
def retry_given_up(page_request: PageRequest, entry_id: str) -> Response:
    """Retry a given up entry; if it is sent twice, or by two people at once, show its current state."""
    try:
        retry_entry(page_request.ports, entry_id, page_request.person)
    except (NotFound, ConcurrentUpdate):
        return see_other(f"{OUTBOX.path}?done=gone")
    return see_other(f"{OUTBOX.path}?done=again")
