"""P4 on the real engine: whatever runs twice, late or at once, one worker debits, and nothing is lost."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from pynamodb.exceptions import TransactWriteError

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.decisions import PlanAlreadyStopped, PlanNotStopped
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.instalments import DebitState, InstalmentState
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.request_plan import request_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from infra.local.resources import Names
from tests.fakes.ports import MANUAL_DAY
from tests.integration.real_engine import at_once, conflicts, engine_ports, enrolled, lost_answers

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
ACCOUNTANT = Person("00000000000000aa", "compta@demo.test", "A", "COMPTA", frozenset({Role.ACCOUNTANT}))
TENTH = MANUAL_DAY.replace(month=7, day=10, hour=0, minute=30)
FAILURES = {"conflict": conflicts, "lost answer": lost_answers}


@dataclass
class DeliveredTwice:
    """A queue that brings each message at once, and brings it again."""

    ports: Any

    def send(self, planned: Sequence[tuple[str, date]]) -> None:
        for instalment_id, planned_on in (*planned, *planned):
            debit_instalment(self.ports, instalment_id, planned_on)


def stop_or_resume(ports: Any, registration_id: str, number: int) -> None:
    """Accountant `number` does again and again what can be done; who loses a race reads once more."""
    acts: tuple[Any, ...] = (stop_plan, resume_plan) if number % 2 else (resume_plan, stop_plan)
    for act in acts * 4:
        with suppress(PlanAlreadyStopped, PlanNotStopped, ConcurrentUpdate):
            act(ports, registration_id, f"litige {number}", ACCOUNTANT)


@pytest.fixture
def ports(names: Names) -> Any:
    made = engine_ports(names, CAMPAIGN)
    made.debit_queue = DeliveredTwice(made)
    return made


def due_instalment(ports: Any, rank: int) -> str:
    """A student whose plan began in June, at half past midnight on the 10th of July."""
    ports.at = MANUAL_DAY
    registration = enrolled(ports, rank)
    request_plan(ports, registration.person_id, registration.id, "paybox-6")
    decide_plan_request(ports, registration.id, PlanDecision.APPROVE, "", ACCOUNTANT)
    page = start_card_payment(
        ports, registration.person_id, registration.id, AddressChoice(AddressMode.NONE), None, 1
    ).attempt
    answer = Answer(
        reference=page.reference,
        amount_cents=page.amount_cents,
        outcome=Outcome.PAID,
        code="00000",
        transaction=f"{90_000_000 + rank}",
        call="1",
        token="token",
        token_expires="2812",
    )
    record_notification(ports, ports.gateway.says(f"first of {rank}".encode(), answer))
    ports.at = TENTH
    return f"{registration.id}-i2"


def test_accountants_who_stop_and_resume_at_once_take_turns(ports: Any) -> None:
    """Each act that counted is in the trail, and stops and resumptions follow each other in turn."""
    registration_id = due_instalment(ports, 1).rpartition("-")[0]
    at_once([partial(stop_or_resume, ports, registration_id, number) for number in range(4)])
    account = ports.accounts.account(registration_id.partition("-")[0])
    acts = Counter(entry.act for entry in ports.audit.waiting(1000))
    assert acts[Act.PLAN_STOPPED] > 0
    assert acts[Act.PLAN_STOPPED] - acts[Act.PLAN_RESUMED] == account.plan_request(registration_id).is_stopped
    versions = account.plan_request(registration_id).version
    assert versions == 3 + acts[Act.PLAN_STOPPED] + acts[Act.PLAN_RESUMED]


def debited_once(ports: Any, instalment_id: str) -> bool:
    """Whether the gateway's books, ours and the mails all tell of one debit."""
    account = ports.accounts.account(instalment_id.partition("-")[0])
    instalment = account.instalment(instalment_id)
    payments = [each for each in account.payments if each.rank == 2]
    paid = [each for each in account.debits if each.state is DebitState.PAID]
    told = [ports.outbox.find(f"{Topic.DEBIT_TAKEN}-{instalment_id}-{each.id}") for each in paid]
    assert ports.gateway.taken(instalment_id) == [instalment.amount_cents]
    assert [each.amount_cents for each in payments] == [instalment.amount_cents]
    return instalment.state is InstalmentState.PAID and len(paid) == 1 and all(told)


