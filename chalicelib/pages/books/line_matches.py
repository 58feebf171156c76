"""A line of a statement is received for registrations: who gets what is confirmed as it was read."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.errors import NotFound, QuittanceError
from chalicelib.domain.identifiers import is_registration_id
from chalicelib.domain.lists.filters import Filter
from chalicelib.domain.treasury.entered import transfer_entered
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.domain.treasury.refusals import (
    LinePayerUnknown,
    OwedMoved,
    ReceiptAlreadyShown,
    TransferEntered,
)
from chalicelib.pages.books.lines import LINE, MOST_PARTS, REFUSED, seen_version, shown_line
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.usecases.lists.find_registrations import find_registrations
from chalicelib.usecases.statements.match_line import Match, Part, match_line
from chalicelib.usecases.statements.show_match import PartShown, show_match
from chalicelib.web.parsing import cents_of, invoice_number
from chalicelib.web.problems import status_of

pages_line_matches = Blueprint(__name__)


@page(pages_line_matches, "POST", f"{LINE}/match/check", action=Action.KEEP_BOOKS)
def check_line_match(page_request: PageRequest, statement_line_id: str) -> Response:
    """Show who receives which amount, by name, and the transfers entered before that it may be."""
    return _confirmation(page_request, page_request.ports.statements.line(statement_line_id))


@page(pages_line_matches, "POST", f"{LINE}/match", action=Action.KEEP_BOOKS)
def match_line_page(page_request: PageRequest, statement_line_id: str) -> Response:
    ports, by, seen = page_request.ports, page_request.person, seen_version(page_request)
    try:
        match_line(ports, statement_line_id, _match(page_request), by, seen)
    except (OwedMoved, TransferEntered) as moved:
        line = ports.statements.line(statement_line_id)
        is_whole = line.version == seen  # else some parts are booked: the rest is a match of its own
        return (
            _confirmation(page_request, line, moved) if is_whole else shown_line(page_request, line.id, moved)
        )
    except REFUSED as refusal:
        return shown_line(page_request, statement_line_id, refusal)
    return see_other(f"{LINE.format(statement_line_id=statement_line_id)}?done=1")


def _confirmation(
    page_request: PageRequest, line: StatementLine, moved: QuittanceError | None = None
) -> Response:
    """Show the match as things are now; `moved` says what was read otherwise."""
    match = _match(page_request)
    try:
        shown = _shown(page_request, line, match)
    except (LinePayerUnknown, ReceiptAlreadyShown) as refusal:
        return shown_line(page_request, line.id, refusal)
    entered = [payment for each in shown for payment in each.entered]
    known = transfer_entered(entered[0]) if entered else moved
    return page_request.page(
        "books/line_confirmation",
        status=status_of(known) if known else HTTPStatus.OK,
        line=line,
        match=match,
        shown=shown,
        is_another=bool(entered),
        known=page_request.sentence(known),
    )


def _shown(page_request: PageRequest, line: StatementLine, match: Match) -> tuple[PartShown, ...]:
    if not match.parts or not all(part.registration_id for part in match.parts):
        raise LinePayerUnknown
    try:
        return show_match(page_request.ports, line, match)
    except NotFound:
        raise LinePayerUnknown from None


def _match(page_request: PageRequest) -> Match:
    """Return the parts that were filled in; an amount that cannot be read is 0, which the rule refuses."""
    ranks = (rank for rank in range(1, MOST_PARTS + 1) if page_request.field(f"registration_{rank}"))
    fee, rest = (cents_of(page_request.field(name)) or 0 for name in ("fee", "rest"))
    return Match(tuple(_part(page_request, rank) for rank in ranks), -fee, rest)


def _part(page_request: PageRequest, rank: int) -> Part:
    invoice = page_request.field(f"invoice_{rank}")
    return Part(
        _registration(page_request, page_request.field(f"registration_{rank}")),
        cents_of(page_request.field(f"amount_{rank}")) or 0,
        invoice_number(invoice) if invoice else None,
        page_request.field(f"payment_{rank}"),
        frozenset(page_request.field(f"apart_{rank}").split()),
        cents_of(page_request.field(f"owed_{rank}")),
    )


def _registration(page_request: PageRequest, typed: str) -> str:
    """Return the id of the registration that was typed: its number, or what finds it alone in the list."""
    if is_registration_id(typed):
        return typed
    found = find_registrations(page_request.ports, page_request.campaign, Filter(), typed).entries
    return found[0].line.id if len(found) == 1 else ""
