from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.domain.errors import NotFound, SessionMissing
from chalicelib.domain.fees import payable_lines
from chalicelib.domain.menu import MenuKey
from chalicelib.domain.payments import PAGE_LIFETIME, Attempt, AttemptState
from chalicelib.pages.address_form import address_form, chosen_address, given_address, key_of
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.payment_words import MESSAGES
from chalicelib.portal.tables import fee_table
from chalicelib.usecases.payments.start_card_payment import StartedPayment, start_card_payment
from chalicelib.usecases.registrations.show_account import show_attempt

pages_payment = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS
RECAP = ("/pay-once/recap", "Revenir au récapitulatif du paiement")
WAYS = ("effectue", "refuse", "annule", "attente")
COLOURS = {
    AttemptState.PAID: "yes",
    AttemptState.REFUSED: "no",
    AttemptState.CANCELLED: "no",
    AttemptState.UNKNOWN: "heed",
    AttemptState.PENDING: "heed",
}
LEFT_THE_PAGE = (
    "Vous avez quitté la page de paiement. Si vous n'y avez validé aucun paiement, rien n'est débité : "
    "vous pouvez recommencer depuis l'accueil."
)


@page(pages_payment, "GET", "/pay-once", action=STUDENT)
def pay_once(page_request: PageRequest) -> Response:
    return page_request.page(
        "pay_once",
        registration=page_request.registration,
        programme=page_request.file.programme,
        menu_item=page_request.menu_item(MenuKey.PAY_ONCE),
        has_plan=page_request.file.has_binding_plan,
    )


@page(pages_payment, "GET", "/pay-once/recap", action=STUDENT)
def recap(page_request: PageRequest) -> Response:
    return _recap(page_request)


def _recap(
    page_request: PageRequest, given: dict[str, str] | None = None, error: ValidationError | None = None
) -> Response:
    """Show the lines and the address form."""
    return page_request.page(
        "recap",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        programme=page_request.file.programme,
        fees=fee_table(payable_lines(page_request.file, page_request.ports.now())),
        **address_form(page_request, given, error),
    )


@page(pages_payment, "POST", "/pay-once", action=STUDENT, again=RECAP)
def start_payment(page_request: PageRequest) -> Response:
    given = given_address(page_request)
    try:
        choice = chosen_address(given)
    except ValidationError as error:
        return _recap(page_request, given, error)
    started = start_card_payment(
        page_request.ports,
        page_request.person.id,
        page_request.registration.id,
        choice,
        key_of(page_request, given),
    )
    return gateway_page(page_request, started, page_request.to(RECAP[0]))


def gateway_page(page_request: PageRequest, started: StartedPayment, back: str) -> Response:
    """Show what is about to be paid and the form that leads to the gateway's page; `back` gives it up."""
    minutes = int(PAGE_LIFETIME.total_seconds()) // 60
    return page_request.page(
        "payment", attempt=started.attempt, page=started.page, minutes=minutes, back=back
    )


@page(pages_payment, "GET", "/payments/return/{way}", public=True)
def payment_return(page_request: PageRequest, way: str) -> Response:
    """Where the gateway sends the browser back: shows what is recorded, never settles anything."""
    if way not in WAYS:
        raise NotFound
    reference = page_request.parameter("Ref")
    attempt = _own_attempt(page_request, reference)
    if attempt is None:
        return page_request.public_page("payment_return", attempt=None)
    is_left = way == "annule" and attempt.state is AttemptState.PENDING
    return page_request.page(
        "payment_return",
        registration_id=attempt.registration_id if page_request.has_several_files else "",
        attempt=attempt,
        message=LEFT_THE_PAGE if is_left else MESSAGES[attempt.state],
        colour=COLOURS[attempt.state],
        reload=f"/payments/return/{way}?{urlencode({'Ref': reference})}",
    )


def _own_attempt(page_request: PageRequest, reference: str) -> Attempt | None:
    try:
        person_id = page_request.session.person_id
        attempt_id = page_request.ports.gateway.attempt_id(reference)
        return show_attempt(page_request.ports, person_id, attempt_id) if attempt_id else None
    except (SessionMissing, NotFound):
        return None
