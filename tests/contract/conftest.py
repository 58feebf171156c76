"""One suite for the fake and the real storage: what both of them hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.account import Account
from chalicelib.domain.notifications import Notification
from chalicelib.domain.payments import Answer, Attempt, Evidence, Outcome
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials
from chalicelib.domain.settlement import Settlement, settle
from chalicelib.storage.accounts import DynamoAccounts
from chalicelib.storage.debits import DynamoDebits
from chalicelib.storage.notifications import DynamoNotifications
from chalicelib.storage.outbox import DynamoOutbox
from chalicelib.storage.people import DynamoPeople, DynamoSessions
from chalicelib.storage.plan_requests import DynamoPlanRequests
from chalicelib.storage.questions import DynamoQuestions
from chalicelib.storage.registrations import DynamoRegistrations
from chalicelib.storage.table import Table
from tests.fakes import MANUAL_DAY, FakeQuestions
from tests.memory_plans import MemoryDebits, MemoryPlanRequests
from tests.memory_storage import (
    Memory,
    MemoryAccounts,
    MemoryNotifications,
    MemoryOutbox,
    MemoryPeople,
    MemoryRegistrations,
    MemorySessions,
)

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
CHRIS = Person("00000000000000c1", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))
FILE = Registration(
    f"{CHRIS.id}-1", CHRIS.id, CAMPAIGN.id, "I2223_Y1_1A", "TESTCD Chris", fee_situation_code="05"
)
HOME = Address("1 rue de la Démonstration", "63000", "Clermont-Ferrand", "FR", "+33", "0600000000", id="home")


@dataclass
class Store:
    people: Any
    sessions: Any
    registrations: Any
    accounts: Any
    notifications: Any
    outbox: Any
    plan_requests: Any
    debits: Any
    questions: Any
    enrol: Callable[[Person, Credentials], None]
    add: Callable[[Registration], None]

    @property
    def account(self) -> Account:
        found: Account = self.accounts.account(CHRIS.id)
        return found


def _memory() -> Store:
    memory = Memory()
    return Store(
        MemoryPeople(memory),
        MemorySessions(),
        MemoryRegistrations(memory),
        MemoryAccounts(memory),
        MemoryNotifications(memory),
        MemoryOutbox(memory),
        MemoryPlanRequests(memory),
        MemoryDebits(memory),
        FakeQuestions(),
        memory.enrol,
        memory.add,
    )


def _dynamodb(table_name: str) -> Store:
    table = Table(table_name, "eu-west-3")
    people, registrations = DynamoPeople(table), DynamoRegistrations(table)
    return Store(
        people,
        DynamoSessions(table),
        registrations,
        DynamoAccounts(table),
        DynamoNotifications(table),
        DynamoOutbox(table),
        DynamoPlanRequests(table),
        DynamoDebits(table),
        DynamoQuestions(table),
        people.enrol,
        registrations.add,
    )


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    in_memory = request.param == "memory"
    made = _memory() if in_memory else _dynamodb(request.getfixturevalue("names").table)
    made.enrol(CHRIS, Credentials(CHRIS.id, "hash"))
    made.add(FILE)
    return made


def new_attempt(rank: int = 1) -> Attempt:
    attempt_id = f"{FILE.id}-{rank:016x}"
    return Attempt(
        id=attempt_id,
        registration_id=FILE.id,
        person_id=CHRIS.id,
        reference=f"1999888-32-{attempt_id}",
        amount_cents=377000,
        fee_situation_code="05",
        lines=CAMPAIGN.programme("I2223_Y1_1A").fee_lines("05"),
        started_at=MANUAL_DAY,
        request_hash="hash",
        address=HOME,
    )


def accepted(attempt: Attempt, transaction: str = "7001") -> Answer:
    evidence = Evidence("XXXXXX", "CB", "44", "2812", "Y", "O")
    return Answer(attempt.reference, 377000, Outcome.PAID, "00000", transaction, "8001", evidence)


def message(answer: Answer, digest: str = "digest") -> Notification:
    return Notification(answer.transaction, digest, "Mt=377000", answer, MANUAL_DAY)


def settlement(store: Store, attempt: Attempt, transaction: str = "7001") -> Settlement:
    return settle(
        store.account,
        attempt,
        accepted(attempt, transaction),
        CAMPAIGN,
        store.accounts.sequence(CAMPAIGN),
        MANUAL_DAY,
    )


@pytest.fixture
def attempt(store: Store) -> Attempt:
    started = new_attempt()
    store.accounts.start(started, FILE)
    return started
