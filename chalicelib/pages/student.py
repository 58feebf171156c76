from dataclasses import replace
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import PlanBinding
from chalicelib.domain.fees import is_complete, quote
from chalicelib.domain.instalments import InstalmentState
from chalicelib.domain.menu import MenuItem, MenuKey, MenuState, menu
from chalicelib.domain.money import totals
from chalicelib.domain.people import Role
from chalicelib.pages.desks import first_desk
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.tables import account_tables
from chalicelib.usecases.invoices.issue_certificate import issue_certificate
from chalicelib.usecases.invoices.render_invoice import link_invoice, render_invoice
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.web.parsing import invoice_number

pages_student = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS
NEED_PAYER = {InstalmentState.NEEDS_PAYER, InstalmentState.ARREARS}
LINKS = {
    MenuKey.DOSSIER: "/dossier",
    MenuKey.PAY_ONCE: "/pay-once",
    MenuKey.CHOOSE_PLAN: "/choose-plan",
    MenuKey.PAY_PLAN: "/pay-plan",
    MenuKey.INVOICES: "/invoices",
    MenuKey.ACCOUNT: "/account",
}


@page(pages_student, "GET", "/")
def home(page_request: PageRequest) -> Response:
    if not page_request.person.holds(Role.STUDENT):
        desk = first_desk(page_request.person)
        return see_other(desk) if desk else page_request.page("staff_home")
    registration = next(iter(page_request.account.registrations), None)
    campaign = page_request.campaign
    return page_request.page(
        "home",
        registration=registration,
        programme=campaign.programme(registration.programme_code) if registration else None,
        is_complete=is_complete(page_request.account, registration, campaign) if registration else False,
        is_free=_total_cents(page_request) == 0 if registration else False,
        needs_payer=any(each.state in NEED_PAYER for each in page_request.account.instalments),
        menu=menu(page_request.account, campaign, page_request.ports.now()),
        links={MenuKey.GUIDE: campaign.guide_url, **LINKS},
    )


@page(pages_student, "GET", "/dossier", action=STUDENT)
def dossier(page_request: PageRequest) -> Response:
    is_choosing = not page_request.registration.fee_situation_code or bool(page_request.parameter("edit"))
    return _dossier(page_request, is_choosing=is_choosing)


@page(pages_student, "POST", "/dossier", action=STUDENT)
def declare_situation(page_request: PageRequest) -> Response:
    code = page_request.field("code")
    if not code:
        return _dossier(page_request, is_choosing=True, mistake="Choisissez une situation avant de valider.")
    choose_fee_situation(page_request.ports, page_request.person.id, page_request.registration.id, code)
    return see_other("/dossier")


def _dossier(page_request: PageRequest, *, is_choosing: bool, mistake: str = "") -> Response:
    registration, campaign = page_request.registration, page_request.campaign
    menu_item = _dossier_item(page_request)
    return page_request.page(
        "dossier",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        registration=registration,
        programme=campaign.programme(registration.programme_code),
        menu_item=menu_item,
        is_choosing=is_choosing and menu_item.state is MenuState.OPEN,
        is_complete=is_complete(page_request.account, registration, campaign),
        total_cents=_total_cents(page_request),
        has_plan=page_request.account.has_binding_plan(registration.id),
        may_pay_by_plan=page_request.menu_item(MenuKey.CHOOSE_PLAN).state is MenuState.OPEN,
        mistake=mistake,
    )


def _dossier_item(page_request: PageRequest) -> MenuItem:
    """The menu as it is; a situation that a plan rests on cannot be changed, and the page says so first."""
    item = page_request.menu_item(MenuKey.DOSSIER)
    if item.state is MenuState.OPEN and page_request.account.has_binding_plan(page_request.registration.id):
        return replace(item, state=MenuState.CLOSED, reason=PlanBinding().sentence)
    return item


def _total_cents(page_request: PageRequest) -> int | None:
    """What the declared situation costs, None before one is declared."""
    if page_request.registration.fee_situation_code is None:
        return None
    return totals(quote(page_request.registration, page_request.campaign)).total_cents


@page(pages_student, "GET", "/invoices", action=STUDENT)
def invoices(page_request: PageRequest) -> Response:
    return page_request.page("invoices", account=page_request.account)


@page(pages_student, "POST", "/invoices/{number}/pdf", action=STUDENT)
def generate_invoice(page_request: PageRequest, number: str) -> Response:
    render_invoice(page_request.ports, page_request.person.id, invoice_number(number))
    return see_other("/invoices")


@page(pages_student, "GET", "/invoices/{number}/pdf", action=STUDENT)
def download_invoice(page_request: PageRequest, number: str) -> Response:
    return see_other(link_invoice(page_request.ports, page_request.person.id, invoice_number(number)))


@page(pages_student, "GET", "/certificate", action=STUDENT)
def download_certificate(page_request: PageRequest) -> Response:
    """Draw the certificate of today; drawing it again gives the same document, so a link may ask for it."""
    _, link = issue_certificate(page_request.ports, page_request.person.id, page_request.registration.id)
    return see_other(link)


@page(pages_student, "GET", "/account", action=STUDENT)
def account(page_request: PageRequest) -> Response:
    return page_request.page(
        "account",
        tables=account_tables(page_request.account, page_request.campaign),
        position=page_request.account.position(paris_day(page_request.ports.now())),
        arrears_cents=page_request.account.arrears_cents,
    )
