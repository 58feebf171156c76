"""Who held which role on a day: a page, and the same as a file."""

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.books.rights_csv import rights_csv, roles_of, source_of
from chalicelib.usecases.people.list_rights import list_rights
from chalicelib.web.downloads import csv_text
from chalicelib.web.parsing import as_of_parameter

pages_rights = Blueprint(__name__)
PATH = "/staff/rights"


@page(pages_rights, "GET", PATH, action=Action.READ_PEOPLE)
def staff_rights(page_request: PageRequest) -> Response:
    found = list_rights(page_request.ports, as_of_parameter(page_request.parameter("day")))
    return page_request.page(
        "books/rights",
        found=found,
        today=paris_day(page_request.ports.now()),
        roles_of=partial(roles_of, language=page_request.language),
        source_of=source_of,
    )


@page(pages_rights, "GET", f"{PATH}/file", action=Action.READ_PEOPLE)
def take_rights(page_request: PageRequest) -> Response:
    found = list_rights(page_request.ports, as_of_parameter(page_request.parameter("day")))
    return csv_text(rights_csv(found), f"droits-{found.day}.csv")
