"""Accounting's desk of statements: a file is imported, its lines with a reference are booked."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.refunds.ibans import masked
from chalicelib.domain.treasury.csv_mapping import COLUMNS, CsvFrame
from chalicelib.domain.treasury.refusals import BooksMoved, BooksNotValid
from chalicelib.pages.desks import STATEMENTS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.statement_words import COLUMNS as COLUMN_WORDS
from chalicelib.portal.books.statement_words import FORMATS, STATES
from chalicelib.usecases.isolation import LONGEST_REQUEST, within
from chalicelib.usecases.statements.frame_csv import frame_csv
from chalicelib.usecases.statements.import_statement import accounts, import_statement
from chalicelib.usecases.statements.propose_matches import Matching, propose_matches
from chalicelib.web.parsing import signed_cents_of
from chalicelib.web.problems import UploadMissing, UploadTooLarge, status_of

pages_statements = Blueprint(__name__)
COUNTS = ("new", "known", "matched", "proposed", "waiting")
REFUSED = (BooksMoved, BooksNotValid, UploadMissing, UploadTooLarge)


@page(pages_statements, "GET", STATEMENTS.path, action=STATEMENTS.action, takes_file=True)
def staff_statements(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_statements, "POST", STATEMENTS.path, action=Action.KEEP_BOOKS, takes_file=True)
def import_statement_file(page_request: PageRequest) -> Response:
    ports, has_time = page_request.ports, within(page_request.ports.now, LONGEST_REQUEST)
    try:
        done = import_statement(ports, page_request.upload, page_request.person, _frame(page_request))
    except REFUSED as refusal:
        return _desk(page_request, refusal)
    matching = propose_matches(ports, page_request.person, has_time)
    new = sum(each.statement.new_lines for each in done if not each.is_known)
    known = sum(each.is_known for each in done)
    return see_other(_told(matching, new=new, known=known))


@page(pages_statements, "POST", f"{STATEMENTS.path}/matching", action=Action.KEEP_BOOKS)
def look_at_lines(page_request: PageRequest) -> Response:
    has_time = within(page_request.ports.now, LONGEST_REQUEST)
    return see_other(
        _told(propose_matches(page_request.ports, page_request.person, has_time), new=0, known=0)
    )


def _told(matching: Matching, *, new: int, known: int) -> str:
    waiting = matching.passed.left + matching.passed.lost + matching.passed.failed
    counts = (new, known, matching.matched, matching.proposed, waiting)
    return f"{STATEMENTS.path}?{urlencode(dict(zip(COUNTS, counts, strict=True)))}"


def _frame(page_request: PageRequest) -> CsvFrame | None:
    """Return what was typed for a CSV file, None without its balances."""
    opening = signed_cents_of(page_request.field("opening"))
    closing = signed_cents_of(page_request.field("closing"))
    if opening is None or closing is None:
        return None
    columns = {name: page_request.field(name)[:100] for name in COLUMNS}
    return frame_csv(page_request.ports, page_request.field("account"), opening, closing, columns)


def _desk(page_request: PageRequest, refusal: QuittanceError | None = None) -> Response:
    found, cursor = page_request.ports.statements.listed(page_request.cursor())
    ibans = tuple(accounts(page_request.ports))
    return page_request.page(
        "books/statements",
        status=status_of(refusal) if refusal else HTTPStatus.OK,
        mistake=page_request.sentence(refusal),
        told=_counts(page_request),
        statements=found,
        further=f"{STATEMENTS.path}?{urlencode({'after': cursor})}" if cursor else "",
        states=STATES,
        formats=FORMATS,
        ibans=ibans,
        masked=masked,
        columns=COLUMN_WORDS,
        mapping=page_request.ports.statements.mapping(ibans[0]).columns if ibans else {},
        given={name: page_request.field(name) for name in (*COLUMNS, "opening", "closing", "account")},
        may_act=page_request.person.holds(*RULES[Action.KEEP_BOOKS].roles),
    )


def _counts(page_request: PageRequest) -> dict[str, int]:
    """Return the counts in the address after an import, {} without all of them."""
    counts = {name: page_request.parameter(name) for name in COUNTS}
    is_told = all(each.isascii() and each.isdigit() and len(each) <= len(COUNTS) for each in counts.values())
    return {name: int(each) for name, each in counts.items()} if is_told else {}
