"""The six menus: which is open for this student now, why not, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.account import Account
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
from chalicelib.domain.registration import RegistrationStatus


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


def menu(account: Account, campaign: Campaign, now: datetime) -> tuple[MenuItem, ...]:
    """The menus in the order they are shown; a student without a registration sees what is always open."""
    always = MenuState.OPEN
    return (
        MenuItem(MenuKey.GUIDE, always),
        _dossier(account, campaign, now),
        _pay_once(account, campaign, now),
        _choose_plan(account, campaign, now),
        _pay_plan(account),
        MenuItem(MenuKey.INVOICES, always),
        MenuItem(MenuKey.ACCOUNT, always),
    )


def _dossier(account: Account, campaign: Campaign, now: datetime) -> MenuItem:
    if not account.registrations:
        return MenuItem(
            MenuKey.DOSSIER, MenuState.CLOSED, "Aucun dossier ne vous est ouvert pour cette campagne."
        )
    registration = account.registrations[0]
    request = account.plan_request(registration.id)
    if request and request.started:
        return MenuItem(MenuKey.DOSSIER, MenuState.DONE, "Votre échéancier est commencé.")
    if registration.is_paid:
        return MenuItem(MenuKey.DOSSIER, MenuState.DONE, "Votre inscription est réglée.")
    if request and request.is_binding:
        return MenuItem(MenuKey.DOSSIER, MenuState.CLOSED, PlanBinding().sentence)
    if registration.status is RegistrationStatus.VALIDATED:
        return MenuItem(MenuKey.DOSSIER, MenuState.DONE, "Votre dossier est validé par la scolarité.")
    return _in_window(MenuKey.DOSSIER, campaign, now)


def _pay_once(account: Account, campaign: Campaign, now: datetime) -> MenuItem:
    if not account.registrations:
        return MenuItem(
            MenuKey.PAY_ONCE, MenuState.HIDDEN, "Aucun dossier ne vous est ouvert pour cette campagne."
        )
    try:
        payable_lines(account, account.registrations[0], campaign, now)
    except (AlreadyPaid, NothingToPay, PlanLocked) as refusal:
        return MenuItem(MenuKey.PAY_ONCE, MenuState.DONE, refusal.sentence)
    except WindowClosed:
        return _in_window(MenuKey.PAY_ONCE, campaign, now)
    except QuittanceError as refusal:
        return MenuItem(MenuKey.PAY_ONCE, MenuState.CLOSED, refusal.sentence)
    return _in_window(MenuKey.PAY_ONCE, campaign, now)


def _choose_plan(account: Account, campaign: Campaign, now: datetime) -> MenuItem:
    """Like paying at once, except that a request does not close it: it can be changed or taken back here."""
    key = MenuKey.CHOOSE_PLAN
    if not account.registrations or not campaign.plans:
        return MenuItem(key, MenuState.HIDDEN, "Aucun échéancier ne vous est proposé.")
    request = account.plan_request(account.registrations[0].id)
    if request and request.started:
        return MenuItem(key, MenuState.DONE, "Votre échéancier est commencé.")
    if request and request.is_binding:
        return _in_window(key, campaign, now)
    return replace(_pay_once(account, campaign, now), key=key)


def _pay_plan(account: Account) -> MenuItem:
    """Appears once accounting approved, and stays until the plan ends, windows closed or not."""
    key = MenuKey.PAY_PLAN
    registration = next(iter(account.registrations), None)
    request = account.plan_request(registration.id) if registration else None
    if registration is None or request is None or not request.is_payable:
        return MenuItem(key, MenuState.HIDDEN, "Aucun échéancier n'est approuvé.")
    if request.started and not any(each.remaining_cents for each in account.instalments_of(registration.id)):
        return MenuItem(key, MenuState.DONE, "Votre échéancier est terminé : tout est réglé.")
    return MenuItem(key, MenuState.OPEN)


def _in_window(key: MenuKey, campaign: Campaign, now: datetime) -> MenuItem:
    state = opening(campaign.windows, now)
    try:
        require_open_window(campaign, now)
    except WindowClosed as refusal:
        return MenuItem(key, MenuState.CLOSED, refusal.sentence, state.until)
    return MenuItem(key, MenuState.OPEN, "", state.until)
