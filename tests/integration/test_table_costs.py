"""What docs/storage.md says of the table's costs, counted at the client: actions, and items read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent, Posting
from chalicelib.domain.campaign import Split
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.payments import Answer, Outcome, Payment, PaymentMethod
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.instalments import Instalment, claimed
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.plan.recut_plans import MOST_PARTS
from chalicelib.storage.shards import SHARDS, shard_of, shards
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.recut_plan import recut_plan
from chalicelib.usecases.plans.request_plan import request_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from infra.local.resources import Names
from tests.fakes.ports import MANUAL_DAY
from tests.integration.real_engine import TRANSACTION, conflicts, engine_ports, enrolled, hooked

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
ACCOUNTANT = Person("00000000000000aa", "compta@demo.test", "A", "COMPTA", frozenset({Role.ACCOUNTANT}))
TENTH = date(2022, 7, 10)


def in_parts(number: int) -> Any:
    six = CAMPAIGN.plans["paybox-6"]
    equal = replace(six, split=Split.EQUAL, instalments=number)
    return replace(CAMPAIGN, plans={**CAMPAIGN.plans, "paybox-6": equal})


@contextmanager
def counted_actions(ports: Any) -> Iterator[list[int]]:
    """How many actions each transaction holds."""
    actions: list[int] = []

    def note(params: Any, **_: Any) -> None:
        actions.append(len(params["TransactItems"]))

    with hooked(ports.table, f"before-parameter-build.{TRANSACTION}", note):
        yield actions


@contextmanager
def counted_reads(ports: Any) -> Iterator[list[int]]:
    """How many items each page of a query reads, shown or not."""
    read: list[int] = []

    def note(parsed: Any, **_: Any) -> None:
        read.append(parsed["ScannedCount"])

    with hooked(ports.table, "after-call.dynamodb.Query", note):
        yield read


def instalment(number: int, due_on: date) -> Instalment:
    person_id = f"{number:016x}"
    return Instalment(f"{person_id}-1", person_id, 2, due_on, 10000, "hash", due_on)


@pytest.mark.parametrize(("parts", "actions"), [(6, 28), (24, 64)])
def test_first_payment_of_a_plan_is_one_transaction_within_the_limit(
    names: Names, parts: int, actions: int
) -> None:
    ports = engine_ports(names, in_parts(parts))
    registration = enrolled(ports, 1)
    person_id, registration_id = registration.person_id, registration.id
    request_plan(ports, person_id, registration_id, "paybox-6")
    decide_plan_request(ports, registration_id, PlanDecision.APPROVE, "", ACCOUNTANT)
    choice = AddressChoice(AddressMode.NONE)
    page = start_card_payment(ports, person_id, registration_id, choice, None, 1).attempt
    answer = Answer(page.reference, page.amount_cents, Outcome.PAID, "00000", "7001", "1", token="token")
    body = ports.gateway.says(b"paid", replace(answer, token_expires="2207"))
    with counted_actions(ports) as counted:
        record_notification(ports, body)
    assert counted == [actions]
    assert len(ports.accounts.account(person_id).instalments) == parts


def test_planner_reads_what_is_due_and_nothing_else(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    due = [instalment(number, TENTH - timedelta(days=number)) for number in range(1, 6)]
    later = [instalment(number, TENTH + timedelta(days=1)) for number in range(6, 106)]
    for each in (*due, *later):
        ports.store.commit(Changes((each,)))
    with counted_reads(ports) as read:
        found = ports.debits.due(TENTH)
    assert list(found) == [each.id for each in reversed(due)]
    assert (len(read), sum(read)) == (SHARDS, len(due))


def test_due_of_one_day_spreads_over_the_shards() -> None:
    where = [shard_of("DUE", f"{number:016x}") for number in range(16_000)]
    sizes = [where.count(shard) for shard in shards("DUE")]
    assert sum(sizes) == 16_000
    assert 800 < min(sizes) <= max(sizes) < 1200


def test_shard_of_a_person_never_moves() -> None:
    assert [shard_of("DUE", f"{number:016x}") for number in range(3)] == ["DUE#12", "DUE#06", "DUE#00"]


def test_conflict_of_transactions_is_a_lost_race(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    due = instalment(1, TENTH)
    ports.store.commit(Changes((due,)))
    with conflicts(ports.table, lambda number: number == 1), pytest.raises(ConcurrentUpdate):
        ports.store.commit(Changes((claimed(due, MANUAL_DAY),)))
    assert ports.debits.due(TENTH) == (due.id,)


def test_acts_of_accounting_on_a_plan_are_one_transaction_within_the_limit(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    person_id, registration_id = registration.person_id, registration.id
    request_plan(ports, person_id, registration_id, "paybox-6")
    decide_plan_request(ports, registration_id, PlanDecision.APPROVE, "", ACCOUNTANT)
    choice = AddressChoice(AddressMode.NONE)
    page = start_card_payment(ports, person_id, registration_id, choice, None, 1).attempt
    answer = Answer(page.reference, page.amount_cents, Outcome.PAID, "00000", "7001", "1", token="token")
    record_notification(ports, ports.gateway.says(b"paid", replace(answer, token_expires="2207")))
    recut_plan(ports, registration_id, MOST_PARTS, "en difficulté", ACCOUNTANT, beyond_card=True)
    with counted_actions(ports) as counted:
        stop_plan(ports, registration_id, "litige", ACCOUNTANT)
        recut_plan(ports, registration_id, MOST_PARTS, "en difficulté", ACCOUNTANT, beyond_card=True)
        resume_plan(ports, registration_id, "litige réglé", ACCOUNTANT)
    assert counted == [6, 81, 31]
    assert len(ports.accounts.account(person_id).instalments) == 6 + 2 * MOST_PARTS


def test_credits_are_read_without_what_is_allocated(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    for number, allocated_cents in enumerate((60100, 0, 60100)):
        payment = Payment(
            f"{registration.person_id}-t{number}",
            registration.id,
            PaymentMethod.CARD,
            60100,
            allocated_cents,
            MANUAL_DAY,
            transaction=str(number),
        )
        ports.store.commit(Changes((payment,)))
    with counted_reads(ports) as read:
        page = list_credits(ports, None)
    assert read == [1, 0, 0, 6], "the credit, the queues of ended files, the account that it is of"
    assert page.total_cents == 0, "the declared situation owes more"


def test_stretch_of_the_journal_is_read_once(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    person_id = f"{1:016x}"
    for number in (1, 2, 3):
        entry = JournalEntry(
            id=f"{person_id}-t{number}-payment",
            registration_id=f"{person_id}-1",
            person_id=person_id,
            series="COSTS",
            event=MoneyEvent.PAYMENT,
            subject=f"{person_id}-t{number}",
            dated_on=TENTH,
            booked_at=MANUAL_DAY,
            postings=(Posting(Book.CARDS, "5115", 100), Posting(Book.RECEIVABLE, "411", -100)),
            number=number,
        )
        ports.store.commit(Changes((entry,)))
    with counted_reads(ports) as read:
        found = [ports.journal.numbered("COSTS", 2022, 0, most) for most in (2, 2, 3)]
    assert read == [2, 1, 2], "the last one known is looked at again, and what follows it"
    assert [[each.number for each in some] for some in found] == [[1, 2], [1, 2], [1, 2, 3]]
