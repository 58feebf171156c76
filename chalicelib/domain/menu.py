"""The six menus: which is open for this student now, why not, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.calendar import opening
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import (
    AlreadyPaid,
    NothingToPay,
    PlanBinding,
    PlanLocked,
    QuittanceError,
    WindowClosed,
)
from chalicelib.domain.fees import payable_lines, require_open_window
from chalicelib.domain.money import euros
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile


class MenuKey(StrEnum):
    GUIDE = "guide"
    DOSSIER = "dossier"
    PAY_ONCE = "pay_once"
    CHOOSE_PLAN = "choose_plan"
    PAY_PLAN = "pay_plan"
    INVOICES = "invoices"
    ACCOUNT = "account"


class MenuState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    HIDDEN = "hidden"
    DONE = "done"


@dataclass(frozen=True)
class MenuItem:
    key: MenuKey
    state: MenuState
    reason: str = ""
    until: datetime | None = None


def menu(file: RegistrationFile | None, now: datetime) -> tuple[MenuItem, ...]:
    """Return the menus of one file in the order they are shown; without a file, what is always open."""
    always = MenuState.OPEN
    return (
        MenuItem(MenuKey.GUIDE, always),
        _dossier(file, now),
        _pay_once(file, now),
        _choose_plan(file, now),
        _pay_plan(file),
        MenuItem(MenuKey.INVOICES, always),
        MenuItem(MenuKey.ACCOUNT, always),
    )


def _dossier(file: RegistrationFile | None, now: datetime) -> MenuItem:
    if file is None:
        return MenuItem(
            MenuKey.DOSSIER, MenuState.CLOSED, "Aucun dossier ne vous est ouvert pour cette campagne."
        )
    registration = file.registration
    if registration.has_order:
        return MenuItem(MenuKey.DOSSIER, MenuState.DONE, _what_came_in(file))
    if file.has_binding_plan:
        return MenuItem(MenuKey.DOSSIER, MenuState.CLOSED, PlanBinding().sentence)
    if registration.status is RegistrationStatus.VALIDATED:
        return MenuItem(MenuKey.DOSSIER, MenuState.DONE, "Votre dossier est validé par la scolarité.")
    return _in_window(MenuKey.DOSSIER, file.campaign, now)


def _what_came_in(file: RegistrationFile) -> str:
    if file.has_started_plan:
        return "Votre échéancier est commencé."
    if file.registration.is_paid:
        return "Votre inscription est réglée."
    return f"Votre inscription est réglée en partie : il reste {euros(owed_cents(file))} à payer."


def _pay_once(file: RegistrationFile | None, now: datetime) -> MenuItem:
    if file is None:
        return MenuItem(
            MenuKey.PAY_ONCE, MenuState.HIDDEN, "Aucun dossier ne vous est ouvert pour cette campagne."
        )
    try:
        payable_lines(file, now)
    except (AlreadyPaid, NothingToPay, PlanLocked) as refusal:
        return MenuItem(MenuKey.PAY_ONCE, MenuState.DONE, refusal.sentence)
    except WindowClosed:
        return _in_window(MenuKey.PAY_ONCE, file.campaign, now)
    except QuittanceError as refusal:
        return MenuItem(MenuKey.PAY_ONCE, MenuState.CLOSED, refusal.sentence)
    return _in_window(MenuKey.PAY_ONCE, file.campaign, now)


def _choose_plan(file: RegistrationFile | None, now: datetime) -> MenuItem:
    """Like paying at once, except that a request does not close it: it can be changed or taken back here."""
    key = MenuKey.CHOOSE_PLAN
    # A request can be taken back, whatever plans the campaign has left.
    if file is None or file.registration.part_paid or not (file.has_binding_plan or file.campaign.plans):
        return MenuItem(key, MenuState.HIDDEN, "Aucun échéancier ne vous est proposé.")
    if file.has_started_plan:
        return MenuItem(key, MenuState.DONE, "Votre échéancier est commencé.")
    if file.has_binding_plan:
        return _in_window(key, file.campaign, now)
    return replace(_pay_once(file, now), key=key)


def _pay_plan(file: RegistrationFile | None) -> MenuItem:
    """Appears once accounting approved, and stays until the plan ends, windows closed or not."""
    key = MenuKey.PAY_PLAN
    if file is None or file.plan_request is None or not file.plan_request.is_payable:
        return MenuItem(key, MenuState.HIDDEN, "Aucun échéancier n'est approuvé.")
    if file.has_started_plan and not file.remaining_cents:
        return MenuItem(key, MenuState.DONE, "Votre échéancier est terminé : tout est réglé.")
    return MenuItem(key, MenuState.OPEN)


def _in_window(key: MenuKey, campaign: Campaign, now: datetime) -> MenuItem:
    state = opening(campaign.windows, now)
    try:
        require_open_window(campaign, now)
    except WindowClosed as refusal:
        return MenuItem(key, MenuState.CLOSED, refusal.sentence, state.until)
    return MenuItem(key, MenuState.OPEN, "", state.until)
