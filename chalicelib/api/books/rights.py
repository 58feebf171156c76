from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain.access import Action
from chalicelib.domain.books.as_of import DayToCome
from chalicelib.portal.books.rights_csv import rights_csv
from chalicelib.usecases.people.list_rights import list_rights
from chalicelib.web.downloads import CSV_TEXT, csv_text
from chalicelib.web.schemas.books import rights as schemas

rights = Blueprint(__name__)


@endpoint(
    rights,
    "GET",
    "/staff/rights",
    query=schemas.RightsQuery,
    answer=schemas.RightList,
    errors=[DayToCome],
    action=Action.READ_PEOPLE,
)
def list_rights_on_a_day(call: Call) -> schemas.RightList:
    found = list_rights(call.ports, call.query.day)
    return schemas.RightList(
        day=found.day,
        items=[
            schemas.RightView(
                person=each.person_id,
                name=found.names.get(each.person_id, ""),
                roles=each.roles,
                is_active=each.is_active,
                since=each.since,
                by=each.by,
                is_told=each.is_told,
            )
            for each in found.rights
        ],
    )


@endpoint(
    rights,
    "GET",
    "/staff/exports/rights.csv",
    gives=CSV_TEXT,
    query=schemas.RightsQuery,
    errors=[DayToCome],
    action=Action.READ_PEOPLE,
)
def export_rights_on_a_day(call: Call) -> Response:
    found = list_rights(call.ports, call.query.day)
    return csv_text(rights_csv(found), f"droits-{found.day}.csv")
