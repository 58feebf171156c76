from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.errors import NotFound, SessionMissing
from chalicelib.domain.fees import payable_lines
from chalicelib.domain.menu import MenuKey
from chalicelib.domain.payments import PAGE_LIFETIME, Attempt, AttemptState
from chalicelib.domain.people import Role
from chalicelib.handlers import schemas
from chalicelib.handlers.card_payments import address_choice
from chalicelib.handlers.page import Visit, page
from chalicelib.handlers.views import MESSAGES
from chalicelib.portal.countries import country_names
from chalicelib.portal.tables import fee_table
from chalicelib.usecases.show_account import show_attempt
from chalicelib.usecases.start_card_payment import (
    AddressChoice,
    AddressMode,
    StartedPayment,
    start_card_payment,
)

pages_payment = Blueprint(__name__)
STUDENT = [Role.STUDENT]
ADDRESS_FIELDS = ("line1", "line2", "zip_code", "city", "country", "phone_country_code", "phone")
MISTAKES = {
    "line1": "Indiquez le numéro et la rue, en 50 caractères au plus.",
    "line2": "Ce complément tient en 50 caractères au plus.",
    "zip_code": "Indiquez le code postal, en lettres et chiffres.",
    "city": "Indiquez la ville, en 50 caractères au plus.",
    "country": "Choisissez le pays dans la liste.",
    "phone_country_code": "Indiquez l'indicatif avec son signe +, par exemple +33.",
    "phone": "Indiquez le numéro sans l'indicatif : de 4 à 10 chiffres.",
}
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


@page(pages_payment, "GET", "/pay-once", roles=STUDENT)
def pay_once(visit: Visit) -> Response:
    return visit.page(
        "pay_once",
        registration=visit.registration,
        programme=visit.campaign.programme(visit.registration.programme_code),
        menu_item=visit.menu_item(MenuKey.PAY_ONCE),
    )


@page(pages_payment, "GET", "/pay-once/recap", roles=STUDENT)
def recap(visit: Visit) -> Response:
    school = visit.campaign.school
    return _recap(
        visit,
        {
            **dict.fromkeys((*ADDRESS_FIELDS, "keep", "address"), ""),
            "mode": "saved" if visit.person.addresses else "new",
            "country": school.address.country,
            "phone_country_code": school.phone_country_code,
        },
    )


def _recap(visit: Visit, given: dict[str, str], mistakes: dict[str, str] | None = None) -> Response:
    """Show the lines and the address form; each one shown has a key, so a double click makes one attempt."""
    campaign, registration = visit.campaign, visit.registration
    return visit.page(
        "recap",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistakes else HTTPStatus.OK,
        programme=campaign.programme(registration.programme_code),
        fees=fee_table(payable_lines(visit.account, registration, campaign, visit.ports.now())),
        key=visit.ports.new_id(),
        countries=country_names(),
        given=given,
        mistakes=mistakes or {},
    )


@page(pages_payment, "POST", "/pay-once", roles=STUDENT)
def start_payment(visit: Visit) -> Response:
    given = {name: visit.field(name) for name in (*ADDRESS_FIELDS, "keep", "address", "mode")}
    try:
        choice = _choice(given)
    except ValidationError as error:
        return _recap(visit, given, _mistakes(error))
    # A form that is sent again with another address is another attempt, not a clash with the first.
    key = urlencode({"key": visit.field("key") or visit.ports.new_id(), **given})
    started = _started(visit, choice, key)
    minutes = int(PAGE_LIFETIME.total_seconds()) // 60
    return visit.page("payment", attempt=started.attempt, page=started.page, minutes=minutes)


def _started(visit: Visit, choice: AddressChoice, key: str) -> StartedPayment:
    """Start one payment; the second click of two at once finds what the first has started."""
    person_id, registration_id = visit.person.id, visit.registration.id
    return start_card_payment(visit.ports, person_id, registration_id, choice, key)


def _choice(given: dict[str, str]) -> AddressChoice:
    """Read the address form; what the chosen way does not ask for is not looked at."""
    if given["mode"] == AddressMode.SAVED:
        return AddressChoice(AddressMode.SAVED, id=given["address"])
    if given["mode"] == AddressMode.NONE:
        return AddressChoice(AddressMode.NONE)
    return address_choice(schemas.NewAddressChoice.model_validate(_as_typed(given)))


def _as_typed(given: dict[str, str]) -> dict[str, Any]:
    typed = {name: given[name] for name in ADDRESS_FIELDS}
    typed["phone"] = "".join(letter for letter in given["phone"] if letter not in " .-/\u00a0\u202f")
    typed["phone_country_code"] = given["phone_country_code"].replace(" ", "")
    return {"mode": "new", **typed, "keep": bool(given["keep"])}


def _mistakes(error: ValidationError) -> dict[str, str]:
    names = (str(each["loc"][-1]) for each in error.errors())
    return {name: MISTAKES[name] for name in names if name in MISTAKES}


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
