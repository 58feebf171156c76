"""The student's pages that carry what they show: situation, plans, a request, an instalment."""

from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.causes import PlanChanged, PlanMoved
from chalicelib.domain.changes import Changes
from chalicelib.domain.decisions import RegistrationMoved
from chalicelib.domain.fees import quote, seen_hash_of, total_cents
from chalicelib.domain.money import totals
from chalicelib.domain.owed import received_cents
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalment_pages import instalment_page
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.refusals import RequestMoved
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act as Trace
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.plans.request_plan import request_plan, show_plans, withdraw_plan_request
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.registrations.show_account import open_file
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.ports import FakePorts
from tests.proof.kept_pages import Page, Reads, audited_as
from tests.proof.roles import SITUATIONS
from tests.usecases.conftest import CHRIS, NO_ADDRESS


@dataclass
class Files:
    """Reads at once, where nothing can come in between; `accounts` stands before what is in between."""

    ports: FakePorts
    accounts: MemoryAccounts

    def account(self) -> Account:
        return self.accounts.account(CHRIS.id)

    def file(self, registration_id: str) -> RegistrationFile:
        return open_file(self.ports, self.account(), registration_id)

    def request(self, registration_id: str) -> PlanRequest | None:
        """The request as its page shows it: without its version."""
        request = self.account().plan_request(registration_id)
        return replace(request, version=0) if request else None

    def standing(self, registration_id: str) -> "Standing":
        file = self.file(registration_id)
        registration = file.registration
        return Standing(
            registration.status,
            registration.reason,
            registration.fee_situation_code,
            total_cents(file),
            received_cents(file),
        )


class Standing(NamedTuple):
    """What a decision on a file is taken on."""

    status: RegistrationStatus
    reason: str
    situation: str | None
    owed_cents: int | None
    received_cents: int


@dataclass
class StudentPages:
    """The pages of menus 1 to 3."""

    ports: FakePorts
    files: Files
    chance: Random

    def all(self) -> tuple[Reads, ...]:
        return (self.situation, *(self.plans, self.own_request, self.instalment) * 3)

    def situation(self, registration_id: str) -> Page | None:
        file = self.files.file(registration_id)
        if file.orders:
            return None
        read, code = seen_hash_of(file), self.chance.choice(SITUATIONS)
        return Page(
            audited_as(Trace.FEE_SITUATION_DECLARED),
            (RegistrationMoved,),
            lambda: self.files.standing(registration_id),
            lambda ports: choose_fee_situation(ports, CHRIS.id, registration_id, code, read),
        )

    def plans(self, registration_id: str) -> Page | None:
        """Every plan with its dates and cents, of which one is asked for."""
        file = self.files.file(registration_id)
        if file.orders or total_cents(file) is None:
            return None
        offered = self.chance.choice(show_plans(self.ports, CHRIS.id, registration_id, None))
        code, parts = offered.plan.code, offered.schedule.parts
        return Page(
            audited_as(Trace.PLAN_REQUESTED),
            (PlanChanged,),
            lambda: self._quoted(registration_id),
            lambda ports: request_plan(ports, CHRIS.id, registration_id, code, offered.schedule.hash),
            _asked_for,
            (code, sum(each.amount_cents for each in parts), offered.schedule.hash),
        )

    def own_request(self, registration_id: str) -> Page | None:
        """The button that withdraws the request."""
        request = self.files.account().plan_request(registration_id)
        if request is None or request.started or not request.is_binding:
            return None
        return Page(
            audited_as(Trace.PLAN_REQUEST_WITHDRAWN),
            (RequestMoved,),
            lambda: self.files.request(registration_id),
            lambda ports: withdraw_plan_request(ports, CHRIS.id, registration_id, request.seen_hash),
        )

    def instalment(self, registration_id: str) -> Page | None:
        """The amount and terms that paying the first instalment agrees to, or one that is paid by hand."""
        file = self.files.file(registration_id)
        request = file.plan_request
        if request is None or not request.is_payable:
            return None
        rank = next((each.rank for each in file.instalments if each.is_payable_by_hand), 1)
        asked = instalment_page(file, rank, "", self.ports.at)

        def post(ports: FakePorts) -> object:
            read = request.schedule_hash
            return start_card_payment(
                ports, CHRIS.id, registration_id, NO_ADDRESS, None, rank, seen_hash=read
            )

        promised = asked.amount_cents, asked.terms.plan, asked.terms.schedule_hash
        return Page(
            _opens_a_page, (PlanMoved,), lambda: self._agreed(registration_id), post, _terms, promised
        )

    def _quoted(self, registration_id: str) -> int | None:
        file = self.files.file(registration_id)
        return totals(quote(file)).total_cents if file.registration.fee_situation_code else None

    def _agreed(self, registration_id: str) -> tuple[str, int] | None:
        request = self.files.request(registration_id)
        return (request.schedule_hash, request.total_cents) if request else None


def _asked_for(changes: Changes) -> object:
    request = next(row for row in changes.rows if isinstance(row, PlanRequest))
    return request.plan_code, request.total_cents, request.schedule_hash


def _attempt(changes: Changes) -> Attempt | None:
    return next((row for row in changes.rows if isinstance(row, Attempt)), None)


def _opens_a_page(changes: Changes) -> bool:
    attempt = _attempt(changes)
    return changes.audit is None and attempt is not None and attempt.is_open and attempt.terms is not None


def _terms(changes: Changes) -> object:
    attempt = _attempt(changes)
    if attempt is None or attempt.terms is None:
        return None
    return attempt.amount_cents, attempt.terms.plan, attempt.terms.schedule_hash
