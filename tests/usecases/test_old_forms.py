"""P1, P25, P27: a form that was shown long ago is sent, or a page that was kept is paid, days later."""

from datetime import timedelta

import pytest

from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payments import AttemptState
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.start_card_payment import resume_card_payment
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import CHRIS, Student
from tests.usecases.plan_acts import all_taken


def test_form_that_is_left_late_is_open_until_the_page_of_that_click_is_over(chris: Student) -> None:
    """Shown at 10:00, left at 10:12, reconciled at 10:21, card typed at 10:26."""
    chris.declares("01")
    attempt = chris.opens_the_page()
    chris.ports.move(minutes=12)
    assert resume_card_payment(chris.ports, CHRIS.id, attempt.id)
    chris.ports.move(minutes=9)
    assert reconcile_payments(chris.ports).asked == 0
    assert chris.attempt(attempt.id).state is AttemptState.PENDING
    chris.ports.move(minutes=5)
    chris.pays(attempt)
    assert chris.balance_cents == 0


def late_page_that_is_over(student: Student) -> str:
    """The page of the second instalment, left at 23:58 before its retry and let go by the reconciliation."""
    student.starts_the_plan()
    student.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
    student.debits_run("2022-07-10T00:30")
    student.is_at("2022-07-12T23:58")
    attempt = student.opens_the_page_of(2)
    student.is_at("2022-07-13T00:25")
    assert reconcile_payments(student.ports).closed == 1
    return attempt.id


@pytest.mark.parametrize("later", [timedelta(minutes=2), timedelta(days=3)], ids=str)
def test_kept_form_of_a_late_instalment_does_not_pay_it_twice(chris: Student, later: timedelta) -> None:
    """The retry debits the instalment, and then the kept form is paid: it pays what is still owed."""
    attempt = chris.attempt(late_page_that_is_over(chris))
    chris.debits_run("2022-07-13T00:26")
    assert chris.taken(2) == [20031]
    chris.ports.move(minutes=later.total_seconds() / 60)
    chris.pays(attempt, "7002")
    assert chris.instalment(2).state is InstalmentState.PAID
    assert chris.instalment(3).remaining_cents == 7
    chris.debits_run("2022-08-10T09:00")
    assert all_taken(chris) == [20031]
    assert owed_cents(chris.file) == 7


def test_kept_form_of_a_late_instalment_that_is_paid_first_calls_the_retry_off(chris: Student) -> None:
    attempt = chris.attempt(late_page_that_is_over(chris))
    chris.pays(attempt, "7002")
    for day in ("2022-07-13", "2022-07-20", "2022-08-10"):
        chris.debits_run(f"{day}T00:30")
    assert (chris.taken(2), chris.taken(3)) == ([], [20038])


def test_first_page_of_june_that_is_paid_in_august_lets_one_instalment_a_month_be_taken(
    chris: Student,
) -> None:
    chris.declares("01")
    chris.asks_for()
    chris.is_approved()
    attempt = chris.keeps_a_page(rank=1)
    chris.is_at("2022-08-15T10:00")
    chris.pays(attempt)
    for day in range(15, 32):
        chris.debits_run(f"2022-08-{day}T09:00")
    assert all_taken(chris) == [20031]
    for day in (9, 10, 11):
        chris.debits_run(f"2022-09-{day:02}T09:00")
    assert all_taken(chris) == [20031, 20038]
    assert chris.balance_cents == 0
