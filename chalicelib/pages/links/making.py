"""Where the student, or accounting, makes links to pay, sees and revokes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import AddressMissing, NotFound, QuittanceError
from chalicelib.domain.fees import payable_lines
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.money import totals
from chalicelib.domain.payment_links.link import LONGEST, PaymentLink, WantedLink, registration_of
from chalicelib.domain.payment_links.refusals import PaymentLinkNotPossible, PaymentLinkNotValid
from chalicelib.domain.payment_links.standing import LIVE, LinkState, paid_use, state_of
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.payment_links.make_link import make_link, revoke_link, show_links
from chalicelib.web.drawn import drawn
from chalicelib.web.parsing import cents_of, day_of
from chalicelib.web.payment_links import link_address
from chalicelib.web.problems import status_of

pages_payment_links = Blueprint(__name__)
OWN = "/payment-links"
STAFF = "/staff/registrations/{registration_id}/payment-links"
STATES = {
    LinkState.OPEN: marked("À payer"),
    LinkState.PAYING: marked("Paiement en cours"),
    LinkState.PAID: marked("Payé"),
    LinkState.REVOKED: marked("Annulé"),
    LinkState.EXPIRED: marked("Expiré"),
}
BOUNDS = marked("Indiquez un montant, par exemple 300,00, et un dernier jour.")
REFUSED = (PaymentLinkNotPossible, PaymentLinkNotValid, AddressMissing)


@dataclass(frozen=True)
class ShownLink:
    """A row of the list: `is_live` while it can be revoked."""

    link: PaymentLink
    number: int
    state: str
    paid_cents: int | None
    is_live: bool


@page(pages_payment_links, "GET", OWN, action=Action.USE_STUDENT_MENUS)
def own_payment_links(page_request: PageRequest) -> Response:
    return _desk(page_request, page_request.file)


@page(pages_payment_links, "POST", OWN, action=Action.USE_STUDENT_MENUS)
def make_own_payment_link(page_request: PageRequest) -> Response:
    """Show the address of the new link: its token is told here alone."""
    return _make(page_request, page_request.registration.id)


@page(pages_payment_links, "POST", f"{OWN}/{{link_id}}/revocation", action=Action.USE_STUDENT_MENUS)
def revoke_own_payment_link(page_request: PageRequest, link_id: str) -> Response:
    if person_of(link_id) != page_request.person.id:
        raise NotFound
    revoke_link(page_request.ports, link_id, page_request.person)
    return see_other(page_request.to(OWN))


@page(pages_payment_links, "GET", STAFF, action=Action.SHARE_PAYMENT)
def staff_payment_links(page_request: PageRequest, registration_id: str) -> Response:
    return _desk(page_request, show_links(page_request.ports, registration_id, page_request.person))


@page(pages_payment_links, "POST", STAFF, action=Action.SHARE_PAYMENT)
def make_payment_link(page_request: PageRequest, registration_id: str) -> Response:
    return _make(page_request, registration_id)


@page(
    pages_payment_links,
    "POST",
    "/staff/payment-links/{link_id}/revocation",
    action=Action.SHARE_PAYMENT,
)
def revoke_payment_link(page_request: PageRequest, link_id: str) -> Response:
    revoke_link(page_request.ports, link_id, page_request.person)
    return see_other(STAFF.format(registration_id=registration_of(link_id)))


def _make(page_request: PageRequest, registration_id: str) -> Response:
    given = {name: page_request.field(name) for name in ("share", "amount", "until")}
    is_rest, cents = given["share"] == "rest", cents_of(given["amount"])
    until = _day_of(given["until"])
    file = show_links(page_request.ports, registration_id, page_request.person)
    if until is None or (cents is None and not is_rest):
        mistake, status = page_request.said(BOUNDS), HTTPStatus.UNPROCESSABLE_ENTITY
        return _desk(page_request, file, given=given, mistake=mistake, status=status)
    wanted, key = WantedLink(None if is_rest else cents, until), page_request.field("key")
    new = drawn(page_request, key, "link", registration_id, wanted.amount_cents, str(until))
    try:
        made = make_link(page_request.ports, registration_id, wanted, page_request.person, new)
    except REFUSED as refusal:
        told, status = page_request.sentence(refusal), status_of(refusal)
        return _desk(page_request, file, given=given, mistake=told, status=status)
    file = show_links(page_request.ports, registration_id, page_request.person)
    return _desk(page_request, file, made=made.link, address=link_address(made.token))


def _day_of(text: str) -> date | None:
    try:
        return day_of(text)
    except NotFound:
        return None


def _desk(
    page_request: PageRequest,
    file: RegistrationFile,
    *,
    given: Mapping[str, str] | None = None,
    mistake: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    made: PaymentLink | None = None,
    address: str = "",
) -> Response:
    today = paris_day(page_request.ports.now())
    owed_cents, closed = _owed(page_request, file)
    return page_request.page(
        "payment_links",
        status=status,
        registration=file.registration,
        programme=file.programme,
        is_own=page_request.person.id == file.registration.person_id,
        links=_shown(file, today),
        owed_cents=owed_cents,
        closed=closed,
        given=given or {"share": "amount", "amount": "", "until": ""},
        mistake=mistake,
        today=today,
        last=today + LONGEST,
        form_key=page_request.ports.new_id(),
        made=made,
        made_number=_numbered(file).get(made.id) if made else None,
        address=address,
    )


def _owed(page_request: PageRequest, file: RegistrationFile) -> tuple[int, str]:
    """Return what may be asked for, or 0 and why nothing may."""
    try:
        return totals(payable_lines(file, page_request.ports.now())).total_cents, ""
    except QuittanceError as refusal:
        return 0, page_request.sentence(refusal)


def _numbered(file: RegistrationFile) -> dict[str, int]:
    """Return the number of each link, by its id: in the order in which they were made."""
    links = sorted(file.payment_links, key=lambda each: each.made_at)
    return {each.id: number for number, each in enumerate(links, start=1)}


def _shown(file: RegistrationFile, today: date) -> list[ShownLink]:
    numbers = _numbered(file)
    rows = []
    for link in sorted(file.payment_links, key=lambda each: each.made_at):
        state, paid = state_of(file, link, today), paid_use(file, link)
        paid_cents = paid.amount_cents if paid else None
        rows.append(ShownLink(link, numbers[link.id], STATES[state], paid_cents, state in LIVE))
    return rows
