from http import HTTPStatus

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.causes import PlanMoved
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.fees import rest_lines, total_cents
from chalicelib.domain.menu import MenuKey, MenuState
from chalicelib.domain.money import totals
from chalicelib.domain.owed import debit_cents, unplanned_cents, withheld_by_decision
from chalicelib.domain.plan.instalment_pages import InstalmentPage, instalment_page, is_as_asked
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.plan_cards import (
    can_be_debited,
    file_lack,
    instalment_for_new_card,
    is_too_small,
)
from chalicelib.domain.plan.plan_requests import PlanRequest, require_as_read
from chalicelib.domain.plan.plans import Schedule, schedule
from chalicelib.domain.plan.refusals import RequestMoved
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.address_form import address_form, chosen_address, given_address, key_of
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.plans.request_plan import (
    OfferedPlan,
    request_plan,
    show_plans,
    withdraw_plan_request,
)
from chalicelib.web.parsing import rank_of

pages_plan = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS
PLAN = ("/pay-plan", marked("Revenir à l'échéancier"))


@page(pages_plan, "GET", "/choose-plan", action=STUDENT)
def choose_plan(page_request: PageRequest) -> Response:
    return _choose_plan(page_request)


def _choose_plan(page_request: PageRequest, mistake: str = "", moved: RequestMoved | None = None) -> Response:
    registration = page_request.registration
    menu_item = page_request.menu_item(MenuKey.CHOOSE_PLAN)
    is_open = menu_item.state is MenuState.OPEN
    refused = HTTPStatus.CONFLICT if moved else HTTPStatus.UNPROCESSABLE_ENTITY
    return page_request.page(
        "choose_plan",
        status=refused if moved or mistake else HTTPStatus.OK,
        moved=page_request.sentence(moved),
        registration=registration,
        programme=page_request.file.programme,
        menu_item=menu_item,
        plan_request=page_request.account.plan_request(registration.id),
        today=paris_day(page_request.ports.now()),
        offers=_offers(page_request) if is_open and total_cents(page_request.file) is not None else (),
        is_changed=_is_changed(page_request),
        mistake=mistake,
    )


def _is_changed(page_request: PageRequest) -> bool:
    """Return True if nothing comes of the request that stands: its price is another since."""
    file = page_request.file
    request = file.plan_request
    if request is None or not request.is_binding or request.started:
        return False
    return not is_as_asked(file, request, paris_day(page_request.ports.now()))


def _offers(page_request: PageRequest) -> tuple[OfferedPlan, ...]:
    return show_plans(page_request.ports, page_request.person.id, page_request.registration.id, None)


@page(pages_plan, "POST", "/choose-plan", action=STUDENT)
def ask_for_plan(page_request: PageRequest) -> Response:
    plan_code = page_request.field("plan")
    if not plan_code:
        return _choose_plan(page_request, page_request.said("Choisissez un échéancier avant de valider."))
    seen = page_request.field(f"schedule_{plan_code}") or None
    request_plan(page_request.ports, page_request.person.id, page_request.registration.id, plan_code, seen)
    return see_other(page_request.to("/choose-plan"))


@page(pages_plan, "POST", "/choose-plan/withdraw", action=STUDENT)
def take_request_back(page_request: PageRequest) -> Response:
    registration, seen = page_request.registration, page_request.field("seen")
    try:
        withdraw_plan_request(page_request.ports, page_request.person.id, registration.id, seen)
    except RequestMoved as moved:
        return _choose_plan(page_request, moved=moved)
    return see_other(page_request.to("/choose-plan"))


