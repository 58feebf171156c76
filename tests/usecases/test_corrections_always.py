"""Whatever was paid, whichever situations follow: owed is the tariff, and nothing asks for more."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.corrections.refusals import SituationUnchanged
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.refunds.refusals import RefundLapsed
from chalicelib.usecases.collection.receive_payment import receive_payment
from tests.fakes.ports import FakePorts, enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.correction_steps import changes, judge, prepared, sees
from tests.usecases.refund_steps import SECOND, approves, declines
from tests.usecases.refund_steps import given as given_back

DAYS = ("2022-07-10", "2022-08-10", "2022-09-10", "2022-10-10", "2022-11-10")
TAXED = {
    "21": (FeeLine("Droits de scolarité", 1, 40000), FeeLine("Formation", 2, 12345, vat_rate=Decimal(20))),
    "22": (FeeLine("Droits de scolarité", 1, 10000), FeeLine("Formation", 3, 23333, vat_rate=Decimal(20))),
}
"""Situations of several lines and rates: what is more is not always a line of its own."""


def school() -> Campaign:
    campaign = load_shipped("clermont-auvergne-inp-2022")
    programme = campaign.programmes["I2223_Y1_1A"]
    priced = replace(programme, tariffs={**programme.tariffs, **TAXED})
    return replace(campaign, programmes={**campaign.programmes, programme.code: priced})


CODES = ("01", "02", "05", "14", "21", "22")


def student_of_story() -> Student:
    ports = FakePorts(school())
    registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id)
    return Student(ports, CHRIS, registration.id)


def at_once(student: Student, code: str, _debits: int) -> None:
    student.declares(code)
    student.pays(student.opens_the_page())


def twice(student: Student, code: str, _debits: int) -> None:
    student.declares(code)
    first, second = student.keeps_a_page(), student.keeps_a_page()
    student.pays(first, "7001")
    student.pays(second, "7002")


def by_plan(student: Student, code: str, debits: int) -> None:
    student.starts_the_plan(code=code)
    for day in DAYS[:debits]:
        student.debits_run(f"{day} 06:00")


def by_cheque(student: Student, code: str, debits: int) -> None:
    student.declares(code)
    pay_by_cheque(student, 10_000 + debits)


def not_at_all(student: Student, code: str, _debits: int) -> None:
    student.declares(code)


def pay_by_cheque(student: Student, cents: int) -> None:
    number = str(len(student.account.payments) + 1)
    received = ReceivedMoney(PaymentMethod.CHEQUE, cents, number, student.ports.at.date())
    receive_payment(student.ports, student.registration_id, received, ACCOUNTANT, None)


Begin = Callable[[Student, str, int], None]
BEGINNINGS: tuple[Begin, ...] = (at_once, twice, by_plan, by_cheque, not_at_all)
NEXT = st.one_of(
    st.tuples(st.just("change"), st.sampled_from(CODES)),
    st.tuples(st.just("cheque"), st.integers(100, 400_000)),
    st.tuples(st.just("approve"), st.just("")),
    st.tuples(st.just("decline"), st.just("")),
    st.tuples(st.just("debit"), st.sampled_from(DAYS[2:])),
)


@settings(deadline=None, max_examples=150)
@given(
    begin=st.sampled_from(BEGINNINGS),
    code=st.sampled_from(("01", "05", "14")),
    debits=st.integers(0, 2),
    acts=st.lists(NEXT, min_size=1, max_size=6),
)
def test_any_situation_after_any_money(
    begin: Begin, code: str, debits: int, acts: list[tuple[str, Any]]
) -> None:
    student = student_of_story()
    begin(student, code, debits)
    for act, what in acts:
        play(student, act, what)
        price = totals(
            school().programmes["I2223_Y1_1A"].tariffs[student.registration.fee_situation_code or ""]
        )
        judge(student, price.total_cents)
    given_back_of = {each.id: each.refunded_cents for each in student.account.payments}
    assert sum(given_back(student)) <= sum(given_back_of.values())


def play(student: Student, act: str, what: Any) -> None:
    if act == "change":
        with suppress(SituationUnchanged):
            seen = sees(student, what)
            assert changes(student, what, seen=seen.hash).debits == seen.draft.correction.debits
    elif act == "cheque":
        pay_by_cheque(student, what)
    elif act == "debit":
        student.debits_run(f"{what} 06:00")
    else:
        for waiting in prepared(student)[:1]:
            with suppress(RefundLapsed):
                (approves if act == "approve" else declines)(student, waiting, by=SECOND)


class Cut:
    """A store that loses the race, or whose process dies before or after its nth commit."""

    def __init__(self, store: Any, how: str) -> None:
        self.store, self.how, self.commits = store, how, 0

    def commit(self, changes_: Any) -> None:
        self.commits += 1
        if self.commits > 1:
            return self.store.commit(changes_)
        if self.how == "lost race":
            raise ConcurrentUpdate
        if self.how == "dies before":
            raise TimeoutError
        self.store.commit(changes_)
        if self.how == "answer lost as a lost race":
            raise ConcurrentUpdate
        raise TimeoutError


@pytest.mark.parametrize("how", ["lost race", "dies before", "dies after", "answer lost as a lost race"])
@pytest.mark.parametrize("begin", BEGINNINGS)
def test_every_end_of_the_one_commit_is_one_act_for_who_tries_again(begin: Begin, how: str) -> None:
    student = student_of_story()
    begin(student, "01", 1)
    store = student.ports.store
    student.ports.store = Cut(store, how)  # type: ignore[assignment]
    with suppress(TimeoutError):
        changes(student, "02", key="k1")
    student.ports.store = store
    done = changes(student, "02", key="k1")
    assert len(student.registration.corrections) == 1
    assert done == student.registration.corrections[0]
    assert len(student.account.credit_notes) == bool(student.account.invoices)
    assert all(each.state is not InstalmentState.DUE for each in student.file.instalments)
    judge(student, 0)
