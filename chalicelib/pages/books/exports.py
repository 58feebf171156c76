"""Files of the books to take away.

A form leads to links: browsers let no form end at another address, which the bucket is.
"""

from datetime import date

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.exports.files import LedgerKind
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.usecases.exports.pack_student import pack_student
from chalicelib.usecases.exports.take_fec import take_fec
from chalicelib.usecases.exports.take_ledger import take_ledger
from chalicelib.web.downloads import offered
from chalicelib.web.parsing import as_of_parameter, day_of, year_of

pages_books_exports = Blueprint(__name__)
PATH = "/staff/exports"


@page(pages_books_exports, "GET", PATH, action=Action.READ_BOOKS)
def choose_files_of_the_books(page_request: PageRequest) -> Response:
    year = page_request.parameter("year")
    since, until, day = (as_of_parameter(page_request.parameter(name)) for name in ("from", "to", "day"))
    return page_request.page(
        "books/exports",
        today=paris_day(page_request.ports.now()),
        year=year_of(year) if year else None,
        days=(since, until) if since and until else None,
        day=day,
    )


@page(pages_books_exports, "GET", "/staff/exports/fec", action=Action.READ_BOOKS)
def take_fec_of_a_year(page_request: PageRequest) -> Response:
    year = year_of(page_request.parameter("year"))
    campaign = page_request.campaign
    return _offered(page_request, *take_fec(page_request.ports, campaign, year, page_request.person))


@page(pages_books_exports, "GET", "/staff/exports/journal", action=Action.READ_BOOKS)
def take_journal_of_days(page_request: PageRequest) -> Response:
    since, until = (day_of(page_request.parameter(name)) for name in ("from", "to"))
    return _ledger(page_request, LedgerKind.JOURNAL, since, until)


@page(pages_books_exports, "GET", "/staff/exports/receipts", action=Action.READ_BOOKS)
def take_receipts_of_a_day(page_request: PageRequest) -> Response:
    day = day_of(page_request.parameter("day"))
    return _ledger(page_request, LedgerKind.RECEIPTS, day, day)


def _ledger(page_request: PageRequest, kind: LedgerKind, since: date, until: date) -> Response:
    ports, campaign = page_request.ports, page_request.campaign
    return _offered(page_request, *take_ledger(ports, campaign, kind, since, until, page_request.person))


def _offered(page_request: PageRequest, name: str, data: bytes) -> Response:
    return offered(page_request.ports.downloads.offer(name, data))


@page(pages_books_exports, "GET", "/staff/people/{person_id}/pack", action=Action.PACK_STUDENT)
def take_everything_on_student(page_request: PageRequest, person_id: str) -> Response:
    """Make the archive anew each time: nothing changes but the trail, which says who took it."""
    return _offered(page_request, *pack_student(page_request.ports, person_id, page_request.person))
