"""The home of the staff: what is to be done, the figures of money, and the export of a list."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.calendar import paris_day
from chalicelib.pages.desks import HOME
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.staff.list_address import query_of
from chalicelib.portal.books.list_sheet import SHEET_NAME, Taken, list_sheet
from chalicelib.portal.desk_words import BRAKES, COUNTERS
from chalicelib.portal.figure_words import figures as figures_in_words
from chalicelib.portal.list_csv import registrations_csv
from chalicelib.portal.list_words import count
from chalicelib.portal.money_chart import BACK, HEIGHT, MEANS, WIDTH, money_chart
from chalicelib.usecases.exports.make_batch import last_batch_hash
from chalicelib.usecases.journal.show_figures import show_figures
from chalicelib.usecases.lists.find_registrations import all_registrations
from chalicelib.usecases.lists.show_desk import show_desk
from chalicelib.web.downloads import csv_text
from chalicelib.web.parsing import as_of_parameter

pages_home = Blueprint(__name__)


@page(pages_home, "GET", HOME.path, action=HOME.action)
def staff_desk(page_request: PageRequest) -> Response:
    """Show what is to be done now and, to whoever may read money, the journal at the evening asked for."""
    counters = show_desk(page_request.ports, page_request.campaign, page_request.person)
    return page_request.page(
        "staff_desk",
        counters=counters,
        words=COUNTERS,
        brakes=page_request.brakes.applied,
        brake_words=BRAKES,
        count=count,
        now=page_request.ports.now(),
        **_money(page_request),
    )


def _money(page_request: PageRequest) -> dict[str, Any]:
    if not page_request.person.holds(*RULES[Action.READ_FIGURES].roles):
        return {"figures": None}
    asked = as_of_parameter(page_request.parameter("as_of"))
    figures = show_figures(page_request.ports, page_request.campaign, asked)
    return {
        "figures": figures,
        "totals": list(figures_in_words(figures.total)),
        "chart": money_chart(figures),
        "size": (WIDTH, HEIGHT),
        "means": MEANS,
        "back_word": BACK,
        "today": paris_day(page_request.ports.now()),
    }


@page(pages_home, "GET", "/staff/exports/registrations.csv", action=Action.EXPORT_REGISTRATIONS)
def export_list(page_request: PageRequest) -> Response:
    query = query_of(page_request.parameters)
    campaign = page_request.campaign_asked_for(query.campaign)
    found = all_registrations(page_request.ports, campaign, query.wanted, query.q or "")
    return csv_text(registrations_csv(found, campaign), "dossiers.csv")


@page(pages_home, "GET", "/staff/exports/registrations-control.csv", action=Action.EXPORT_REGISTRATIONS)
def export_sheet_of_list(page_request: PageRequest) -> Response:
    query = query_of(page_request.parameters)
    ports, campaign = page_request.ports, page_request.campaign_asked_for(query.campaign)
    found = all_registrations(ports, campaign, query.wanted, query.q or "")
    taken = Taken(ports.now(), query.q or "", last_batch_hash(ports, campaign))
    return csv_text(list_sheet(found, campaign, taken), SHEET_NAME)
