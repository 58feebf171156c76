"""The situation that a student declares."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.campaign import FeeSituation
from chalicelib.domain.decisions import RegistrationMoved
from chalicelib.domain.errors import PlanBinding
from chalicelib.domain.fees import is_complete, seen_hash_of, total_cents
from chalicelib.domain.menu import MenuItem, MenuKey, MenuState
from chalicelib.domain.money import totals
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.dossier.evidence_facts import evidence_facts
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.web.problems import status_of

pages_dossier = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS


@page(pages_dossier, "GET", "/dossier", action=STUDENT)
def dossier(page_request: PageRequest) -> Response:
    is_choosing = not page_request.registration.fee_situation_code or bool(page_request.parameter("edit"))
    return show_dossier(page_request, is_choosing=is_choosing)


@page(pages_dossier, "POST", "/dossier", action=STUDENT)
def declare_situation(page_request: PageRequest) -> Response:
    code = page_request.field("code")
    if not code:
        return show_dossier(
            page_request,
            is_choosing=True,
            mistake=page_request.said("Choisissez une situation avant de valider."),
        )
    person_id, registration_id = page_request.person.id, page_request.registration.id
    seen = page_request.field("seen") or None
    try:
        choose_fee_situation(page_request.ports, person_id, registration_id, code, seen)
    except RegistrationMoved as refused:
        return show_dossier(
            page_request, is_choosing=not page_request.registration.fee_situation_code, moved=refused
        )
    return see_other(page_request.to("/dossier"))


def show_dossier(
    page_request: PageRequest,
    *,
    is_choosing: bool = False,
    mistake: str = "",
    mistakes: Mapping[str, str] | None = None,
    moved: RegistrationMoved | None = None,
) -> Response:
    """Show the file; `mistake` is of the situation, `mistakes` of the evidence, by the id of its field.

    `moved` is set if it is not as it was when a choice was made.
    """
    file = page_request.file
    menu_item = _dossier_item(page_request)
    fault = HTTPStatus.UNPROCESSABLE_ENTITY if mistake or mistakes else HTTPStatus.OK
    return page_request.page(
        "dossier",
        status=status_of(moved) if moved else fault,
        registration=file.registration,
        programme=file.programme,
        menu_item=menu_item,
        is_choosing=is_choosing and menu_item.state is MenuState.OPEN,
        is_complete=is_complete(file),
        total_cents=total_cents(file),
        allowed=_allowed(file),
        others=_others(file),
        has_plan=file.has_binding_plan,
        may_pay_by_plan=page_request.menu_item(MenuKey.CHOOSE_PLAN).state is MenuState.OPEN,
        mistake=mistake,
        is_moved=bool(moved),
        seen_hash=seen_hash_of(file),
        evidence=evidence_facts(page_request, mistakes or {}),
    )


def _allowed(file: RegistrationFile) -> list[tuple[FeeSituation, int]]:
    """Return the situations that the student may declare, each with what it costs in cents."""
    return [
        (each, totals(file.programme.fee_lines(each.code)).total_cents)
        for each in file.campaign.fee_situations.values()
        if file.programme.allows(each.code) and file.registration.allows(each.code)
    ]


def _others(file: RegistrationFile) -> list[tuple[FeeSituation, bool]]:
    """Return the other situations, each with whether the programme at least allows it."""
    allowed = {situation.code for situation, _ in _allowed(file)}
    return [
        (each, file.programme.allows(each.code))
        for code, each in file.campaign.fee_situations.items()
        if code not in allowed
    ]


def _dossier_item(page_request: PageRequest) -> MenuItem:
    """Return the menu item.

    If a plan depends on the situation, it is closed and the page gives the reason.
    """
    item = page_request.menu_item(MenuKey.DOSSIER)
    if item.state is MenuState.OPEN and page_request.file.has_binding_plan:
        return replace(item, state=MenuState.CLOSED, reason=PlanBinding())
    return item
