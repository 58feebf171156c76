"""Ports with their state in the real engine and the gateway a fake, and ways to make the engine fail."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person, Role
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.storage.accounts import DynamoAccounts
from chalicelib.storage.audit import DynamoAuditTrail
from chalicelib.storage.campaigns import DynamoCampaignUse
from chalicelib.storage.credits import DynamoCredits
from chalicelib.storage.debits import DynamoDebits
from chalicelib.storage.exports.batches import DynamoBatches
from chalicelib.storage.journal import DynamoJournal
from chalicelib.storage.notifications import DynamoNotifications
from chalicelib.storage.outbox import DynamoOutbox
from chalicelib.storage.people import DynamoPeople
from chalicelib.storage.plan_requests import DynamoPlanRequests
from chalicelib.storage.questions import DynamoQuestions
from chalicelib.storage.registrations import DynamoRegistrations
from chalicelib.storage.store import DynamoStore
from chalicelib.storage.table import Table
from chalicelib.wiring import pause
from infra.local.resources import Names
from tests.fakes.ports import HOME, FakePorts

TRANSACTION = "dynamodb.TransactWriteItems"


def engine_ports(names: Names, campaign: Campaign) -> Any:
    table = Table(names.table, "eu-west-3")
    ports: Any = FakePorts(campaign)
    ports.table = table
    ports.accounts = DynamoAccounts(table)
    ports.notifications = DynamoNotifications(table)
    ports.store = DynamoStore(table)
    ports.people = DynamoPeople(table)
    ports.registrations = DynamoRegistrations(table)
    ports.plan_requests = DynamoPlanRequests(table)
    ports.credits = DynamoCredits(table)
    ports.debits = DynamoDebits(table)
    ports.audit = DynamoAuditTrail(table)
    ports.journal = DynamoJournal(table)
    ports.batches = DynamoBatches(table)
    ports.campaign_use = DynamoCampaignUse(table)
    ports.questions = DynamoQuestions(table)
    ports.outbox = DynamoOutbox(table)
    ports.pause = pause
    return ports


def enrolled(ports: Any, rank: int) -> Registration:
    """A student of 3 770,00 €, told from the others by `rank`."""
    person = Person(f"{rank:016x}", f"student{rank}@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))
    ports.store.commit(Changes((person, Login(person.email, Credentials(person.id, "hash")))))
    ports.people.save_address(person.id, HOME)
    registration = Registration(
        id=f"{person.id}-1",
        person_id=person.id,
        campaign_id=ports.campaigns.current().id,
        programme_code="I2223_Y1_1A",
        holder="TESTCD Chris",
        fee_situation_code="05",
    )
    ports.store.commit(Changes((registration,)))
    return registration


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    """Run each act in a thread of its own, all from the same moment on; raise what any of them raised."""
    barrier = threading.Barrier(len(acts))

    def start(act: Callable[[], object]) -> None:
        barrier.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(start, act) for act in acts]:
            done.result()


@contextmanager
def hooked(table: Table, event: str, handler: Callable[..., Any]) -> Iterator[None]:
    """Let `handler` see an event of the table's own botocore client."""
    events = table.row._get_connection().connection.client.meta.events  # noqa: SLF001 - pynamodb shares its client no other way
    events.register_last(event, handler)
    try:
        yield
    finally:
        events.unregister(event, handler)


@contextmanager
def conflicts(table: Table, doomed: Callable[[int], bool]) -> Iterator[None]:
    """Cancel the transactions whose number, from 1, is doomed, as DynamoDB does when two writers meet."""
    numbers = count(1)

    def cancel(params: Any, **_: Any) -> tuple[Any, dict[str, Any]] | None:
        return _cancelled() if doomed(next(numbers)) else None

    with hooked(table, f"before-call.{TRANSACTION}", cancel):
        yield


@contextmanager
def lost_answers(table: Table, doomed: Callable[[int], bool]) -> Iterator[None]:
    """Let the doomed transactions apply, and their answers get lost."""
    numbers = count(1)

    def lose(**_: Any) -> None:
        if doomed(next(numbers)):
            raise ReadTimeoutError(endpoint_url="https://dynamodb.test")

    with hooked(table, f"after-call.{TRANSACTION}", lose):
        yield


def _cancelled() -> tuple[Any, dict[str, Any]]:
    said = {
        "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
        "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
        "ResponseMetadata": {"HTTPStatusCode": 400, "HTTPHeaders": {}},
    }
    return SimpleNamespace(status_code=400), said
