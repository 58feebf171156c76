"""P21 for money out: a refund is approved by another than prepared it, once, however many try at once."""

from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.people import Person, Role
from chalicelib.domain.refunds.preparation import Asked
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.domain.trail.audit import Act
from chalicelib.storage.credits import DynamoRefunds
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from tests.access.test_two_people import THREADS, tried
from tests.fakes.ports import FakePorts
from tests.integration.real_engine import at_once, engine_ports, enrolled

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
PAID_CENTS = 377_000
PREPARER, OTHER, THIRD = (
    Person(f"{number:016x}", f"b{number}@demo.test", "A", f"B{number}", frozenset({Role.ACCOUNTANT}))
    for number in (0xB1, 0xB2, 0xB3)
)


@pytest.fixture(params=["memory", "dynamodb"])
def ports(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return FakePorts(CAMPAIGN)
    made = engine_ports(request.getfixturevalue("names"), CAMPAIGN)
    made.refunds = DynamoRefunds(made.table)
    return made


@pytest.fixture
def payment_id(ports: Any) -> str:
    """A student has paid 3 770,00 € by card."""
    registration = enrolled(ports, 1)
    choice = AddressChoice(AddressMode.NONE)
    attempt = start_card_payment(ports, registration.person_id, registration.id, choice, None).attempt
    answer = Answer(attempt.reference, attempt.amount_cents, Outcome.PAID, "00000", "7001", "8001")
    record_notification(ports, ports.gateway.says(b"paid", answer))
    (payment,) = ports.accounts.account(registration.person_id).payments
    assert payment.kept_cents == PAID_CENTS
    return str(payment.id)


def prepared(ports: Any, payment_id: str, by: Person, cents: int = PAID_CENTS) -> Refund:
    asked = Asked(cents, PAID_CENTS, RefundMethod.CARD, "bourse")
    return prepare_refund(ports, payment_id, asked, None, by)


def everybody(ports: Any, people: tuple[Person, ...], act: Callable[[Person], object]) -> list[Any]:
    """Let 32 threads act at once, each of the people in turn; return what was not refused."""
    done: list[Any] = []
    at_once([tried(partial(act, by), done) for by in islice(cycle(people), THREADS)])
    return done


def given(ports: Any) -> list[int]:
    return [each.amount_cents for each in ports.gateway.vault.books]


def approvals(ports: Any) -> int:
    return [entry.act for entry in ports.audit.waiting(100)].count(Act.REFUND_APPROVED)


def test_nobody_approves_what_they_prepared(ports: Any, payment_id: str) -> None:
    refund = prepared(ports, payment_id, PREPARER)
    approve = partial(_approves, ports, refund)
    assert everybody(ports, (PREPARER,), approve) == []
    assert (given(ports), approvals(ports)) == ([], 0)
    assert ports.accounts.account(refund.person_id).refund(refund.id) == refund


def test_one_of_the_others_approves_and_it_is_given_back_once(ports: Any, payment_id: str) -> None:
    refund = prepared(ports, payment_id, PREPARER)
    everybody(ports, (PREPARER, OTHER, THIRD), partial(_approves, ports, refund))
    found = ports.accounts.account(refund.person_id).refund(refund.id)
    assert found.decided_by in {OTHER.id, THIRD.id}
    assert found.state is RefundState.DONE
    assert (given(ports), approvals(ports)) == ([PAID_CENTS], 1)


def test_approval_and_refusal_at_once_are_one_decision(ports: Any, payment_id: str) -> None:
    refund = prepared(ports, payment_id, PREPARER)

    def decides(by: Person) -> object:
        return decide_refund(ports, refund.id, by, "doublon", None, is_approved=by is OTHER)

    everybody(ports, (OTHER, THIRD), decides)
    found = ports.accounts.account(refund.person_id).refund(refund.id)
    assert (found.decided_by, found.state) in {
        (OTHER.id, RefundState.DONE),
        (THIRD.id, RefundState.DECLINED),
    }
    assert given(ports) == ([PAID_CENTS] if found.state is RefundState.DONE else [])


def test_two_who_prepare_each_for_the_other_at_once_give_back_once(ports: Any, payment_id: str) -> None:
    made = everybody(ports, (PREPARER, OTHER), lambda by: prepared(ports, payment_id, by, 200_000))
    assert len(made) == 1
    for refund in made:
        everybody(ports, (PREPARER, OTHER), partial(_approves, ports, refund))
    assert given(ports) == [200_000]


def _approves(ports: Any, refund: Refund, by: Person) -> object:
    return decide_refund(ports, refund.id, by, "", refund.sheet.hash, is_approved=True)
