"""Money that the school gave back in the gateway's back office after it was booked is found and booked."""

import pytest

from chalicelib.domain.fees import is_complete
from chalicelib.domain.inquiries import PAID_LOOKS
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Attempt, AttemptState
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.proof.books import check_books
from tests.usecases.conftest import CARD, REGISTRAR, Student, accepted


def pays(student: Student, page: Attempt, transaction: str) -> None:
    """The gateway takes it, says so, and goes on knowing of it."""
    student.pays(page, transaction, **CARD)
    student.ports.gateway.answers[page.reference] = accepted(page, transaction)


def given_back(student: Student, page: Attempt, **later: float) -> None:
    student.ports.gateway.gives_back(page.reference)
    student.ports.move(minutes=1)
    student.ports.move(**later)
    reconcile_payments(student.ports)


@pytest.fixture
def paid(chris: Student) -> Attempt:
    chris.declares("01")
    page = chris.opens_the_page()
    pays(chris, page, "7001")
    decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
    return page


@pytest.mark.parametrize("days", [look.days for look in PAID_LOOKS])
def test_is_found_a_day_a_week_and_a_month_later(chris: Student, paid: Attempt, days: int) -> None:
    for earlier in (look.days for look in PAID_LOOKS if look.days < days):
        chris.ports.at = paid.opened_at
        chris.ports.move(days=earlier, minutes=1)
        reconcile_payments(chris.ports)
        assert chris.attempt(paid.id).state is AttemptState.PAID
    chris.ports.at = paid.opened_at
    given_back(chris, paid, days=days)
    assert chris.attempt(paid.id).state is AttemptState.REFUNDED
    (payment,) = chris.account.payments
    assert (payment.kept_cents, payment.allocated_cents) == (0, 0)
    check_books(chris.ports.memory)


def test_what_it_paid_is_owed_again(chris: Student, paid: Attempt) -> None:
    assert is_complete(chris.file)
    given_back(chris, paid, days=1)
    assert chris.balance_cents == 60100
    assert not is_complete(chris.file)
    assert chris.opens_the_page().amount_cents == 60100
    assert Act.PAYMENT_REFUNDED in [entry.act for entry in chris.ports.memory.audit_waiting.values()]
    assert chris.ports.alarms.raised == [f"refunded {chris.account.payments[0].id}"]
    for entry_id in list(chris.ports.memory.entries):
        deliver_outbox(chris.ports, entry_id)
    assert Topic.PAYMENT_REFUNDED in [topic for _, topic in chris.ports.mailer.sent]


def test_credit_that_was_given_back_leaves_the_list(chris: Student) -> None:
    chris.declares("01")
    pages = [chris.keeps_a_page(), chris.keeps_a_page()]
    for number, page in enumerate(pages, 1):
        pays(chris, page, f"700{number}")
    assert list_credits(chris.ports, None).total_cents == 60100
    given_back(chris, pages[1], days=1)
    assert list_credits(chris.ports, None).found == []
    assert (chris.balance_cents, chris.registration.is_paid) == (0, True)


def test_instalment_stays_as_it_is_and_what_it_paid_is_owed_beside_the_plan(chris: Student) -> None:
    chris.declares("01")
    chris.asks_for()
    chris.is_approved()
    page = chris.opens_the_page_of(1)
    pays(chris, page, "7001")
    given_back(chris, page, days=1)
    assert chris.balance_cents == 60100
    assert chris.registration.part_paid
    chris.debits_run("2022-07-10T09:00")
    assert chris.taken(2) == [20031]
    check_books(chris.ports.memory)


def test_gateway_that_does_not_answer_is_asked_again(chris: Student, paid: Attempt) -> None:
    chris.ports.gateway.is_clear = False
    chris.ports.move(days=1)
    reconcile_payments(chris.ports)
    assert chris.attempt(paid.id).late_looks == 0
    chris.ports.gateway.is_clear = True
    given_back(chris, paid, minutes=5)
    assert chris.attempt(paid.id).state is AttemptState.REFUNDED


def test_one_that_was_kept_is_asked_about_three_times(chris: Student, paid: Attempt) -> None:
    for days in (1, 1, 7, 30, 1, 30):
        chris.ports.move(days=days)
        reconcile_payments(chris.ports)
    attempt = chris.attempt(paid.id)
    assert (attempt.late_looks, attempt.state) == (3, AttemptState.PAID)
    assert chris.balance_cents == 0
