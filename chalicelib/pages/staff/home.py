"""The home of the staff: the counters of their desks, and the export of a list."""

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.pages.desks import HOME
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.staff.list_address import query_of
from chalicelib.portal.desk_words import COUNTERS
from chalicelib.portal.list_csv import registrations_csv
from chalicelib.portal.list_words import count
from chalicelib.usecases.lists.find_registrations import all_registrations
from chalicelib.usecases.lists.show_desk import show_desk
from chalicelib.web.downloads import csv_file

pages_home = Blueprint(__name__)


@page(pages_home, "GET", HOME.path, action=HOME.action)
def staff_desk(page_request: PageRequest) -> Response:
    counters = show_desk(page_request.ports, page_request.campaign, page_request.person)
    return page_request.page("staff_desk", counters=counters, words=COUNTERS, count=count)


@page(pages_home, "GET", "/staff/exports/registrations.csv", action=Action.EXPORT_REGISTRATIONS)
def export_list(page_request: PageRequest) -> Response:
    query = query_of(page_request.parameters)
    campaign = page_request.campaign_asked_for(query.campaign)
    found = all_registrations(page_request.ports, campaign, query.wanted, query.q or "")
    return csv_file(registrations_csv(found, campaign))
