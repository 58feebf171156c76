"""One suite for the fake and the real storage: what both of them hold."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import boto3
import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.notifications import Notification
from chalicelib.domain.payments import Answer, Attempt, Evidence, Outcome
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.domain.settlement import Settlement, settle
from chalicelib.domain.trail.audit import Act, AuditEntry
from chalicelib.storage.accounts import DynamoAccounts
from chalicelib.storage.audit import DynamoAuditTrail
from chalicelib.storage.books.periods import DynamoPeriods
from chalicelib.storage.books.rapprochements import DynamoRapprochements
from chalicelib.storage.books.reconciliations import DynamoReconciliations
from chalicelib.storage.books.slips import DynamoCheques
from chalicelib.storage.books.statements import DynamoStatements
from chalicelib.storage.brakes.brakes import DynamoBrakes
from chalicelib.storage.campaigns import DynamoCampaignUse, DynamoCampaignVersions
from chalicelib.storage.credits import DynamoCredits, DynamoTransferFiles, DynamoUnpaid
from chalicelib.storage.debits import DynamoDebits
from chalicelib.storage.events.events import DynamoEvents
from chalicelib.storage.events.service_keys import DynamoServiceKeys
from chalicelib.storage.exports.batches import DynamoBatches
from chalicelib.storage.identities import DynamoIdentities
from chalicelib.storage.imports import DynamoImports, DynamoRoster
from chalicelib.storage.journal import DynamoJournal
from chalicelib.storage.limits import DynamoLimits
from chalicelib.storage.lists.payers import DynamoPayers
from chalicelib.storage.notifications import DynamoNotifications
from chalicelib.storage.outbox import DynamoOutbox
from chalicelib.storage.people import DynamoPeople
from chalicelib.storage.plan_requests import DynamoPlanRequests
from chalicelib.storage.privacy import DynamoPersonalRecords
from chalicelib.storage.proofs import (
    DynamoIbanLinks,
    DynamoLinks,
    DynamoPaymentLinkKeys,
    DynamoSecondFactors,
)
from chalicelib.storage.questions import DynamoQuestions
from chalicelib.storage.registrations import DynamoRegistrations
from chalicelib.storage.role_changes import DynamoRoleChanges
from chalicelib.storage.sessions import DynamoSessions
from chalicelib.storage.store import DynamoStore
from chalicelib.storage.table import Table
from chalicelib.storage.webhooks.webhooks import DynamoWebhooks
from infra.local import resources
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.audit import MemoryAuditTrail
from tests.fakes.brakes import MemoryBrakes
from tests.fakes.campaigns import MemoryCampaignUse, MemoryCampaignVersions
from tests.fakes.cheques import MemoryCheques
from tests.fakes.events import MemoryEvents, MemoryServiceKeys
from tests.fakes.exports import MemoryBatches
from tests.fakes.identity import (
    MemoryIbanLinks,
    MemoryIdentities,
    MemoryLimits,
    MemoryLinks,
    MemoryPaymentLinkKeys,
    MemoryPeople,
    MemoryRoleChanges,
    MemorySecondFactors,
    MemorySessions,
)
from tests.fakes.imports import MemoryImports, MemoryRoster
from tests.fakes.journal import MemoryJournal
from tests.fakes.periods import MemoryPeriods, MemoryRapprochements
from tests.fakes.plans import MemoryCredits, MemoryDebits, MemoryPayers, MemoryPlanRequests, MemoryUnpaid
from tests.fakes.ports import MANUAL_DAY, FakeQuestions
from tests.fakes.privacy import MemoryPersonalRecords
from tests.fakes.reconciliations import MemoryReconciliations
from tests.fakes.refunds import MemoryTransferFiles
from tests.fakes.statements import MemoryStatements
from tests.fakes.storage import (
    Memory,
    MemoryNotifications,
    MemoryOutbox,
    MemoryRegistrations,
)
from tests.fakes.store import MemoryStore
from tests.fakes.webhooks import MemoryWebhooks

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
CHRIS = Person("00000000000000c1", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))
FILE = Registration(
    f"{CHRIS.id}-1", CHRIS.id, CAMPAIGN.id, "I2223_Y1_1A", "TESTCD Chris", fee_situation_code="05"
)
HOME = Address("1 rue de la Démonstration", "63000", "Clermont-Ferrand", "FR", "+33", "0600000000", id="home")
_AUDITED = count(1)


@dataclass
class Store:
    commit: Callable[[Changes], None]
    people: Any
    sessions: Any
    links: Any
    iban_links: Any
    payment_link_keys: Any
    limits: Any
    second_factors: Any
    identities: Any
    role_changes: Any
    audit: Any
    personal: Any
    registrations: Any
    accounts: Any
    notifications: Any
    outbox: Any
    plan_requests: Any
    debits: Any
    credits: Any
    journal: Any
    events: Any
    service_keys: Any
    webhooks: Any
    questions: Any
    roster: Any
    imports: Any
    campaign_versions: Any
    campaign_use: Any
    unpaid: Any
    payers: Any
    transfer_files: Any
    cheques: Any
    periods: Any
    rapprochements: Any
    statements: Any
    reconciliations: Any
    batches: Any
    brakes: Any
    enrol: Callable[[Person, Credentials], None]
    add: Callable[[Registration], None]

    @property
    def account(self) -> Account:
        found: Account = self.accounts.account(CHRIS.id)
        return found

    @property
    def audited(self) -> list[str]:
        """Return the ids of what waits for its place in the trail, oldest first."""
        return [entry.id for entry in self.audit.waiting(100)]


def _memory() -> Store:
    memory = Memory()
    trail = MemoryAuditTrail(memory)
    return Store(
        MemoryStore(memory).commit,
        MemoryPeople(memory),
        MemorySessions(memory),
        MemoryLinks(memory),
        MemoryIbanLinks(memory),
        MemoryPaymentLinkKeys(memory),
        MemoryLimits(memory),
        MemorySecondFactors(memory),
        MemoryIdentities(memory),
        MemoryRoleChanges(memory),
        trail,
        MemoryPersonalRecords(memory, trail),
        MemoryRegistrations(memory),
        MemoryAccounts(memory),
        MemoryNotifications(memory),
        MemoryOutbox(memory),
        MemoryPlanRequests(memory),
        MemoryDebits(memory),
        MemoryCredits(memory),
        MemoryJournal(memory),
        MemoryEvents(memory),
        MemoryServiceKeys(memory),
        MemoryWebhooks(memory),
        FakeQuestions(),
        MemoryRoster(memory),
        MemoryImports(memory),
        MemoryCampaignVersions(memory),
        MemoryCampaignUse(memory),
        MemoryUnpaid(memory),
        MemoryPayers(memory),
        MemoryTransferFiles(memory),
        MemoryCheques(memory),
        MemoryPeriods(memory),
        MemoryRapprochements(memory),
        MemoryStatements(memory),
        MemoryReconciliations(memory),
        MemoryBatches(memory),
        MemoryBrakes(memory),
        memory.enrol,
        memory.add,
    )


@cache
def _table(name: str) -> Table:
    """One for all tests of the process: each has a client of its own, which takes long to make."""
    return Table(name, "eu-west-3")


def _dynamodb(table_name: str) -> Store:
    table = _table(table_name)
    commit = DynamoStore(table).commit
    return Store(
        commit,
        DynamoPeople(table),
        DynamoSessions(table),
        DynamoLinks(table),
        DynamoIbanLinks(table),
        DynamoPaymentLinkKeys(table),
        DynamoLimits(table),
        DynamoSecondFactors(table),
        DynamoIdentities(table),
        DynamoRoleChanges(table),
        DynamoAuditTrail(table),
        DynamoPersonalRecords(table),
        DynamoRegistrations(table),
        DynamoAccounts(table),
        DynamoNotifications(table),
        DynamoOutbox(table),
        DynamoPlanRequests(table),
        DynamoDebits(table),
        DynamoCredits(table),
        DynamoJournal(table),
        DynamoEvents(table),
        DynamoServiceKeys(table),
        DynamoWebhooks(table),
        DynamoQuestions(table),
        DynamoRoster(table),
        DynamoImports(table),
        DynamoCampaignVersions(table),
        DynamoCampaignUse(table),
        DynamoUnpaid(table),
        DynamoPayers(table),
        DynamoTransferFiles(table),
        DynamoCheques(table),
        DynamoPeriods(table),
        DynamoRapprochements(table),
        DynamoStatements(table),
        DynamoReconciliations(table),
        DynamoBatches(table),
        DynamoBrakes(table, lambda: 0.0),
        lambda person, credentials: commit(Changes((person, Login(person.email, credentials)))),
        lambda registration: commit(Changes((registration,))),
    )


@pytest.fixture(scope="session")
def shared_table(aws: str) -> tuple[Any, str]:
    """A client and the table that the stores of one test process have in turn."""
    return boto3.client("dynamodb"), resources.create(aws, prefix="contract").table


def _emptied(client: Any, table: str) -> str:
    resources.leave(client, table)
    return table


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    in_memory = request.param == "memory"
    made = _memory() if in_memory else _dynamodb(_emptied(*request.getfixturevalue("shared_table")))
    made.enrol(CHRIS, Credentials(CHRIS.id, "hash"))
    made.add(FILE)
    return made


def audit(entry_id: str = "") -> AuditEntry:
    """A new entry of the trail, unless it is told which."""
    named = entry_id or f"audit-{next(_AUDITED)}"
    return AuditEntry(named, MANUAL_DAY, CHRIS.id, Act.PASSWORD_SET, CHRIS.id, CHRIS.id)


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
    store.commit(Changes((started,), unchanged=(FILE,)))
    return started
