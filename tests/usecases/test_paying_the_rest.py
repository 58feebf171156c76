"""A student pays the rest of a begun plan at once: then nothing is debited any more."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import AlreadyPaid, PaymentOpen, PaymentUnclear, RegistrationRefused
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Attempt, Outcome
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import Decision
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import resume_card_payment, start_card_payment
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import CHRIS, NO_ADDRESS, REGISTRAR, Student, refused

PAID, DUE = InstalmentState.PAID, InstalmentState.DUE


def opens_the_rest(student: Student, key: str | None = None) -> Attempt:
    started = start_card_payment(
        student.ports, student.person.id, student.registration_id, NO_ADDRESS, key, rest=True
    )
    return started.attempt


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    chris.ports.memory.entries.clear()
    return chris


def test_all_instalments_are_paid_and_the_card_is_forgotten(started: Student) -> None:
    started.is_at("2022-07-25T10:00")  # the windows are closed: a begun plan can be paid all the same
    page = opens_the_rest(started)
    assert page.amount_cents == 60100 - 20031
    started.pays(page, "7002")
    assert [each.state for each in started.account.instalments] == [PAID] * 3
    assert started.balance_cents == 0
    topics = [entry.topic for entry in started.ports.memory.entries.values()]
    assert sorted(topics) == sorted([Topic.PAYMENT_BOOKED, Topic.FORGET_CARD])
    with pytest.raises(AlreadyPaid):
        opens_the_rest(started)


def test_nothing_is_debited_while_the_page_is_open_and_again_once_it_is_over(started: Student) -> None:
    started.is_at("2022-07-10T00:25")
    opens_the_rest(started)
    started.debits_run("2022-07-10T00:30")
    assert started.taken(2) == []
    started.ports.move(minutes=21)
    reconcile_payments(started.ports)
    started.debits_run("2022-07-10T01:30")
    assert started.taken(2) == [20031]


def test_debit_in_flight_is_left_out(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
    started.debits_run("2022-07-10T09:00")
    page = opens_the_rest(started)
    assert page.amount_cents == 20038
    started.pays(page, "7002")
    started.reconciles(minutes=6)
    assert (started.balance_cents, [each.state for each in started.account.instalments]) == (0, [PAID] * 3)


def test_open_page_of_an_instalment_is_left_out_and_the_other_way_round(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.REFUSE_HARD)
    started.debits_run("2022-07-10T09:00")
    started.opens_the_page_of(2)
    assert opens_the_rest(started).amount_cents == 20038


def test_second_start_resumes_it_and_a_smaller_rest_does_not(started: Student) -> None:
    page = opens_the_rest(started, "key")
    assert opens_the_rest(started).id == page.id
    again = resume_card_payment(started.ports, CHRIS.id, page.id)
    assert again is not None
    assert again.attempt.reference == page.reference
    started.ports.memory.payments["7001"] = (
        CHRIS.id,
        replace(started.account.payments[0], amount_cents=20131),
    )
    with pytest.raises(PaymentOpen):
        opens_the_rest(started)


def test_without_a_begun_plan_it_is_what_is_to_be_paid(chris: Student) -> None:
    chris.declares("01")
    assert opens_the_rest(chris).amount_cents == 60100


def test_is_refused_while_a_payment_is_unclear_or_the_file_is_refused(started: Student) -> None:
    page = opens_the_rest(started)
    unclear = refused(page, outcome=Outcome.UNKNOWN)
    record_notification(started.ports, started.ports.gateway.says(b"unclear", unclear))
    with pytest.raises(PaymentUnclear):
        opens_the_rest(started)
    started.ports.memory.attempts.clear()
    decide_registration(started.ports, started.registration_id, Decision.REFUSE, "motif", REGISTRAR)
    with pytest.raises(RegistrationRefused):
        opens_the_rest(started)


def test_debit_is_not_taken_in_part_beside_a_page_of_the_rest(started: Student) -> None:
    """The page asks for the third part while the second one is in flight: it leaves a little less for it."""
    started.ports.gateway.script.append(Behaviour.LOSE_REFUSAL)
    started.debits_run("2022-07-10T00:30")
    page = opens_the_rest(started)
    assert page.amount_cents == 20038
    started.reconciles(minutes=6)
    second = started.instalment(2)
    started.ports.memory.instalments[second.id] = replace(second, state=InstalmentState.NEEDS_PAYER)
    started.is_at("2022-08-10T00:30")
    attempt = started.attempt(page.id)
    open_again = replace(attempt, left_at=started.ports.at, version=attempt.version + 1)
    started.ports.memory.attempts[page.id] = open_again
    started.debits_run("2022-08-10T00:35")
    assert started.taken(3) == []
    assert started.instalment(3).state is DUE