@page(pages_plan, "GET", "/pay-plan", action=STUDENT)
def pay_plan(page_request: PageRequest) -> Response:
    """Redirect to the first payment until it is made, then show the state of the schedule."""
    file = page_request.file
    request = file.plan_request
    if request and request.is_payable and not request.started:
        return _pay_instalment(page_request, 1)
    new_card = instalment_for_new_card(file)
    return page_request.page(
        "pay_plan",
        programme=page_request.file.programme,
        menu_item=page_request.menu_item(MenuKey.PAY_PLAN),
        instalments=file.instalments,
        invoices={invoice.number: invoice for invoice in page_request.account.invoices},
        automatic_cents=sum(each.remaining_cents for each in file.instalments if _is_automatic(each, file)),
        too_small=[each for each in file.instalments if is_too_small(each)],
        is_stopped=bool(request and request.is_stopped),
        withheld=withheld_by_decision(file),
        stop_reason=request.stop_reason if request else "",
        mandate=file.mandate,
        new_card=new_card,
        new_card_cents=debit_cents(file, new_card) if new_card else 0,
        card_lack=file_lack(file),
        beside_cents=unplanned_cents(file) if file.has_started_plan else 0,
        payable_rest_cents=_payable_rest_cents(page_request),
    )


def _payable_rest_cents(page_request: PageRequest) -> int:
    """Return the rest of a begun plan that may be paid at once now, 0 if none may."""
    if not page_request.file.has_started_plan:
        return 0
    try:
        return totals(rest_lines(page_request.file, page_request.ports.now())).total_cents
    except QuittanceError:
        return 0


def _is_automatic(instalment: Instalment, file: RegistrationFile) -> bool:
    """Return True if it is debited without the student; withheld by a decision, only if it is in flight."""
    is_withheld = withheld_by_decision(file) is not None
    return instalment.is_in_flight or (not is_withheld and can_be_debited(instalment, file.mandate))


@page(pages_plan, "GET", "/pay-plan/{rank}", action=STUDENT)
def pay_instalment(page_request: PageRequest, rank: str) -> Response:
    return _pay_instalment(page_request, rank_of(rank))


def _pay_instalment(
    page_request: PageRequest,
    rank: int,
    given: dict[str, str] | None = None,
    refusal: ValidationError | PlanMoved | None = None,
) -> Response:
    """Show the terms agreed to by paying this instalment, and the address form."""
    error = refusal if isinstance(refusal, ValidationError) else None
    moved = refusal if isinstance(refusal, PlanMoved) else None
    statuses = {ValidationError: HTTPStatus.UNPROCESSABLE_ENTITY, PlanMoved: HTTPStatus.CONFLICT}
    file = page_request.file
    asked = instalment_page(file, rank, "", page_request.ports.now())
    request = file.plan_request
    return page_request.page(
        "pay_instalment",
        status=statuses.get(type(refusal), HTTPStatus.OK),
        moved=page_request.sentence(moved),
        programme=page_request.file.programme,
        rank=rank,
        asked=asked,
        schedule=_first_schedule(page_request, request, asked) if request else None,
        **address_form(page_request, given, error),
    )


def _first_schedule(
    page_request: PageRequest, request: PlanRequest, asked: InstalmentPage
) -> Schedule | None:
    """Return every date and cent if the first part is paid today; None for a late instalment."""
    if asked.instalment or asked.terms.plan is None:
        return None
    return schedule(asked.terms.plan, request.total_cents, paris_day(page_request.ports.now()))


@page(pages_plan, "POST", "/pay-plan/{rank}", action=STUDENT, again=PLAN)
def start_instalment(page_request: PageRequest, rank: str) -> Response:
    given, seen = given_address(page_request), page_request.field("schedule_hash")
    try:
        require_as_read(page_request.file.plan_request, seen)
        started = start_card_payment(
            page_request.ports,
            page_request.person.id,
            page_request.registration.id,
            chosen_address(given),
            key_of(page_request, given),
            rank_of(rank),
            seen_hash=seen,
        )
    except (ValidationError, PlanMoved) as refusal:
        return _pay_instalment(page_request, rank_of(rank), given, refusal)
    return see_other(f"/payments/{started.attempt.id}")
