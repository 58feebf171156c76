"""The state of the six menus for a student: open or closed, the reason, and the end of that state."""

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
from chalicelib.domain.fees import owed_of_withdrawn, payable_lines, require_open_window
from chalicelib.domain.owed import asked_cents, owed_cents
from chalicelib.domain.payers.refusals import PaidByThirdParty
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


class Why(StrEnum):
    """The reason of a menu's state, if no refusal is the reason."""

    NO_FILE = "no_file"
    SETTLED = "settled"
    PART_PAID = "part_paid"
    UNPAID = "unpaid"
    VALIDATED = "validated"
    NO_PLAN_OFFERED = "no_plan_offered"
    NO_PLAN_APPROVED = "no_plan_approved"
    PLAN_STARTED = "plan_started"
    PLAN_ENDED = "plan_ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class MenuReason:
    """A reason; `key` names its sentence in the catalogue.

    After a part payment `received_cents` is what came in, and `owed_cents` the rest.
    """

    why: Why
    owed_cents: int = 0
    received_cents: int = 0

    @property
    def key(self) -> str:
        return f"menu.{self.why}"


@dataclass(frozen=True)
class MenuItem:
    key: MenuKey
    state: MenuState
    reason: QuittanceError | MenuReason | None = None
    until: datetime | None = None

    @property
    def is_not_applicable(self) -> bool:
        """True for a way to pay that is over and was not taken: the other one was, or nothing is to pay."""
        ways = {
            MenuKey.PAY_ONCE: (PlanLocked, NothingToPay),
            MenuKey.CHOOSE_PLAN: (AlreadyPaid, NothingToPay),
        }
        return self.state is MenuState.DONE and isinstance(self.reason, ways.get(self.key, ()))


def menu(file: RegistrationFile | None, now: datetime) -> tuple[MenuItem, ...]:
    """Return the menus of one file in display order; without a file, those that are always open."""
    always = MenuState.OPEN
    if file and file.registration.status is RegistrationStatus.WITHDRAWN:
        return tuple(_of_withdrawn(key, file) for key in MenuKey)
    return (
        MenuItem(MenuKey.GUIDE, always),
        _dossier(file, now),
        _pay_once(file, now),
        _choose_plan(file, now),
        _pay_plan(file),
        MenuItem(MenuKey.INVOICES, always),
        MenuItem(MenuKey.ACCOUNT, always),
    )


def _of_withdrawn(key: MenuKey, file: RegistrationFile) -> MenuItem:
    """Close the menus that ask for a choice or a payment; invoices and account stay open.

    What is owed again, since the bank took back what the file was kept of, can be paid.
    """
    if key is MenuKey.PAY_ONCE and owed_of_withdrawn(file):
        return MenuItem(key, MenuState.OPEN)
    if key in {MenuKey.GUIDE, MenuKey.INVOICES, MenuKey.ACCOUNT}:
        return MenuItem(key, MenuState.OPEN)
    return MenuItem(key, MenuState.CLOSED, MenuReason(Why.WITHDRAWN))


def _dossier(file: RegistrationFile | None, now: datetime) -> MenuItem:
    if file is None:
        return MenuItem(MenuKey.DOSSIER, MenuState.CLOSED, MenuReason(Why.NO_FILE))
    registration = file.registration
    if registration.has_order:
        return MenuItem(MenuKey.DOSSIER, MenuState.DONE, _what_came_in(file))
    if file.has_binding_plan:
        return MenuItem(MenuKey.DOSSIER, MenuState.CLOSED, PlanBinding())
    if file.has_payer:
        return MenuItem(MenuKey.DOSSIER, MenuState.CLOSED, PaidByThirdParty())
    if registration.status is RegistrationStatus.VALIDATED:
        return MenuItem(MenuKey.DOSSIER, MenuState.DONE, MenuReason(Why.VALIDATED))
    return _in_window(MenuKey.DOSSIER, file.campaign, now)


def _what_came_in(file: RegistrationFile) -> MenuReason:
    if file.has_started_plan:
        return MenuReason(Why.PLAN_STARTED)
    if file.registration.is_paid:
        return MenuReason(Why.SETTLED)
    return _rest(file)


def rest_to_pay(file: RegistrationFile) -> MenuReason | None:
    """Return what came in and what is left of a registration that is paid in part, None for any other.

    Nothing is asked of a refused one.
    """
    registration = file.registration
    is_asked = registration.part_paid and registration.status is not RegistrationStatus.REFUSED
    return _rest(file) if is_asked else None


def _rest(file: RegistrationFile) -> MenuReason:
    """Return the rest; of what came in nothing may be kept: the bank took it back, or it was given back."""
    owed = owed_cents(file)
    received = file.charged_cents - owed
    return MenuReason(Why.PART_PAID if received > 0 else Why.UNPAID, owed, received)


def _pay_once(file: RegistrationFile | None, now: datetime) -> MenuItem:
    if file is None:
        return MenuItem(MenuKey.PAY_ONCE, MenuState.HIDDEN, MenuReason(Why.NO_FILE))
    try:
        payable_lines(file, now)
    except (AlreadyPaid, NothingToPay, PlanLocked) as refusal:
        return MenuItem(MenuKey.PAY_ONCE, MenuState.DONE, refusal)
    except WindowClosed:
        return _in_window(MenuKey.PAY_ONCE, file.campaign, now)
    except QuittanceError as refusal:
        return MenuItem(MenuKey.PAY_ONCE, MenuState.CLOSED, refusal)
    return _in_window(MenuKey.PAY_ONCE, file.campaign, now)


def _choose_plan(file: RegistrationFile | None, now: datetime) -> MenuItem:
    """Like paying at once, but a request does not close it: it can be changed or withdrawn here."""
    key = MenuKey.CHOOSE_PLAN
    # A request can be withdrawn even if the campaign has no plan left.
    is_offered = file and (file.has_binding_plan or (file.campaign.plans and not file.registration.part_paid))
    if file is None or not is_offered:
        return MenuItem(key, MenuState.HIDDEN, MenuReason(Why.NO_PLAN_OFFERED))
    if file.has_started_plan:
        return MenuItem(key, MenuState.DONE, MenuReason(Why.PLAN_STARTED))
    if file.has_binding_plan:
        return _in_window(key, file.campaign, now)
    return replace(_pay_once(file, now), key=key)


def _pay_plan(file: RegistrationFile | None) -> MenuItem:
    """Return the menu, shown from the approval to the end of the plan, in and out of the windows."""
    key = MenuKey.PAY_PLAN
    if file is None or file.plan_request is None or not file.plan_request.is_payable:
        return MenuItem(key, MenuState.HIDDEN, MenuReason(Why.NO_PLAN_APPROVED))
    if file.has_started_plan and not file.remaining_cents and not asked_cents(file):
        return MenuItem(key, MenuState.DONE, MenuReason(Why.PLAN_ENDED))
    return MenuItem(key, MenuState.OPEN)


def _in_window(key: MenuKey, campaign: Campaign, now: datetime) -> MenuItem:
    state = opening(campaign.windows, now)
    try:
        require_open_window(campaign, now)
    except WindowClosed as refusal:
        return MenuItem(key, MenuState.CLOSED, refusal, state.until)
    return MenuItem(key, MenuState.OPEN, None, state.until)
