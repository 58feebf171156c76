"""« Mon inscription », the home of a student; staff go on to their first desk."""

from dataclasses import replace
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.credits import surplus_cents
from chalicelib.domain.errors import WindowClosed
from chalicelib.domain.guidance.next_step import NextStep, Todo, next_step
from chalicelib.domain.guidance.stages import money, stages
from chalicelib.domain.menu import MenuItem, MenuKey, MenuState, rest_to_pay
from chalicelib.domain.people import Role
from chalicelib.domain.plan.plan_cards import file_lack
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.desks import first_desk
from chalicelib.pages.frame.navigation import MENU_PATHS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.wording import day
from chalicelib.portal.words.next_step import told_step, told_when

pages_start = Blueprint(__name__)


@page(pages_start, "GET", "/")
def home(page_request: PageRequest) -> Response:
    if not page_request.person.holds(Role.STUDENT):
        desk = first_desk(page_request.person)
        return see_other(desk) if desk else page_request.page("staff_home")
    file = page_request.chosen_file
    if file is None and page_request.has_several_files:
        return page_request.page("choose_file", files=page_request.files)
    return page_request.page("home", **_home_facts(page_request, file))


def _home_facts(page_request: PageRequest, file: RegistrationFile | None) -> dict[str, Any]:
    """Return the template's data: the next step first, then how far the file is, its money and the menus."""
    now, language = page_request.ports.now(), page_request.language
    step = next_step(file, now)
    items = tuple(_unrepeated(item, step) for item in page_request.menu)
    links = {key: page_request.to(path) for key, path in MENU_PATHS.items()}
    return {
        "step": step,
        "told": told_step(step, language),
        "when": told_when(step, language, day(step.day, language)),
        "menu": items,
        "links": {MenuKey.GUIDE: page_request.campaign.guide_url, **links},
        "may_pay_by_plan": any(
            item.key is MenuKey.CHOOSE_PLAN and item.state is MenuState.OPEN for item in items
        ),
        "has_several_files": page_request.has_several_files,
        **(_of_file(file, step) if file else {"registration": None, "rest": None, "new_card": False}),
        "is_before_steps": file is None or not file.registration.fee_situation_code,
    }


def _unrepeated(item: MenuItem, step: NextStep) -> MenuItem:
    """Return the item without what the step says of all closed menus at once."""
    is_said = step.todo in {Todo.CLOSED, Todo.OVER} and isinstance(item.reason, WindowClosed)
    return replace(item, reason=None, until=None) if is_said else item


def _of_file(file: RegistrationFile, step: NextStep) -> dict[str, Any]:
    return {
        "registration": file.registration,
        "programme": file.programme,
        "stages": stages(file),
        "money": money(file),
        "rest": rest_to_pay(file),
        "surplus_cents": surplus_cents(file),
        "new_card": step.todo is Todo.NEW_CARD,
        "card_lack": file_lack(file),
        "attempt": next((each for each in file.attempts if each.id == step.attempt_id), None),
    }
