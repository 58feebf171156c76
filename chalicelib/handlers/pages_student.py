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
from chalicelib.handlers.invoices import invoice_number
from chalicelib.handlers.page import page
from chalicelib.handlers.page_desks import first_desk
from chalicelib.handlers.page_response import see_other
from chalicelib.handlers.visit import Visit
from chalicelib.portal.tables import account_tables
from chalicelib.usecases.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.issue_certificate import issue_certificate
from chalicelib.usecases.render_invoice import link_invoice, render_invoice

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
def home(visit: Visit) -> Response:
    if not visit.person.holds(Role.STUDENT):
        desk = first_desk(visit.person)
        return see_other(desk) if desk else visit.page("staff_home")
    registration = next(iter(visit.account.registrations), None)
    campaign = visit.campaign
    return visit.page(
        "home",
        registration=registration,
        programme=campaign.programme(registration.programme_code) if registration else None,
        is_complete=is_complete(visit.account, registration, campaign) if registration else False,
        is_free=_total_cents(visit) == 0 if registration else False,
        needs_payer=any(each.state in NEED_PAYER for each in visit.account.instalments),
        menu=menu(visit.account, campaign, visit.ports.now()),
        links={MenuKey.GUIDE: campaign.guide_url, **LINKS},
    )


@page(pages_student, "GET", "/dossier", action=STUDENT)
def dossier(visit: Visit) -> Response:
    is_choosing = not visit.registration.fee_situation_code or bool(visit.parameter("edit"))
    return _dossier(visit, is_choosing=is_choosing)


@page(pages_student, "POST", "/dossier", action=STUDENT)
def declare_situation(visit: Visit) -> Response:
    code = visit.field("code")
    if not code:
        return _dossier(visit, is_choosing=True, mistake="Choisissez une situation avant de valider.")
    choose_fee_situation(visit.ports, visit.person.id, visit.registration.id, code)
    return see_other("/dossier")


def _dossier(visit: Visit, *, is_choosing: bool, mistake: str = "") -> Response:
    registration, campaign = visit.registration, visit.campaign
    menu_item = _dossier_item(visit)
    return visit.page(
        "dossier",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        registration=registration,
        programme=campaign.programme(registration.programme_code),
        menu_item=menu_item,
        is_choosing=is_choosing and menu_item.state is MenuState.OPEN,
        is_complete=is_complete(visit.account, registration, campaign),
        total_cents=_total_cents(visit),
        has_plan=visit.account.has_binding_plan(registration.id),
        may_pay_by_plan=visit.menu_item(MenuKey.CHOOSE_PLAN).state is MenuState.OPEN,
        mistake=mistake,
    )


def _dossier_item(visit: Visit) -> MenuItem:
    """The menu as it is; a situation that a plan rests on cannot be changed, and the page says so first."""
    item = visit.menu_item(MenuKey.DOSSIER)
    if item.state is MenuState.OPEN and visit.account.has_binding_plan(visit.registration.id):
        return replace(item, state=MenuState.CLOSED, reason=PlanBinding().sentence)
    return item


def _total_cents(visit: Visit) -> int | None:
    """What the declared situation costs, None before one is declared."""
    if visit.registration.fee_situation_code is None:
        return None
    return totals(quote(visit.registration, visit.campaign)).total_cents


@page(pages_student, "GET", "/invoices", action=STUDENT)
def invoices(visit: Visit) -> Response:
    return visit.page("invoices", account=visit.account)


@page(pages_student, "POST", "/invoices/{number}/pdf", action=STUDENT)
def generate_invoice(visit: Visit, number: str) -> Response:
    render_invoice(visit.ports, visit.person.id, invoice_number(number))
    return see_other("/invoices")


@page(pages_student, "GET", "/invoices/{number}/pdf", action=STUDENT)
def download_invoice(visit: Visit, number: str) -> Response:
    return see_other(link_invoice(visit.ports, visit.person.id, invoice_number(number)))


@page(pages_student, "GET", "/certificate", action=STUDENT)
def download_certificate(visit: Visit) -> Response:
    """Draw the certificate of today; drawing it again gives the same document, so a link may ask for it."""
    _, link = issue_certificate(visit.ports, visit.person.id, visit.registration.id)
    return see_other(link)


@page(pages_student, "GET", "/account", action=STUDENT)
def account(visit: Visit) -> Response:
    return visit.page(
        "account",
        tables=account_tables(visit.account, visit.campaign),
        position=visit.account.position(paris_day(visit.ports.now())),
        arrears_cents=visit.account.arrears_cents,
    )
