"""Accounting's desk of the months of the books: what each held at its end, and the next to close."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.books.periods import Closing, last_day, month_of
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.people import Role
from chalicelib.pages.books.confirmation import Asked, confirmation, is_sure
from chalicelib.pages.desks import PERIODS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.balance_words import BOOKS
from chalicelib.portal.books.words import month_word
from chalicelib.portal.texts import marked
from chalicelib.usecases.closing.begin_closing import begin_closing
from chalicelib.web.parsing import month_of_path
from chalicelib.web.problems import status_of

pages_periods = Blueprint(__name__)


@page(pages_periods, "GET", PERIODS.path, action=PERIODS.action)
def staff_periods(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_periods, "POST", f"{PERIODS.path}/{{month}}/close", action=Action.CLOSE_PERIOD)
def close_period_page(page_request: PageRequest, month: str) -> Response:
    series = page_request.campaign.numbering.series
    closing = page_request.ports.periods.closing(series)
    if month == _next(page_request, closing) and not is_sure(page_request):
        return confirmation(page_request, _closing_asked(page_request, month, closing))
    try:
        begin_closing(page_request.ports, series, month_of_path(month), page_request.person)
    except DecisionNotPossible as refusal:
        return _desk(page_request, status_of(refusal), page_request.sentence(refusal))
    return see_other(PERIODS.path)


def _closing_asked(page_request: PageRequest, month: str, closing: Closing) -> Asked:
    say, named = page_request.said, month_word(month, page_request.language)
    first = marked("Ce mois et tous ceux d'avant ne recevront plus d'écriture.")
    later = marked("Ce mois ne recevra plus d'écriture.")
    return Asked(
        title=say(marked("Clôturer %(month)s ?"), month=named),
        consequence=say(later if closing.open_from else first),
        facts=((say(marked("Mois")), named),),
        button=say(marked("Clôturer %(month)s"), month=named),
        action=f"{PERIODS.path}/{month}/close",
        back=PERIODS.path,
    )


def _desk(page_request: PageRequest, status: HTTPStatus = HTTPStatus.OK, mistake: str = "") -> Response:
    series, chart = page_request.campaign.numbering.series, page_request.campaign.chart
    closing = page_request.ports.periods.closing(series)
    return page_request.page(
        "books/periods",
        status=status,
        mistake=mistake,
        closing=closing,
        closing_month=month_of(closing.closing_to) if closing.closing_to else "",
        periods=tuple(reversed(page_request.ports.periods.closed(series))),
        books=BOOKS,
        named_month=partial(month_word, language=page_request.language),
        chart=chart,
        month=_next(page_request, closing),
        may_act=page_request.person.holds(Role.ACCOUNTANT),
    )


def _next(page_request: PageRequest, closing: Closing) -> str:
    """Return the month that may be closed now, "" if there is none; at first the one that ended last."""
    today = paris_day(page_request.ports.now())
    if closing.closing_to:
        return ""
    if closing.open_from is None:
        return month_of(today.replace(day=1) - timedelta(days=1))
    month = month_of(closing.open_from)
    return month if last_day(month) < today else ""
