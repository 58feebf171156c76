"""Debts given up by two people: the form of a proposal, what waits for a second person, what was decided."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action, permit
from chalicelib.domain.corrections.waiver import WaiverKind, WaiverState
from chalicelib.domain.corrections.waivers import WaiverAsked, may_be_waived
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.owed import owed_cents
from chalicelib.pages.desks import WAIVERS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.words import WAIVER_KINDS, WAIVER_STATES
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.corrections.decide_waiver import decide_waiver
from chalicelib.usecases.corrections.propose_waiver import propose_waiver
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.parsing import cents_of
from chalicelib.web.problems import status_of

pages_waivers = Blueprint(__name__)
FORM = "/staff/registrations/{registration_id}/waivers"
LONGEST = 500


@page(pages_waivers, "GET", WAIVERS.path, action=WAIVERS.action)
def staff_waivers(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_waivers, "POST", f"{WAIVERS.path}/{{waiver_id}}/decision", action=Action.DECIDE_WAIVER)
def decide_on_waiver(page_request: PageRequest, waiver_id: str) -> Response:
    reason = page_request.field("reason")[:LONGEST]
    is_approved = page_request.field("decision") == "approve"
    try:
        decide_waiver(page_request.ports, waiver_id, reason, page_request.person, is_approved=is_approved)
    except QuittanceError as refusal:
        return _desk(page_request, status_of(refusal), sentence(refusal))
    return see_other(WAIVERS.path)


@page(pages_waivers, "GET", FORM, action=Action.PROPOSE_WAIVER)
def waiver_form(page_request: PageRequest, registration_id: str) -> Response:
    return _form(page_request, registration_id)


@page(pages_waivers, "POST", FORM, action=Action.PROPOSE_WAIVER)
def propose(page_request: PageRequest, registration_id: str) -> Response:
    try:
        propose_waiver(page_request.ports, registration_id, _asked(page_request), page_request.person)
    except QuittanceError as refusal:
        return _form(page_request, registration_id, status_of(refusal), sentence(refusal))
    return see_other(WAIVERS.path)


def _asked(page_request: PageRequest) -> WaiverAsked:
    kind, seen = page_request.field("kind"), page_request.field("seen_cents")
    return WaiverAsked(
        kind=WaiverKind(kind) if kind in set(WaiverKind) else WaiverKind.REMISSION,
        amount_cents=cents_of(page_request.field("amount")) or 0,
        owed_seen_cents=int(seen) if seen.isascii() and seen.isdigit() else 0,
        reason=page_request.field("reason")[:LONGEST],
        document=page_request.field("document")[:LONGEST],
    )


def _desk(page_request: PageRequest, status: HTTPStatus = HTTPStatus.OK, mistake: str = "") -> Response:
    asked = page_request.parameter("state")
    state = WaiverState(asked) if asked in set(WaiverState) else WaiverState.PROPOSED
    found, cursor = page_request.ports.waivers.of_state(state, page_request.cursor())
    people = {each.proposed_by for each in found} | {each.decided_by for each in found} - {""}
    return page_request.page(
        "books/waivers",
        status=status,
        mistake=mistake,
        waivers=found,
        state=state,
        states=WAIVER_STATES,
        kinds=WAIVER_KINDS,
        names=names_of(page_request.ports, people),
        further=f"{WAIVERS.path}?{urlencode({'state': state, 'after': cursor})}" if cursor else "",
        may_decide=page_request.person.holds(*RULES[Action.DECIDE_WAIVER].roles),
        me=page_request.person.id,
    )


def _form(
    page_request: PageRequest, registration_id: str, status: HTTPStatus = HTTPStatus.OK, mistake: str = ""
) -> Response:
    person_id = person_of(registration_id)
    permit(page_request.person, Action.PROPOSE_WAIVER, person_id)
    file = show_file(page_request.ports, person_id, registration_id)
    return page_request.page(
        "books/waiver",
        status=status,
        mistake=mistake,
        registration=file.registration,
        owed_cents=owed_cents(file) if file.registration.has_order else 0,
        is_possible=may_be_waived(file),
        kinds=WAIVER_KINDS,
        given={name: page_request.field(name) for name in ("kind", "amount", "reason", "document")},
    )
