"""Access rules: the roles that allow each action, and on which records. Every route checks them here.

    every user          their own account, always and only their own
    staff               what their role allows, never on their own file

`RULES` holds all of them; a test compares it with every route.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.causes import OwnFile
from chalicelib.domain.errors import Forbidden, ReauthenticationNeeded
from chalicelib.domain.people import Person, Role
from chalicelib.domain.sessions import Session


class Action(StrEnum):
    USE_OWN_ACCOUNT = "use own account"
    END_OWN_SESSIONS = "end own sessions"
    USE_STUDENT_MENUS = "use the six menus"
    SECURE_OWN_ACCOUNT = "change how one's own account is entered"
    READ_REGISTRATIONS = "read the registrar's queue"
    DECIDE_REGISTRATION = "validate or refuse a registration"
    CORRECT_REGISTRATION = "change a situation or note a withdrawal, before or after money"
    DECIDE_REGISTRATIONS = "validate or refuse many registrations at once"
    EXPORT_REGISTRATIONS = "take a list of registrations away as a file"
    READ_DESK = "read the counters of one's desk"
    COMMENT_REGISTRATION = "write the internal comment on a registration"
    READ_FIGURES = "read the figures of money"
    UNDO_ACT = "take back an act of the last ten minutes"
    TICK_STEPS = "tick the previous steps seen"
    BLOCK_REGISTRATION = "set or lift accounting's block"
    READ_PLAN_REQUESTS = "read the requests for a plan"
    DECIDE_PLAN_REQUEST = "approve or refuse a plan"
    DECIDE_PLAN_REQUESTS = "approve or refuse many plans at once"
    STOP_PLAN = "stop a plan that has begun"
    CHANGE_PLAN = "resume a stopped plan, cut the rest of a plan again"
    ISSUE_CREDIT_NOTE = "issue a credit note on an invoice"
    NAME_PAYER = "name a third-party payer of a registration, or take it back"
    INVOICE_PAYER = "invoice a third-party payer"
    READ_PAYERS = "read the third-party payers"
    SHARE_PAYMENT = "make a link to pay for a student, or revoke one"
    READ_CREDITS = "read the credits to give back"
    ENTER_PAYMENT = "enter a cheque or a transfer received"
    BOUNCE_PAYMENT = "tell what the bank took back, and follow a dispute"
    REFUND = "prepare a refund, or decide on one that another prepared"
    WRITE_OFF = "write off a rest below 1,00 €"
    PROPOSE_WAIVER = "propose to remit a debt, or to admit that it cannot be collected"
    READ_WAIVERS = "read the debts that are given up, or to be"
    DECIDE_WAIVER = "approve or refuse to give up a debt that another proposed"
    MAKE_TRANSFERS = "make a file of transfers, or take one away"
    READ_BOOKS = "read statements, slips, letters, balances, batches and files of the books"
    KEEP_BOOKS = "keep the books: statements, slips, lettering, reconciliation"
    CLOSE_PERIOD = "close a month of the books"
    PACK_STUDENT = "take away everything on a student"
    ISSUE_TITLES = "issue a numbered list of titles for accounting"
    READ_TITLES = "read the lists of titles, and take one away"
    EXPORT_BOOKS = "make an accounting batch, take the books away, tell what came back of a batch"
    READ_INSTALMENTS = "read instalments and debits"
    RELEASE_INSTALMENT = "release a debit that the gateway cannot account for"
    READ_PEOPLE = "read people and their roles"
    PROPOSE_ROLES = "propose a person's roles"
    DECIDE_ROLES = "approve or refuse proposed roles"
    CLOSE_ACCOUNT = "close or open a person's account"
    REMOVE_SECOND_FACTOR = "remove a lost second factor"
    EXPORT_PERSON = "export what is held on a person"
    ERASE_PERSON = "erase a person"
    READ_AUDIT = "read the audit trail"
    HOLD_KEY = "make, roll or revoke one's own service keys"
    READ_KEYS = "read the service keys of all"
    REVOKE_KEY = "revoke anybody's service key"
    READ_EVENTS = "read the events in order"
    READ_ENDPOINTS = "read the endpoints that events are sent to, and what was sent"
    KEEP_ENDPOINTS = "add, change, switch or remove an endpoint, send events to it again"
    READ_GIVEN_UP = "read what could not be delivered"
    RETRY_DELIVERY = "let what could not be delivered be tried again"
    READ_IMPORTS = "read how far an import is"
    IMPORT_STUDENTS = "import students"
    IMPORT_STAFF = "import staff, as proposals of roles"
    READ_CAMPAIGNS = "read campaigns and their versions"
    PROPOSE_CAMPAIGN = "load a version of a campaign"
    DECIDE_CAMPAIGN = "apply or refuse a version of a campaign"


class Reach(StrEnum):
    OWN = "own"
    OTHERS = "others"
    ALL = "all"


@dataclass(frozen=True)
class Rule:
    """Allow `roles` to act within `reach`; `is_recent` requires a recent proof of identity."""

    roles: frozenset[Role]
    reach: Reach
    is_recent: bool = False


def _own(*, is_recent: bool = False) -> Rule:
    return Rule(frozenset(Role), Reach.OWN, is_recent)


def _read(*roles: Role) -> Rule:
    return Rule(frozenset(roles), Reach.ALL)


def _act(*roles: Role, is_recent: bool = False) -> Rule:
    return Rule(frozenset(roles), Reach.OTHERS, is_recent)


_R = Role
RULES: dict[Action, Rule] = {
    Action.USE_OWN_ACCOUNT: _own(),
    Action.END_OWN_SESSIONS: _own(),
    Action.USE_STUDENT_MENUS: Rule(frozenset({Role.STUDENT}), Reach.OWN),
    Action.SECURE_OWN_ACCOUNT: _own(is_recent=True),
    Action.READ_REGISTRATIONS: _read(_R.REGISTRAR, _R.ACCOUNTANT, _R.AUDITOR),
    Action.DECIDE_REGISTRATION: _act(_R.REGISTRAR),
    Action.CORRECT_REGISTRATION: _act(_R.REGISTRAR, is_recent=True),
    Action.DECIDE_REGISTRATIONS: _read(_R.REGISTRAR),  # each file is permitted as one alone
    Action.EXPORT_REGISTRATIONS: _read(_R.REGISTRAR),
    Action.READ_DESK: _read(_R.REGISTRAR, _R.ACCOUNTANT, _R.ADMINISTRATOR, _R.AUDITOR),
    Action.COMMENT_REGISTRATION: _act(_R.REGISTRAR, _R.ACCOUNTANT),
    Action.READ_FIGURES: _read(_R.ACCOUNTANT, _R.AUDITOR),
    Action.UNDO_ACT: _act(_R.REGISTRAR, _R.ACCOUNTANT),
    Action.TICK_STEPS: _act(_R.REGISTRAR),
    Action.BLOCK_REGISTRATION: _act(_R.ACCOUNTANT),
    Action.READ_PLAN_REQUESTS: _read(_R.ACCOUNTANT, _R.AUDITOR),
    Action.DECIDE_PLAN_REQUEST: _act(_R.ACCOUNTANT, is_recent=True),
    Action.DECIDE_PLAN_REQUESTS: Rule(frozenset({_R.ACCOUNTANT}), Reach.ALL, is_recent=True),  # likewise
    Action.STOP_PLAN: _act(_R.ACCOUNTANT),
    Action.CHANGE_PLAN: _act(_R.ACCOUNTANT, is_recent=True),
    Action.ISSUE_CREDIT_NOTE: _act(_R.ACCOUNTANT, is_recent=True),
    Action.NAME_PAYER: _act(_R.REGISTRAR, _R.ACCOUNTANT),
    Action.INVOICE_PAYER: _act(_R.ACCOUNTANT, is_recent=True),
    Action.READ_PAYERS: _read(_R.REGISTRAR, _R.ACCOUNTANT, _R.AUDITOR),
    Action.SHARE_PAYMENT: _act(_R.ACCOUNTANT),
    Action.READ_CREDITS: _read(_R.ACCOUNTANT, _R.AUDITOR),
    Action.ENTER_PAYMENT: _act(_R.ACCOUNTANT),
    Action.BOUNCE_PAYMENT: _act(_R.ACCOUNTANT, is_recent=True),
    Action.REFUND: _act(_R.ACCOUNTANT, is_recent=True),
    Action.WRITE_OFF: _act(_R.ACCOUNTANT, is_recent=True),
    Action.PROPOSE_WAIVER: _act(_R.ACCOUNTANT, is_recent=True),
    Action.READ_WAIVERS: _read(_R.REGISTRAR, _R.ACCOUNTANT, _R.AUDITOR),
    Action.DECIDE_WAIVER: _act(_R.REGISTRAR, _R.ACCOUNTANT, is_recent=True),
    Action.MAKE_TRANSFERS: Rule(frozenset({_R.ACCOUNTANT}), Reach.ALL, is_recent=True),  # own file left out
    Action.READ_BOOKS: _read(_R.ACCOUNTANT, _R.AUDITOR),
    Action.KEEP_BOOKS: _read(_R.ACCOUNTANT),  # own file left out where a registration is concerned
    Action.CLOSE_PERIOD: Rule(frozenset({_R.ACCOUNTANT}), Reach.ALL, is_recent=True),
    Action.PACK_STUDENT: _act(_R.AUDITOR, is_recent=True),
    Action.ISSUE_TITLES: Rule(frozenset({_R.REGISTRAR}), Reach.ALL, is_recent=True),
    Action.READ_TITLES: _read(_R.REGISTRAR, _R.ACCOUNTANT, _R.AUDITOR),
    Action.EXPORT_BOOKS: Rule(frozenset({_R.ACCOUNTANT}), Reach.ALL, is_recent=True),
    Action.READ_INSTALMENTS: _read(_R.ACCOUNTANT, _R.AUDITOR),
    Action.RELEASE_INSTALMENT: _act(_R.ACCOUNTANT, is_recent=True),
    Action.READ_PEOPLE: _read(_R.ADMINISTRATOR, _R.AUDITOR),
    Action.PROPOSE_ROLES: _act(_R.ADMINISTRATOR, is_recent=True),
    Action.DECIDE_ROLES: _act(_R.ADMINISTRATOR, _R.AUDITOR, is_recent=True),
    Action.CLOSE_ACCOUNT: _act(_R.ADMINISTRATOR, is_recent=True),
    Action.REMOVE_SECOND_FACTOR: _act(_R.ADMINISTRATOR, is_recent=True),
    Action.EXPORT_PERSON: _act(_R.ADMINISTRATOR, is_recent=True),
    Action.ERASE_PERSON: _act(_R.ADMINISTRATOR, is_recent=True),
    Action.READ_AUDIT: _read(_R.AUDITOR),
    Action.HOLD_KEY: Rule(frozenset(Role) - {_R.STUDENT}, Reach.OWN, is_recent=True),
    Action.READ_KEYS: _read(_R.ADMINISTRATOR, _R.AUDITOR),
    Action.REVOKE_KEY: _read(_R.ADMINISTRATOR),
    Action.READ_EVENTS: _read(_R.ADMINISTRATOR, _R.AUDITOR),
    Action.READ_ENDPOINTS: _read(_R.ADMINISTRATOR, _R.AUDITOR),
    Action.KEEP_ENDPOINTS: Rule(frozenset({_R.ADMINISTRATOR}), Reach.ALL, is_recent=True),
    Action.READ_GIVEN_UP: _read(_R.ADMINISTRATOR),
    Action.RETRY_DELIVERY: _act(_R.ADMINISTRATOR),
    Action.READ_IMPORTS: _read(_R.ADMINISTRATOR),
    Action.IMPORT_STUDENTS: Rule(frozenset({_R.ADMINISTRATOR}), Reach.ALL, is_recent=True),
    Action.IMPORT_STAFF: Rule(frozenset({_R.ADMINISTRATOR}), Reach.ALL, is_recent=True),
    Action.READ_CAMPAIGNS: _read(_R.ADMINISTRATOR, _R.AUDITOR),
    Action.PROPOSE_CAMPAIGN: Rule(frozenset({_R.ADMINISTRATOR}), Reach.ALL, is_recent=True),
    Action.DECIDE_CAMPAIGN: _act(_R.ADMINISTRATOR, _R.AUDITOR, is_recent=True),
}


def admit(person: Person, action: Action, session: Session, now: datetime) -> None:
    """Raise `Forbidden` if no role allows the action.

    `ReauthenticationNeeded` if the proof of identity is too old.
    """
    rule = RULES[action]
    if not person.holds(*rule.roles):
        raise Forbidden
    if rule.is_recent and not session.is_recent(now):
        raise ReauthenticationNeeded


def permit(person: Person, action: Action, owner_id: str) -> None:
    """Raise `Forbidden` unless the person may act on this record; staff never act on their own file."""
    rule = RULES[action]
    if not person.holds(*rule.roles):
        raise Forbidden
    if rule.reach is Reach.OWN and person.id != owner_id:
        raise Forbidden
    if rule.reach is Reach.OTHERS and person.id == owner_id:
        raise OwnFile
