from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.domain.errors import NotFound, SessionMissing
from chalicelib.domain.fees import payable_lines
from chalicelib.domain.menu import MenuKey
from chalicelib.domain.payments import PAGE_LIFETIME, Attempt, AttemptState
from chalicelib.handlers.page import page
from chalicelib.handlers.page_address import address_form, chosen_address, given_address, key_of
from chalicelib.handlers.views import MESSAGES
from chalicelib.handlers.visit import Visit
from chalicelib.portal.tables import fee_table
from chalicelib.usecases.show_account import show_attempt
from chalicelib.usecases.start_card_payment import StartedPayment, start_card_payment

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
def pay_once(visit: Visit) -> Response:
    return visit.page(
        "pay_once",
        registration=visit.registration,
        programme=visit.campaign.programme(visit.registration.programme_code),
        menu_item=visit.menu_item(MenuKey.PAY_ONCE),
        has_plan=visit.account.has_binding_plan(visit.registration.id),
    )


@page(pages_payment, "GET", "/pay-once/recap", action=STUDENT)
def recap(visit: Visit) -> Response:
    return _recap(visit)


def _recap(
    visit: Visit, given: dict[str, str] | None = None, error: ValidationError | None = None
) -> Response:
    """Show the lines and the address form."""
    campaign, registration = visit.campaign, visit.registration
    return visit.page(
        "recap",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        programme=campaign.programme(registration.programme_code),
        fees=fee_table(payable_lines(visit.account, registration, campaign, visit.ports.now())),
        **address_form(visit, given, error),
    )


@page(pages_payment, "POST", "/pay-once", action=STUDENT, again=RECAP)
def start_payment(visit: Visit) -> Response:
    given = given_address(visit)
    try:
        choice = chosen_address(given)
    except ValidationError as error:
        return _recap(visit, given, error)
    started = start_card_payment(
        visit.ports, visit.person.id, visit.registration.id, choice, key_of(visit, given)
    )
    return gateway_page(visit, started, RECAP[0])


def gateway_page(visit: Visit, started: StartedPayment, back: str) -> Response:
    """Show what is about to be paid and the form that leads to the gateway's page; `back` gives it up."""
    minutes = int(PAGE_LIFETIME.total_seconds()) // 60
    return visit.page("payment", attempt=started.attempt, page=started.page, minutes=minutes, back=back)


@page(pages_payment, "GET", "/payments/return/{way}", public=True)
def payment_return(visit: Visit, way: str) -> Response:
    """Where the gateway sends the browser back: shows what is recorded, never settles anything."""
    if way not in WAYS:
        raise NotFound
    reference = visit.parameter("Ref")
    attempt = _own_attempt(visit, reference)
    if attempt is None:
        return visit.public_page("payment_return", attempt=None)
    is_left = way == "annule" and attempt.state is AttemptState.PENDING
    return visit.page(
        "payment_return",
        attempt=attempt,
        message=LEFT_THE_PAGE if is_left else MESSAGES[attempt.state],
        colour=COLOURS[attempt.state],
        reload=f"/payments/return/{way}?{urlencode({'Ref': reference})}",
    )


def _own_attempt(visit: Visit, reference: str) -> Attempt | None:
    try:
        person_id = visit.session.person_id
        attempt_id = visit.ports.gateway.attempt_id(reference)
        return show_attempt(visit.ports, person_id, attempt_id) if attempt_id else None
    except (SessionMissing, NotFound):
        return None
