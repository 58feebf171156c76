from http import HTTPStatus

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.instalment_pages import InstalmentPage, instalment_page
from chalicelib.domain.instalments import Instalment, InstalmentState
from chalicelib.domain.menu import MenuKey, MenuState
from chalicelib.domain.plan_requests import PlanRequest
from chalicelib.domain.plans import Schedule, schedule
from chalicelib.handlers.instalments import rank_of
from chalicelib.handlers.page import page
from chalicelib.handlers.page_address import address_form, chosen_address, given_address, key_of
from chalicelib.handlers.page_response import see_other
from chalicelib.handlers.pages_payment import gateway_page
from chalicelib.handlers.visit import Visit
from chalicelib.usecases.request_plan import OfferedPlan, request_plan, show_plans, withdraw_plan_request
from chalicelib.usecases.start_card_payment import start_card_payment

pages_plan = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS
PLAN = ("/pay-plan", "Revenir à l'échéancier")


@page(pages_plan, "GET", "/choose-plan", action=STUDENT)
def choose_plan(visit: Visit) -> Response:
    return _choose_plan(visit)


def _choose_plan(visit: Visit, mistake: str = "") -> Response:
    registration, campaign = visit.registration, visit.campaign
    menu_item = visit.menu_item(MenuKey.CHOOSE_PLAN)
    is_open = menu_item.state is MenuState.OPEN
    return visit.page(
        "choose_plan",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        registration=registration,
        programme=campaign.programme(registration.programme_code),
        menu_item=menu_item,
        plan_request=visit.account.plan_request(registration.id),
        today=paris_day(visit.ports.now()),
        offers=_offers(visit) if is_open else (),
        mistake=mistake,
    )


def _offers(visit: Visit) -> tuple[OfferedPlan, ...]:
    return show_plans(visit.ports, visit.person.id, visit.registration.id, None)


@page(pages_plan, "POST", "/choose-plan", action=STUDENT)
def ask_for_plan(visit: Visit) -> Response:
    plan_code = visit.field("plan")
    if not plan_code:
        return _choose_plan(visit, "Choisissez un échéancier avant de valider.")
    request_plan(visit.ports, visit.person.id, visit.registration.id, plan_code)
    return see_other("/choose-plan")


@page(pages_plan, "POST", "/choose-plan/withdraw", action=STUDENT)
def take_request_back(visit: Visit) -> Response:
    withdraw_plan_request(visit.ports, visit.person.id, visit.registration.id)
    return see_other("/choose-plan")


@page(pages_plan, "GET", "/pay-plan", action=STUDENT)
def pay_plan(visit: Visit) -> Response:
    """Lead to the first payment until it is made, then show what became of the schedule."""
    registration, account = visit.registration, visit.account
    request = account.plan_request(registration.id)
    if request and request.is_payable and not request.started:
        return _pay_instalment(visit, 1)
    instalments = _in_order(account.instalments_of(registration.id))
    return visit.page(
        "pay_plan",
        programme=visit.campaign.programme(registration.programme_code),
        menu_item=visit.menu_item(MenuKey.PAY_PLAN),
        instalments=instalments,
        invoices={invoice.number: invoice for invoice in account.invoices},
        automatic_cents=sum(each.amount_cents for each in instalments if _is_automatic(each)),
    )


def _is_automatic(instalment: Instalment) -> bool:
    return instalment.state is InstalmentState.DUE or instalment.is_in_flight


def _in_order(instalments: tuple[Instalment, ...]) -> list[Instalment]:
    return sorted(instalments, key=lambda each: each.rank)


@page(pages_plan, "GET", "/pay-plan/{rank}", action=STUDENT)
def pay_instalment(visit: Visit, rank: str) -> Response:
    return _pay_instalment(visit, rank_of(rank))


def _pay_instalment(
    visit: Visit, rank: int, given: dict[str, str] | None = None, error: ValidationError | None = None
) -> Response:
    """Show what is agreed to by paying this instalment, and the address form."""
    registration, campaign = visit.registration, visit.campaign
    asked = instalment_page(visit.account, registration, campaign, rank, "", visit.ports.now())
    request = visit.account.plan_request(registration.id)
    return visit.page(
        "pay_instalment",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        programme=campaign.programme(registration.programme_code),
        rank=rank,
        asked=asked,
        schedule=_first_schedule(visit, request, asked) if request else None,
        **address_form(visit, given, error),
    )


def _first_schedule(visit: Visit, request: PlanRequest, asked: InstalmentPage) -> Schedule | None:
    """Return every date and cent if the first part is paid today; None where one is paid late."""
    if asked.instalment:
        return None
    plan = visit.campaign.plans[request.plan_code]
    return schedule(plan, request.total_cents, paris_day(visit.ports.now()))


@page(pages_plan, "POST", "/pay-plan/{rank}", action=STUDENT, again=PLAN)
def start_instalment(visit: Visit, rank: str) -> Response:
    given = given_address(visit)
    try:
        choice = chosen_address(given)
    except ValidationError as error:
        return _pay_instalment(visit, rank_of(rank), given, error)
    key = key_of(visit, given)
    started = start_card_payment(
        visit.ports, visit.person.id, visit.registration.id, choice, key, rank_of(rank)
    )
    return gateway_page(visit, started, PLAN[0])
