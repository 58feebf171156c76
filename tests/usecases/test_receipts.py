"""The receipt of a payment by card announces the debits that will be made, and no others."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.payments import Attempt
from chalicelib.domain.receipts import NextDebit, receipt
from chalicelib.domain.refunds.refund import RefundMethod
from tests.usecases.conftest import Student
from tests.usecases.plan_acts import all_taken, stop
from tests.usecases.refund_steps import asked, prepares
from tests.usecases.test_received_at_the_desk import CHEQUE, receives

JULY, AUGUST = date(2022, 7, 10), date(2022, 8, 10)


def begun(student: Student, cheque: int) -> Attempt:
    """The page that paid the first instalment of 601,00 €, after a cheque."""
    student.declares("01")
    student.asks_for()
    student.is_approved()
    receives(student, replace(CHEQUE, amount_cents=cheque))
    page = student.opens_the_page_of(1)
    student.pays(page)
    return page


def announced(student: Student, page: Attempt) -> list[NextDebit]:
    told = receipt(student.file, student.attempt(page.id))
    assert told
    return list(told.next_debits)


def test_announces_what_is_left_of_each_instalment_and_that_is_debited(chris: Student) -> None:
    page = begun(chris, 10000)
    assert announced(chris, page) == [NextDebit(JULY, 10031), NextDebit(AUGUST, 20038)]
    chris.debits_run("2022-07-10T09:00")
    chris.debits_run("2022-08-10T09:00")
    assert all_taken(chris) == [10031, 20038]


@pytest.mark.parametrize(
    ("cheque", "debits"),
    [
        (20031 - 1, [NextDebit(JULY, 100), NextDebit(AUGUST, 20038 - 99)]),
        (20031, [NextDebit(AUGUST, 20038)]),
        (20031 + 20038 - 1, []),
    ],
)
def test_announces_no_debit_below_one_euro(chris: Student, cheque: int, debits: list[NextDebit]) -> None:
    assert announced(chris, begun(chris, cheque)) == debits


def test_announces_no_more_than_is_owed_in_all(chris: Student) -> None:
    """Money that is reserved for a refund pays no instalment, and is not asked for twice."""
    receives(chris, replace(CHEQUE, amount_cents=10000))
    prepares(chris, chris.account.payments[0], asked(10000, 10000, RefundMethod.TRANSFER))
    chris.declares("01")
    chris.asks_for()
    chris.is_approved()
    page = chris.opens_the_page_of(1)
    chris.pays(page)
    assert [each.remaining_cents for each in chris.account.instalments] == [0, 20031, 20038]
    assert announced(chris, page) == [NextDebit(JULY, 20031), NextDebit(AUGUST, 10038)]


def test_announces_nothing_of_a_plan_that_is_stopped(chris: Student) -> None:
    page = begun(chris, 10000)
    stop(chris)
    assert announced(chris, page) == []
