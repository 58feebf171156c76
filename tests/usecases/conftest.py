from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.account import Account
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.lists.filters import Filter
from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Answer, Attempt, Evidence, Outcome
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.plan.instalments import Debit, Instalment
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequest
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act, AuditEntry
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.debits.reconcile_debits import DebitReconciliation, reconcile_debits
from chalicelib.usecases.lists.find_registrations import find_registrations
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.request_plan import request_plan
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.registrations.show_account import show_file
from tests.fakes.ports import FakePorts, enrol_student

CHRIS = Person(
    id="00000000000000c1",
    email="student@demo.test",
    first_name="Chris",
    last_name="TESTCD",
    roles=frozenset({Role.STUDENT}),
    birth_on=date(2000, 1, 1),
)
ACCOUNTANT = Person(
    id="00000000000000a1",
    email="accountant@demo.test",
    first_name="Alex",
    last_name="TESTAC",
    roles=frozenset({Role.ACCOUNTANT}),
)
REGISTRAR = Person(
    id="00000000000000d1",
    email="registrar@demo.test",
    first_name="Sacha",
    last_name="TESTSC",
    roles=frozenset({Role.REGISTRAR}),
)
NO_ADDRESS = AddressChoice(AddressMode.NONE)


@dataclass
class Student:
    """A student of the manual on fakes, and the few steps every story starts with."""

    ports: FakePorts
    person: Person
    registration_id: str

    @property
    def registration(self) -> Registration:
        return self.ports.registrations.get(self.registration_id)

    @property
    def trace(self) -> AuditEntry:
        """What any write of a change needs beside it."""
        return audited(self.ports, self.person.id, Act.STEPS_TICKED, self.person.id, self.registration_id)

    def declares(self, code: str) -> Registration:
        return choose_fee_situation(self.ports, self.person.id, self.registration_id, code)

    def opens_the_page(self, key: str | None = None, choice: AddressChoice = NO_ADDRESS) -> Attempt:
        return start_card_payment(self.ports, self.person.id, self.registration_id, choice, key).attempt

    def keeps_a_page(self, rank: int | None = None) -> Attempt:
        """Open a page, give the payment up, and keep the form: it may be paid all the same."""
        attempt = self.opens_the_page() if rank is None else self.opens_the_page_of(rank)
        give_up_attempt(self.ports, self.person.id, attempt.id)
        return self.attempt(attempt.id)

    def attempt(self, attempt_id: str) -> Attempt:
        found = self.account.attempt(attempt_id)
        assert found is not None
        return found

    @property
    def account(self) -> Account:
        return self.ports.accounts.account(self.person.id)

    @property
    def file(self) -> RegistrationFile:
        return show_file(self.ports, self.person.id, self.registration_id)

    @property
    def balance_cents(self) -> int:
        return self.account.position(paris_day(self.ports.at)).balance_cents

    def asks_for(self, plan_code: str = "paybox-3") -> PlanRequest:
        return request_plan(self.ports, self.person.id, self.registration_id, plan_code)

    def is_approved(self) -> PlanRequest:
        return self.is_told(PlanDecision.APPROVE)

    def is_told(self, decision: PlanDecision, reason: str = "") -> PlanRequest:
        return decide_plan_request(self.ports, self.registration_id, decision, reason, ACCOUNTANT)

    def opens_the_page_of(self, rank: int, key: str | None = None) -> Attempt:
        return start_card_payment(
            self.ports, self.person.id, self.registration_id, NO_ADDRESS, key, rank
        ).attempt

    def pays(self, attempt: Attempt, transaction: str = "7001", **card: str) -> None:
        """The gateway takes it and says so; `card` is what it says of the token."""
        answer = replace(accepted(attempt, transaction), **(CARD | card))  # type: ignore[arg-type]  # its fields
        record_notification(self.ports, self.ports.gateway.says(transaction.encode(), answer))

    def starts_the_plan(self, plan_code: str = "paybox-3", code: str = "01", **card: str) -> None:
        """Declared, asked for, approved, and the first instalment paid today."""
        self.declares(code)
        self.asks_for(plan_code)
        self.is_told(PlanDecision.APPROVE)
        self.pays(self.opens_the_page_of(1), **card)

    def instalment(self, rank: int) -> Instalment:
        found = self.account.instalment(f"{self.registration_id}-i{rank}")
        assert found is not None
        return found

    def debit(self, rank: int, ordinal: int = 1) -> Debit:
        found = self.account.debit(f"{self.registration_id}-i{rank}-{ordinal}")
        assert found is not None
        return found

    def taken(self, rank: int) -> list[int]:
        """What the gateway's own books show for one instalment."""
        return self.ports.gateway.taken(f"{self.registration_id}-i{rank}")

    def is_at(self, paris: str) -> None:
        self.ports.at = datetime.fromisoformat(paris).replace(tzinfo=PARIS)

    def mails(self) -> list[tuple[str, int]]:
        """Topic and rank of all that waits to be told, in the order it was written."""
        entries = self.ports.memory.entries.values()
        return [(entry.topic, entry.rank) for entry in entries if entry.topic is not Topic.FORGET_CARD]

    def debits_run(self, paris: str) -> None:
        """The planner runs at that moment, and a worker takes each of its messages."""
        self.is_at(paris)
        queue = self.ports.debit_queue.planned
        earlier = len(queue)
        plan_debits(self.ports)
        for instalment_id, day in queue[earlier:]:
            debit_instalment(self.ports, instalment_id, day)

    def reconciles(self, **later: float) -> DebitReconciliation:
        self.ports.move(**later)
        return reconcile_debits(self.ports)


CARD = {"token": "token-1", "token_expires": "2512"}


def accepted(attempt: Attempt, transaction: str = "7001") -> Answer:
    return Answer(
        reference=attempt.reference,
        amount_cents=attempt.amount_cents,
        outcome=Outcome.PAID,
        code="00000",
        transaction=transaction,
        call="8001",
        evidence=Evidence(authorisation="XXXXXX", card_kind="CB", card_last_digits="44"),
    )


def refused(attempt: Attempt, transaction: str = "6001", outcome: Outcome = Outcome.REFUSED_SOFT) -> Answer:
    code = {Outcome.REFUSED_SOFT: "00151", Outcome.UNKNOWN: "00001", Outcome.ABANDONED: "00030"}[outcome]
    return replace(accepted(attempt, transaction), outcome=outcome, code=code, evidence=Evidence())


@pytest.fixture
def ports() -> FakePorts:
    return FakePorts(load_shipped("clermont-auvergne-inp-2022"))


@pytest.fixture
def chris(ports: FakePorts) -> Student:
    registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id)
    return Student(ports, CHRIS, registration.id)


@pytest.fixture
def home() -> Address:
    return Address(
        line1="1 rue de la Démonstration",
        zip_code="63000",
        city="Clermont-Ferrand",
        country="FR",
        phone_country_code="+33",
        phone="0600000000",
    )


def waiting_files(ports: FakePorts) -> tuple[RegistrationLine, ...]:
    """The current campaign's files that wait for the registrar."""
    wanted = Filter(status=RegistrationStatus.PRE_REGISTERED)
    found = find_registrations(ports, ports.campaigns.current(), wanted)
    return tuple(entry.line for entry in found.entries)
