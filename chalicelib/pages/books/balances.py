"""Accounting's desk of account 411: who owes how much since when, and the letters of one account."""

from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.books.as_of import DayToCome
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import DecisionNotPossible, QuittanceError
from chalicelib.domain.people import Role
from chalicelib.pages.desks import BALANCES
from chalicelib.pages.page import page
from chalicelib.pages.page_request import LONGEST_CURSOR, PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.balance_words import AGES, LETTERED, balances_csv, event_word
from chalicelib.usecases.lettering.letter_entries import (
    LetteredDebtor,
    letter_entries,
    show_lettering,
    undo_lettering,
)
from chalicelib.usecases.lettering.list_balances import balances_for_file, list_balances
from chalicelib.web.downloads import csv_text
from chalicelib.web.parsing import as_of_parameter
from chalicelib.web.problems import status_of

pages_balances = Blueprint(__name__)
LETTERS = "/staff/letterings/{person_id}"


@page(pages_balances, "GET", BALANCES.path, action=BALANCES.action)
def staff_balances(page_request: PageRequest) -> Response:
    day, refusal = _as_of(page_request)
    after = page_request.parameter("after")[:LONGEST_CURSOR]
    found = list_balances(page_request.ports, page_request.campaign.numbering.series, day, after)
    query = {"as_of": found.as_of.isoformat()}
    totals = {age: sum(each.ages[age] for each in found.debts) for age in AGES}
    return page_request.page(
        "books/balances",
        status=status_of(refusal) if refusal else HTTPStatus.OK,
        mistake=page_request.sentence(refusal),
        found=found,
        ages=AGES,
        totals=totals,
        is_part=bool(after or found.next),
        today=paris_day(page_request.ports.now()),
        further=f"{BALANCES.path}?{urlencode(query | {'after': found.next})}" if found.next else "",
        export=f"{BALANCES.path}.csv?{urlencode(query)}",
    )


@page(pages_balances, "GET", f"{BALANCES.path}.csv", action=BALANCES.action)
def take_balances(page_request: PageRequest) -> Response:
    day = as_of_parameter(page_request.parameter("as_of"))
    found = balances_for_file(page_request.ports, page_request.campaign.numbering.series, day)
    return csv_text(balances_csv(found), f"balance-411-{found.as_of}.csv")


@page(pages_balances, "GET", LETTERS, action=BALANCES.action)
def staff_letters(page_request: PageRequest, person_id: str) -> Response:
    return _letters(page_request, person_id)


@page(pages_balances, "POST", LETTERS, action=Action.KEEP_BOOKS)
def letter_page(page_request: PageRequest, person_id: str) -> Response:
    """Letter what is ticked; asked for a sum only, show what is ticked with its running total."""
    if page_request.field("sum"):
        return _letters(page_request, person_id)
    is_partial = bool(page_request.field("partial"))
    try:
        letter_entries(
            page_request.ports, person_id, _ticked(page_request), page_request.person, is_partial=is_partial
        )
    except DecisionNotPossible as refusal:
        return _letters(page_request, person_id, refusal)
    return see_other(f"{LETTERS.format(person_id=person_id)}?done=lettered")


@page(pages_balances, "POST", f"{LETTERS}/undo", action=Action.KEEP_BOOKS)
def undo_letter_page(page_request: PageRequest, person_id: str) -> Response:
    lettering, reason = page_request.field("lettering"), page_request.field("reason")
    try:
        undo_lettering(page_request.ports, person_id, lettering, reason, page_request.person)
    except DecisionNotPossible as refusal:
        return _letters(page_request, person_id, refusal)
    return see_other(f"{LETTERS.format(person_id=person_id)}?done=undone")


def _letters(page_request: PageRequest, person_id: str, refusal: QuittanceError | None = None) -> Response:
    day, wrong = _as_of(page_request)
    said = refusal or wrong
    as_of, debtors = show_lettering(page_request.ports, person_id, day)
    ticked = set(_ticked(page_request))
    return page_request.page(
        "books/letters",
        status=status_of(said) if said else HTTPStatus.OK,
        mistake=page_request.sentence(said),
        person_id=person_id,
        as_of=as_of,
        debtors=debtors,
        ticked=ticked,
        told=page_request.said(LETTERED.get(page_request.parameter("done"), "")),
        is_partial=bool(page_request.field("partial")),
        undone=page_request.field("lettering"),
        reason=page_request.field("reason"),
        columns={each.debtor.id: _columns(each) for each in debtors},
        sums={each.debtor.id: _sums(each, ticked) for each in debtors},
        event_word=event_word,
        today=paris_day(page_request.ports.now()),
        may_act=page_request.person.holds(Role.ACCOUNTANT) and as_of == paris_day(page_request.ports.now()),
    )


def _as_of(page_request: PageRequest) -> tuple[date | None, QuittanceError | None]:
    """Return the day asked for; today, with why, if it is to come."""
    day = as_of_parameter(page_request.parameter("as_of"))
    today = paris_day(page_request.ports.now())
    return (None, DayToCome(today)) if day and day > today else (day, None)


def _ticked(page_request: PageRequest) -> list[str]:
    return [each for each in dict.fromkeys(page_request.form.get("entry", [])) if each]


def _columns(debtor: LetteredDebtor) -> tuple[int, int]:
    """Return the debits and the credits of all entries, in cents."""
    cents = [item.cents for group in debtor.groups for item in group.items]
    return sum(max(0, each) for each in cents), -sum(min(0, each) for each in cents)


def _sums(debtor: LetteredDebtor, ticked: set[str]) -> tuple[int, int]:
    """Return the open debits and credits of the groups that are ticked, in cents."""
    rests = [group.cents for group in debtor.groups if ticked & {item.entry.id for item in group.items}]
    return sum(max(0, each) for each in rests), -sum(min(0, each) for each in rests)
