"""Debts given up by two people: the form of a proposal, what waits for a second person, what was decided."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action, permit
from chalicelib.domain.corrections.waiver import Waiver, WaiverKind, WaiverState
from chalicelib.domain.corrections.waivers import WaiverAsked, may_be_waived, waivable_cents
from chalicelib.domain.errors import NotFound, QuittanceError
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.languages import amount
from chalicelib.domain.payers.receiving import payer_of
from chalicelib.pages.books.confirmation import Asked, confirmation, is_sure
from chalicelib.pages.desks import WAIVERS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.words import DECIDED, NO_WAIVER, WAIVER_KINDS, WAIVER_STATES
from chalicelib.portal.texts import marked
from chalicelib.usecases.corrections.decide_waiver import decide_waiver, find_waiver
from chalicelib.usecases.corrections.propose_waiver import propose_waiver
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.parsing import cents_of, seen_number
from chalicelib.web.problems import status_of

pages_waivers = Blueprint(__name__)
DEBTOR = {False: marked("Étudiant"), True: marked("Tiers payeur")}
FORM = "/staff/registrations/{registration_id}/waivers"
LONGEST = 500
LONGEST_NUMBER = 9


@page(pages_waivers, "GET", WAIVERS.path, action=WAIVERS.action)
def staff_waivers(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_waivers, "POST", f"{WAIVERS.path}/{{waiver_id}}/decision", action=Action.DECIDE_WAIVER)
def decide_on_waiver(page_request: PageRequest, waiver_id: str) -> Response:
    reason = page_request.field("reason")[:LONGEST]
    is_approved = page_request.field("decision") == "approve"
    try:
        if is_approved and not is_sure(page_request):
            waiver = find_waiver(page_request.ports, waiver_id)
            return confirmation(page_request, _approval_asked(page_request, waiver, reason))
        decide_waiver(page_request.ports, waiver_id, reason, page_request.person, is_approved=is_approved)
    except QuittanceError as refusal:
        return _desk(page_request, status_of(refusal), page_request.sentence(refusal), waiver_id)
    return _done(waiver_id)


def _approval_asked(page_request: PageRequest, waiver: Waiver, reason: str) -> Asked:
    say, cents = page_request.said, amount(waiver.amount_cents, page_request.language)
    return Asked(
        title=say(marked("Abandonner %(amount)s, %(holder)s ?"), amount=cents, holder=waiver.holder),
        consequence=say(marked("L'écriture est définitive.")),
        facts=(
            (say(DEBTOR[waiver.is_of_payer]), waiver.holder),
            (say(marked("Nature")), say(WAIVER_KINDS[waiver.kind])),
            (say(marked("Montant")), cents),
            (say(marked("Motif")), waiver.reason),
            (say(marked("Pièce")), waiver.document),
        ),
        button=say(
            marked("Approuver : abandonner %(amount)s, %(holder)s"), amount=cents, holder=waiver.holder
        ),
        action=f"{WAIVERS.path}/{waiver.id}/decision",
        back=WAIVERS.path,
        fields=(("decision", "approve"), ("reason", reason)),
    )


@page(pages_waivers, "GET", FORM, action=Action.PROPOSE_WAIVER)
def waiver_form(page_request: PageRequest, registration_id: str) -> Response:
    return _form(page_request, registration_id)


@page(pages_waivers, "POST", FORM, action=Action.PROPOSE_WAIVER)
def propose(page_request: PageRequest, registration_id: str) -> Response:
    try:
        made = propose_waiver(page_request.ports, registration_id, _asked(page_request), page_request.person)
    except QuittanceError as refusal:
        return _form(page_request, registration_id, status_of(refusal), page_request.sentence(refusal))
    return _done(made.id)


def _done(waiver_id: str) -> Response:
    return see_other(f"{WAIVERS.path}?{urlencode({'done': waiver_id})}")


def _told(page_request: PageRequest) -> str:
    """Return what was just proposed or decided, of the waiver that the address names."""
    try:
        waiver = find_waiver(page_request.ports, page_request.parameter("done"))
    except NotFound:
        return ""
    cents = amount(waiver.amount_cents, page_request.language)
    return page_request.said(DECIDED[waiver.state], amount=cents, holder=waiver.holder)


def _asked(page_request: PageRequest) -> WaiverAsked:
    kind = page_request.field("kind")
    return WaiverAsked(
        kind=WaiverKind(kind) if kind in set(WaiverKind) else WaiverKind.REMISSION,
        amount_cents=cents_of(page_request.field("amount")) or 0,
        owed_seen_cents=seen_number(page_request.field("seen_cents")),
        reason=page_request.field("reason")[:LONGEST],
        document=page_request.field("document")[:LONGEST],
        invoice_number=_invoice(page_request.field("invoice")),
    )


def _invoice(typed: str) -> int | None:
    """Return the number of a payer's invoice, None for a debt of the student."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER else None


def _desk(
    page_request: PageRequest, status: HTTPStatus = HTTPStatus.OK, mistake: str = "", refused: str = ""
) -> Response:
    asked = page_request.parameter("state")
    state = WaiverState(asked) if asked in set(WaiverState) else WaiverState.PROPOSED
    found, cursor = page_request.ports.waivers.of_state(state, page_request.cursor())
    people = {each.proposed_by for each in found} | {each.decided_by for each in found} - {""}
    return page_request.page(
        "books/waivers",
        status=status,
        mistake=mistake,
        told=_told(page_request),
        refused=refused,
        reason=page_request.field("reason"),
        waivers=found,
        state=state,
        states=WAIVER_STATES,
        emptiness=NO_WAIVER,
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
    number = _invoice(page_request.field("invoice") or page_request.parameter("invoice"))
    return page_request.page(
        "books/waiver",
        status=status,
        mistake=mistake,
        registration=file.registration,
        invoice_number=number,
        debtor=file.registration.holder if number is None else payer_of(file, number).facts.name,
        owed_cents=waivable_cents(file, number),
        is_possible=may_be_waived(file, number),
        kinds=WAIVER_KINDS,
        given={name: page_request.field(name) for name in ("kind", "amount", "reason", "document")},
    )
