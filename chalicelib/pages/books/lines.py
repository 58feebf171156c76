"""The lines of statements by state, and one line with what is proposed and decided about it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import ConcurrentUpdate, DecisionNotPossible, NotFound, QuittanceError
from chalicelib.domain.languages import amount
from chalicelib.domain.people import Role
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.registration import Registration
from chalicelib.domain.treasury.lines import ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.proposals import looks_like_fee, looks_like_remittance
from chalicelib.domain.treasury.refusals import BooksMoved, BooksNotValid
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books import statement_words as words
from chalicelib.usecases.cheques.credit_slips import credit_slips, slips_for
from chalicelib.usecases.collection.receive_payment import payment_with
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.registrations.show_account import account_behind
from chalicelib.usecases.statements.explain_line import (
    MOST_GIVEN_BACK_CENTS,
    explain_line,
    returns_with_fee,
)
from chalicelib.usecases.statements.hand_on_line import hand_on_line
from chalicelib.usecases.statements.propose_matches import proposals_of
from chalicelib.usecases.statements.settle_refunds import return_refund, settle_refunds
from chalicelib.usecases.statements.show_returns import returns_for, show_returns
from chalicelib.usecases.statements.suspend_line import suspend_line
from chalicelib.usecases.statements.undo_line import undo_line
from chalicelib.web.parsing import version_of
from chalicelib.web.problems import status_of

pages_lines = Blueprint(__name__)
LINES = "/staff/statement-lines"
LINE = f"{LINES}/{{statement_line_id}}"
MOST_PARTS = 5
MOST_NAMED = 20
TYPED = (
    *("registration", "reason", "slip", "payment", "subject", "fee", "rest"),
    *(
        f"{name}_{rank}"
        for name in ("registration", "amount", "invoice")
        for rank in range(1, MOST_PARTS + 1)
    ),
)
"""The fields whose typed values are shown again when a form is refused."""
REFUSED = (BooksMoved, BooksNotValid, DecisionNotPossible, RefundNotReady, ConcurrentUpdate, NotFound)


@page(pages_lines, "GET", LINES, action=Action.READ_BOOKS)
def staff_statement_lines(page_request: PageRequest) -> Response:
    asked = page_request.parameter("state")
    state = LineState(asked) if asked in list(LineState) else LineState.PROPOSED
    found, following = page_request.ports.statements.of_state(state, page_request.cursor())
    further = urlencode({"state": state.value, "after": following}) if following else ""
    return page_request.page(
        "books/lines",
        lines=found,
        state=state,
        states=words.STATES,
        emptiness=words.NO_LINE,
        is_part=bool(following or page_request.cursor()),
        reasons=words.REASONS,
        names=names_of(page_request.ports, {line.owner for line in found if line.owner}),
        further=f"{LINES}?{further}" if further else "",
        today=paris_day(page_request.ports.now()),
        paris_day=paris_day,
    )


@page(pages_lines, "GET", LINE, action=Action.READ_BOOKS)
def staff_statement_line(page_request: PageRequest, statement_line_id: str) -> Response:
    return shown_line(page_request, statement_line_id)


@page(pages_lines, "POST", f"{LINE}/suspense", action=Action.KEEP_BOOKS)
def suspend_line_page(page_request: PageRequest, statement_line_id: str) -> Response:
    return done_on_line(
        page_request,
        statement_line_id,
        lambda line: suspend_line(
            page_request.ports,
            line,
            page_request.person,
            reason=page_request.field("reason")[:500],
            registration_id=page_request.field("registration"),
            seen=seen_version(page_request),
        ),
    )


@page(pages_lines, "POST", f"{LINE}/fee", action=Action.KEEP_BOOKS)
def line_is_fee(page_request: PageRequest, statement_line_id: str) -> Response:
    return _explained(page_request, statement_line_id, ExplanationKind.FEE)


@page(pages_lines, "POST", f"{LINE}/transfers", action=Action.MAKE_TRANSFERS)
def line_is_transfers(page_request: PageRequest, statement_line_id: str) -> Response:
    ports, by, subject = page_request.ports, page_request.person, page_request.field("subject")
    seen = seen_version(page_request)
    return done_on_line(
        page_request, statement_line_id, lambda line: settle_refunds(ports, line, subject, by, seen)
    )


@page(pages_lines, "POST", f"{LINE}/returned-refund", action=Action.MAKE_TRANSFERS)
def line_is_returned_refund(page_request: PageRequest, statement_line_id: str) -> Response:
    ports, by, subject = page_request.ports, page_request.person, page_request.field("subject")
    seen = seen_version(page_request)
    return done_on_line(
        page_request, statement_line_id, lambda line: return_refund(ports, line, subject, by, seen)
    )


@page(pages_lines, "POST", f"{LINE}/deposits", action=Action.KEEP_BOOKS)
def line_is_deposits(page_request: PageRequest, statement_line_id: str) -> Response:
    ports, by, seen = page_request.ports, page_request.person, seen_version(page_request)
    slips = page_request.field("slip").upper().split()[:MOST_NAMED]
    return done_on_line(
        page_request, statement_line_id, lambda line: credit_slips(ports, line, slips, by, seen)
    )


@page(pages_lines, "POST", f"{LINE}/returned-payments", action=Action.KEEP_BOOKS)
def line_is_returns(page_request: PageRequest, statement_line_id: str) -> Response:
    ports, by, seen = page_request.ports, page_request.person, seen_version(page_request)
    payments = page_request.field("payment").split()[:MOST_NAMED]
    return done_on_line(
        page_request, statement_line_id, lambda line: show_returns(ports, line, payments, by, seen)
    )


@page(pages_lines, "POST", f"{LINE}/discard", action=Action.KEEP_BOOKS)
def discard_line(page_request: PageRequest, statement_line_id: str) -> Response:
    return _explained(page_request, statement_line_id, ExplanationKind.DISCARDED)


@page(pages_lines, "POST", f"{LINE}/owner", action=Action.KEEP_BOOKS)
def hand_on_line_page(page_request: PageRequest, statement_line_id: str) -> Response:
    ports, owner = page_request.ports, page_request.field("owner")
    return done_on_line(
        page_request, statement_line_id, lambda line: hand_on_line(ports, line, owner, page_request.person)
    )


@page(pages_lines, "POST", f"{LINE}/undo", action=Action.KEEP_BOOKS)
def undo_line_page(page_request: PageRequest, statement_line_id: str) -> Response:
    ports, by, seen = page_request.ports, page_request.person, seen_version(page_request)
    reason = page_request.field("reason")[:500]
    return done_on_line(
        page_request, statement_line_id, lambda line: undo_line(ports, line, reason, by, seen)
    )


def _explained(page_request: PageRequest, line_id: str, kind: ExplanationKind) -> Response:
    ports, by, seen = page_request.ports, page_request.person, seen_version(page_request)
    reason = page_request.field("reason")[:500]
    payment = page_request.field("payment") if kind is ExplanationKind.FEE else ""
    return done_on_line(
        page_request,
        line_id,
        lambda line: explain_line(ports, line, kind, by, reason, seen, payment_id=payment),
    )


def done_on_line(page_request: PageRequest, line_id: str, act: Callable[[str], StatementLine]) -> Response:
    """Do the act and show the line; show what refuses it on the same page."""
    try:
        act(line_id)
    except REFUSED as refusal:
        return shown_line(page_request, line_id, refusal)
    return see_other(f"{LINE.format(statement_line_id=line_id)}?done=1")


def seen_version(page_request: PageRequest) -> int:
    return version_of(page_request.field("version"))


def _holder(page_request: PageRequest, registration_id: str) -> str:
    """Return the name of who holds a registration, "" if there is no such one."""
    account = account_behind(page_request.ports, registration_id)
    known = account.registrations if account else ()
    return next((each.holder for each in known if each.id == registration_id), "")


def _paid(page_request: PageRequest, line: StatementLine) -> dict[str, Registration]:
    """Return the registration of each payment that explains a line, by the payment's id."""
    found = {}
    for each in line.explanations:
        account = account_behind(page_request.ports, each.subject)
        payment = payment_with(account, each.subject) if account else None
        if account and payment:
            found[each.subject] = account.registration(payment.registration_id)
    return found


