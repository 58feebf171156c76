from collections.abc import Callable
from http import HTTPStatus

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.domain.fees import payable_lines, rest_lines
from chalicelib.domain.menu import MenuKey, MenuState, rest_to_pay
from chalicelib.domain.money import totals
from chalicelib.domain.payers.covers import covers_of
from chalicelib.pages.address_form import address_form, chosen_address, given_address, key_of
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.tables import fee_table
from chalicelib.portal.texts import marked
from chalicelib.usecases.campaigns.explain_amount import explain_amount
from chalicelib.usecases.payments.start_card_payment import start_card_payment

pages_payment = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS
PLAN = ("/pay-plan", marked("Revenir à l'échéancier"))
RECAP = ("/pay-once", marked("Revenir au récapitulatif du paiement"))


@page(pages_payment, "GET", "/pay-once", action=STUDENT)
def pay_once(page_request: PageRequest) -> Response:
    return _pay_once(page_request)


@page(pages_payment, "GET", "/pay-once/recap", action=STUDENT)
def recap(page_request: PageRequest) -> Response:
    """Show the same page: pages kept from earlier releases link to this address."""
    return _pay_once(page_request)


def _pay_once(
    page_request: PageRequest, given: dict[str, str] | None = None, error: ValidationError | None = None
) -> Response:
    """Show the amount with its lines and the address form, or why nothing can be paid here."""
    menu_item = page_request.menu_item(MenuKey.PAY_ONCE)
    is_open = menu_item.state is MenuState.OPEN
    return page_request.page(
        "pay_once",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        registration=page_request.registration,
        programme=page_request.file.programme,
        menu_item=menu_item,
        rest=rest_to_pay(page_request.file),
        covers=tuple(covers_of(page_request.file)),
        has_plan=page_request.file.has_binding_plan,
        fees=fee_table(payable_lines(page_request.file, page_request.ports.now())) if is_open else None,
        why=explain_amount(page_request.ports, page_request.file) if is_open else None,
        **address_form(page_request, given, error),
    )


@page(pages_payment, "POST", "/pay-once", action=STUDENT, again=RECAP)
def start_payment(page_request: PageRequest) -> Response:
    return _start(page_request, _pay_once, rest=False)


@page(pages_payment, "GET", "/pay-rest", action=STUDENT)
def pay_rest(page_request: PageRequest) -> Response:
    return _pay_rest(page_request)


def _pay_rest(
    page_request: PageRequest, given: dict[str, str] | None = None, error: ValidationError | None = None
) -> Response:
    """Show the rest of a begun plan and the address form."""
    lines = rest_lines(page_request.file, page_request.ports.now())
    return page_request.page(
        "pay_rest",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        programme=page_request.file.programme,
        amount_cents=totals(lines).total_cents,
        **address_form(page_request, given, error),
    )


@page(pages_payment, "POST", "/pay-rest", action=STUDENT, again=PLAN)
def start_rest(page_request: PageRequest) -> Response:
    return _start(page_request, _pay_rest, rest=True)


def _start(page_request: PageRequest, show_again: Callable[..., Response], *, rest: bool) -> Response:
    """Start the payment, or show its page again with what is wrong in the address."""
    given = given_address(page_request)
    try:
        choice = chosen_address(given)
    except ValidationError as error:
        return show_again(page_request, given, error)
    started = start_card_payment(
        page_request.ports,
        page_request.person.id,
        page_request.registration.id,
        choice,
        key_of(page_request, given),
        rest=rest,
    )
    return see_other(f"/payments/{started.attempt.id}")
