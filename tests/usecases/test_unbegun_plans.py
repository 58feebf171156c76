"""A plan that has not begun, beside money that was received: its first instalment alone is asked for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.aged import Age
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.positions import asked_by_transfer_cents, position_of
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.guidance.next_step import Todo, next_step
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.usecases.collection.remind_arrears import list_arrears
from chalicelib.usecases.lettering.list_balances import balances_for_file, list_balances
from tests.fakes.ports import add_registration
from tests.usecases.conftest import CHRIS, Student
from tests.usecases.refund_steps import pays_twice
from tests.usecases.test_arrears import reminded
from tests.usecases.test_paid_before_ordering import costs
from tests.usecases.test_received_at_the_desk import receives

FIRST = 20031


@pytest.fixture
def asked(chris: Student) -> Student:
    chris.declares("01")
    chris.asks_for("paybox-3")
    return chris


def brings(student: Student, cents: int = 10000) -> None:
    """Enter a cheque of today."""
    today = paris_day(student.ports.now())
    receives(student, ReceivedMoney(PaymentMethod.CHEQUE, cents, f"C{cents}", today))


def late(student: Student) -> list[tuple[int, date]]:
    return [(each.arrears.cents, each.arrears.since) for each in list_arrears(student.ports)]


def to_pay(student: Student) -> tuple[int, int]:
    """Return the position of menu 5, and what a transfer of today is asked for."""
    today, account = paris_day(student.ports.now()), student.account
    files = (student.file,)
    position = position_of(account, files, today)
    return position.position_cents, asked_by_transfer_cents(account, files, today)


def aged(student: Student, day: date | None = None) -> Mapping[Age, int]:
    """Return the balance by debtor, the same on its page and in its file."""
    found = list_balances(student.ports, "INP", day)
    assert balances_for_file(student.ports, "INP", day).debts == found.debts
    (debt,) = found.debts
    return {age: cents for age, cents in debt.ages.items() if cents}


def test_first_instalment_alone_is_asked_since_its_approval(asked: Student) -> None:
    asked.is_approved()
    brings(asked)
    step = next_step(asked.file, asked.ports.now())
    assert (step.todo, step.cents) == (Todo.PAY_FIRST, FIRST)
    assert late(asked) == [(FIRST, date(2022, 6, 24))]
    assert to_pay(asked) == (FIRST, 0)
    assert aged(asked) == {Age.TO_30: FIRST, Age.NOT_DUE: 50100 - FIRST}
    asked.is_at("2022-07-02T09:00")
    assert reminded(asked, "2022-07-02") == ["first"]
    (mail,) = (each for each in asked.ports.memory.entries.values() if each.reason == "first")
    assert mail.amount_cents == FIRST


def test_no_transfer_is_asked_for_while_a_card_is_to_begin_the_plan(asked: Student) -> None:
    """A transfer of the first instalment would leave it to pay by card all the same."""
    assert to_pay(asked) == (0, 0)
    asked.is_approved()
    assert to_pay(asked) == (0, 0)
    assert late(asked) == []


def test_nothing_is_asked_before_accounting_has_decided(asked: Student) -> None:
    brings(asked)
    asked.is_at("2022-07-30T09:00")
    assert next_step(asked.file, asked.ports.now()).todo is Todo.PLAN_REQUESTED
    assert (late(asked), to_pay(asked)) == ([], (0, 0))
    assert aged(asked) == {Age.NOT_DUE: 50100}
    asked.is_approved()
    assert late(asked) == [(FIRST, date(2022, 7, 30))]
    assert aged(asked) == {Age.TO_30: FIRST, Age.NOT_DUE: 50100 - FIRST}
    assert aged(asked, date(2022, 7, 29)) == {Age.NOT_DUE: 50100}


def test_whole_rest_is_asked_once_the_plan_is_refused(asked: Student) -> None:
    brings(asked)
    asked.is_told(PlanDecision.REFUSE, "non")
    assert (late(asked), to_pay(asked)) == ([(50100, date(2022, 6, 24))], (50100, 50100))
    assert aged(asked) == {Age.TO_30: 50100}


def test_whole_rest_is_asked_where_it_is_less_than_the_first_instalment(asked: Student) -> None:
    asked.is_approved()
    brings(asked, 45000)
    assert late(asked) == [(15100, date(2022, 6, 24))]
    assert to_pay(asked) == (15100, 15100)


def test_whole_rest_is_asked_where_the_price_has_changed(asked: Student) -> None:
    """The plan of the price before leads to no page, so nothing waits for it."""
    asked.is_approved()
    costs(asked, 70100)
    brings(asked)
    assert late(asked) == [(60100, date(2022, 6, 24))]
    assert to_pay(asked) == (60100, 60100)
    assert aged(asked) == {Age.TO_30: 60100}


def test_plan_of_a_release_that_told_no_day_of_the_decision_asks_since_its_request(asked: Student) -> None:
    brings(asked)
    asked.is_at("2022-07-30T09:00")
    approved = asked.is_approved()
    asked.ports.memory.plan_requests[asked.registration_id] = replace(approved, decided_at=None)
    assert late(asked) == [(FIRST, date(2022, 6, 24))]


def test_begun_plan_is_asked_by_its_instalments(asked: Student) -> None:
    asked.is_approved()
    brings(asked)
    asked.pays(asked.opens_the_page_of(1))
    assert (late(asked), to_pay(asked)) == ([], (0, 0))


def test_credit_of_one_file_is_taken_off_no_price_of_another(chris: Student) -> None:
    """It is given back, or deducted by the page that pays: menu 5 shows it beside."""
    pays_twice(chris)
    ports, campaign = chris.ports, chris.ports.campaigns.current()
    second = replace(chris, registration_id=add_registration(ports, CHRIS, "I2223_Y1_1A", campaign.id, 2).id)
    second.declares("01")
    account, today = second.account, paris_day(ports.now())
    files = (chris.file, second.file)
    assert position_of(account, files, today).position_cents < 0
    assert asked_by_transfer_cents(account, files, today) == 60100