def _told(page_request: PageRequest, line: StatementLine, paid: dict[str, Registration]) -> str:
    """Return what explains a line now, with amounts and names; its state if nothing does."""
    say, language = page_request.said, page_request.language
    parts = []
    for each in line.explanations:
        holder = f", {paid[each.subject].holder}" if each.subject in paid else ""
        parts.append(f"{amount(each.cents, language)}, {say(words.KINDS[each.kind])}{holder}")
    return say(words.DECIDED, what=" ; ".join(parts) or say(words.STATE[line.state]))


def shown_line(page_request: PageRequest, line_id: str, refusal: QuittanceError | None = None) -> Response:
    ports = page_request.ports
    line = ports.statements.line(line_id)
    paid = _paid(page_request, line)
    may_act = page_request.person.holds(*RULES[Action.KEEP_BOOKS].roles)
    facts: dict[str, Any] = {
        "line": line,
        "proposals": proposals_of(ports, line) if line.is_open else (),
        "slips": slips_for(ports, line),
        "returned": [
            (each, _holder(page_request, each.registration_id)) for each in returns_for(ports, line)
        ],
        "is_fee": looks_like_fee(line),
        "is_remittance": line.is_open and looks_like_remittance(line),
        "came_back": [
            (each, _holder(page_request, each.registration_id)) for each in returns_with_fee(ports, line)
        ],
        "may_be_fee": line.open_cents <= MOST_GIVEN_BACK_CENTS,
        "mistake": page_request.sentence(refusal),
        "paid": paid,
        "names": names_of(ports, {each for each in (line.owner, line.decided_by) if each}),
        "accountants": [each for each in ports.people.staff() if each.holds(Role.ACCOUNTANT)],
        "state_words": words.STATE,
        "colours": words.COLOUR,
        "kinds": words.KINDS,
        "reasons": words.REASONS,
        "ranks": range(1, MOST_PARTS + 1),
        "may_act": may_act and line.is_open,
        "may_undo": may_act and bool(line.explanations),
        "today": paris_day(ports.now()),
        "paris_day": paris_day,
        "told": _told(page_request, line, paid) if page_request.parameter("done") else "",
        "given": {name: page_request.field(name) for name in TYPED},
    }
    status = status_of(refusal) if refusal else HTTPStatus.OK
    return page_request.page("books/line", status=status, **facts)
