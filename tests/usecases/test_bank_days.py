"""A payment bears the bank's day beside that of our booking; a wrong day costs no payment."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.certificates import certify
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.receipts import receipt
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import Student, accepted

AUGUST, SEPTEMBER = date(2022, 8, 31), date(2022, 9, 2)


def lost(student: Student, attempt: Attempt, banked_on: date | None) -> None:
    """The gateway takes the payment and its notification is lost; an inquiry tells this day."""
    answer = replace(accepted(attempt), banked_on=banked_on)
    student.ports.gateway.answers[attempt.reference] = answer


def tells(student: Student, attempt: Attempt, banked_on: date | None, transaction: str = "7001") -> None:
    """A notification says that it was paid on this day."""
    answer = replace(accepted(attempt, transaction), banked_on=banked_on)
    record_notification(student.ports, student.ports.gateway.says(transaction.encode(), answer))


def only_payment(student: Student) -> Payment:
    (payment,) = student.account.payments
    return payment


@pytest.fixture
def page(chris: Student) -> Attempt:
    """A page opened on 31 August at 23:45."""
    chris.is_at("2022-08-31T23:45")
    chris.declares("01")
    return chris.opens_the_page()


def test_payment_that_was_found_two_days_later_bears_both_days(chris: Student, page: Attempt) -> None:
    lost(chris, page, AUGUST)
    chris.is_at("2022-09-02T09:00")
    reconcile_payments(chris.ports)
    payment = only_payment(chris)
    assert (paris_day(payment.received_at), payment.banked_on) == (SEPTEMBER, AUGUST)
    shown = receipt(chris.file, chris.attempt(page.id))
    assert shown is not None
    assert (shown.paid_on, shown.banked_on) == (SEPTEMBER, AUGUST)
    assert chris.account.invoices[0].issued_on == SEPTEMBER
    certificate = certify(chris.account, chris.registration, chris.ports.campaigns.current(), SEPTEMBER)
    assert [each.paid_on for each in certificate.payments] == [AUGUST]


def test_payment_of_the_old_year_stays_one_of_the_old_year(chris: Student, page: Attempt) -> None:
    chris.ports.memory.add(replace(chris.attempt(page.id), started_at=at("2022-12-31T23:45"), version=2))
    lost(chris, page, date(2022, 12, 31))
    chris.is_at("2023-01-02T09:00")
    reconcile_payments(chris.ports)
    payment = only_payment(chris)
    assert (payment.received_at.year, payment.banked_on) == (2023, date(2022, 12, 31))


def at(paris: str) -> datetime:
    return datetime.fromisoformat(paris).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("announced", "found", "kept"),
    [(AUGUST, None, AUGUST), (None, AUGUST, AUGUST), (AUGUST, SEPTEMBER, AUGUST), (None, None, None)],
)
def test_day_is_kept_from_whichever_message_brings_it(
    chris: Student, page: Attempt, announced: date | None, found: date | None, kept: date | None
) -> None:
    lost(chris, page, found)
    tells(chris, page, announced)
    assert only_payment(chris).banked_on == kept


def test_late_notification_brings_the_day_that_the_inquiry_did_not_tell(
    chris: Student, page: Attempt
) -> None:
    lost(chris, page, None)
    chris.is_at("2022-09-02T09:00")
    reconcile_payments(chris.ports)
    assert only_payment(chris).banked_on is None
    tells(chris, page, AUGUST)
    payment = only_payment(chris)
    assert (payment.banked_on, payment.version, payment.allocated_cents) == (AUGUST, 2, 60100)
    tells(chris, page, SEPTEMBER)
    assert only_payment(chris) == payment


@pytest.mark.parametrize("told", [date(2022, 8, 30), date(2022, 9, 2), date(2122, 8, 31), date(2012, 8, 31)])
def test_day_on_which_it_cannot_have_been_paid_is_not_shown_and_costs_nothing(
    chris: Student, page: Attempt, told: date
) -> None:
    lost(chris, page, None)
    tells(chris, page, told)
    assert (only_payment(chris).banked_on, chris.balance_cents) == (None, 0)


def test_clocks_may_differ_around_midnight(chris: Student, page: Attempt) -> None:
    chris.is_at("2022-08-31T23:58")
    tells(chris, page, date(2022, 9, 1))
    assert only_payment(chris).banked_on == date(2022, 9, 1)


def test_clocks_may_differ_on_the_other_side_of_midnight(chris: Student) -> None:
    chris.is_at("2022-09-01T00:02")
    chris.declares("01")
    page = chris.opens_the_page()
    tells(chris, page, AUGUST)
    assert only_payment(chris).banked_on == AUGUST


def test_debit_that_was_found_later_bears_both_days(chris: Student) -> None:
    chris.starts_the_plan()
    chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
    chris.ports.gateway.banked_on = date(2022, 7, 10)
    chris.debits_run("2022-07-10T23:50")
    chris.reconciles(days=2)
    payment = chris.account.payments[-1]
    assert (paris_day(payment.received_at), payment.banked_on) == (date(2022, 7, 12), date(2022, 7, 10))