def runners(ports: Any, instalment_id: str, number: int) -> list[Callable[[], object]]:
    """Workers with the same message in hand, and every fourth a planner that makes more of them."""
    worker = partial(debit_instalment, ports, instalment_id, TENTH.date())
    planner = partial(plan_debits, ports)
    return [planner if rank % 4 == 1 else worker for rank in range(number)]


def recovered(ports: Any, runs: int = 5) -> None:
    """What the schedule does by itself: reconcile and plan again, two of each at once."""
    for _ in range(runs):
        ports.move(minutes=11)
        at_once([partial(act, ports) for act in (reconcile_debits, plan_debits) for _ in range(2)])


def race(ports: Any, rounds: int) -> None:
    for rank in range(1, rounds + 1):
        instalment_id = due_instalment(ports, rank)
        at_once(runners(ports, instalment_id, 2 + rank % 31))
        assert debited_once(ports, instalment_id), rank
        assert ports.debits.due(TENTH.date()) == ()


def race_in_a_storm(ports: Any, rounds: int) -> None:
    for rank in range(1, rounds + 1):
        instalment_id = due_instalment(ports, rank)
        with conflicts(ports.table, lambda number, rank=rank: (number + rank) % 3 == 0):  # type: ignore[misc]
            at_once(runners(ports, instalment_id, 2 + rank % 31))
        recovered(ports)
        assert debited_once(ports, instalment_id), rank
        assert ports.debits.in_flight(ports.now() + timedelta(days=1)) == ()


@pytest.mark.parametrize("number", [2, 32])
def test_p4_workers_and_planners_at_once_debit_once(ports: Any, number: int) -> None:
    instalment_id = due_instalment(ports, 1)
    at_once(runners(ports, instalment_id, number))
    assert debited_once(ports, instalment_id)
    assert ports.debits.due(TENTH.date()) == ()


def test_p4_some_rounds(ports: Any) -> None:
    race(ports, rounds=3)


def test_p4_conflicts_among_many_workers_debit_once_and_lose_nothing(ports: Any) -> None:
    race_in_a_storm(ports, rounds=3)


@pytest.mark.parametrize("number", [1, 2, 3], ids=["claim", "mark", "answer"])
@pytest.mark.parametrize("failure", FAILURES)
def test_p4_p12_write_of_a_debit_that_fails_is_made_up_for_once(
    ports: Any, failure: str, number: int
) -> None:
    fail: Callable[..., AbstractContextManager[None]] = FAILURES[failure]
    instalment_id = due_instalment(ports, 1)
    with fail(ports.table, lambda counted: counted == number), suppress(TransactWriteError):
        debit_instalment(ports, instalment_id, TENTH.date())
    recovered(ports)
    assert debited_once(ports, instalment_id)
    assert ports.debits.in_flight(ports.now() + timedelta(days=1)) == ()


@pytest.mark.parametrize("number", [2, 16])
def test_p4_workers_after_an_outage_take_the_first_and_move_the_others_once(ports: Any, number: int) -> None:
    second = due_instalment(ports, 1)
    ports.at = MANUAL_DAY.replace(month=10, day=19)
    ids = ports.debits.due(ports.at.date())
    assert len(ids) == 4
    workers = [partial(debit_instalment, ports, each, ports.at.date()) for each in ids]
    at_once([*(workers * number)[:number], partial(plan_debits, ports)])
    recovered(ports)
    assert debited_once(ports, second)
    account = ports.accounts.account(second.partition("-")[0])
    moved = [(each.next_try_on.month, each.moves) for each in account.instalments if each.rank > 2]
    assert moved == [(11, 1), (12, 1), (1, 1), (2, 1)]
    assert len(account.debits) == len(ports.gateway.captures) == 1


@pytest.mark.prove
def test_p4_a_thousand_rounds(ports: Any) -> None:
    race(ports, rounds=int(os.environ.get("ROUNDS", "1000")))


@pytest.mark.prove
def test_p4_a_hundred_storms(ports: Any) -> None:
    race_in_a_storm(ports, rounds=int(os.environ.get("ROUNDS", "100")))
