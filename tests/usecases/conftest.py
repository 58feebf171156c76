from dataclasses import dataclass, replace
from datetime import date

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.payments import Answer, Attempt, Evidence, Outcome
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.registration import Registration
from chalicelib.usecases.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.start_card_payment import AddressChoice, AddressMode, start_card_payment
from tests.fakes import FakePorts, enrol_student

CHRIS = Person(
    id="00000000000000c1",
    email="student@demo.test",
    first_name="Chris",
    last_name="TESTCD",
    roles=frozenset({Role.STUDENT}),
    birth_on=date(2000, 1, 1),
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

    def declares(self, code: str) -> Registration:
        return choose_fee_situation(self.ports, self.person.id, self.registration_id, code)

    def opens_the_page(self, key: str | None = None, choice: AddressChoice = NO_ADDRESS) -> Attempt:
        return start_card_payment(self.ports, self.person.id, self.registration_id, choice, key).attempt

    def attempt(self, attempt_id: str) -> Attempt:
        found = self.ports.accounts.account(self.person.id).attempt(attempt_id)
        assert found is not None
        return found


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
