"""One open attempt a target: resumed under its reference, given up by one question, never paid twice."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import errors
from chalicelib.domain.causes import PaymentOutdated
from chalicelib.domain.changes import Changes
from chalicelib.domain.inquiries import LATE_LOOKS, inquired, next_look_at
from chalicelib.domain.limits import INQUIRIES
from chalicelib.domain.payments import Answer, Attempt, AttemptState, Outcome
from chalicelib.domain.receipts import receipt
from chalicelib.domain.registration import Decision
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.inquire_attempt import inquire_attempt
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.show_attempt import note_return, show_attempt
from chalicelib.usecases.payments.start_card_payment import (
    StartedPayment,
    resume_card_payment,
    start_card_payment,
)
from chalicelib.usecases.plans.request_plan import withdraw_plan_request
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import enrol_student
from tests.usecases.conftest import CHRIS, REGISTRAR, Student, accepted, refused
from tests.usecases.test_received_at_the_desk import CHEQUE, receives

NONE = AddressChoice(AddressMode.NONE)


def starts(student: Student, key: str | None = None, rank: int | None = None) -> StartedPayment:
    return start_card_payment(student.ports, CHRIS.id, student.registration_id, NONE, key, rank)


@pytest.fixture
def declared(chris: Student) -> Student:
    chris.declares("01")
    return chris


class TestSecondStart:
    @pytest.mark.parametrize("keys", [("a", "b"), ("a", "a"), (None, None)])
    def test_resumes_the_open_attempt_under_its_reference(
        self, declared: Student, keys: tuple[str | None, str | None]
    ) -> None:
        first, second = (starts(declared, key) for key in keys)
        assert (first.is_resumed, second.is_resumed) == (False, True)
        assert (first.attempt.id, first.attempt.reference) == (second.attempt.id, second.attempt.reference)
        assert len(declared.account.attempts) == 1

    def test_counts_the_life_of_the_page_from_its_own_form(self, declared: Student) -> None:
        first = declared.opens_the_page()
        declared.ports.move(minutes=14)
        second = declared.opens_the_page()
        assert second.expires_at == first.expires_at + timedelta(minutes=14)
        declared.ports.move(minutes=14)
        assert reconcile_payments(declared.ports).asked == 0
        declared.ports.move(minutes=7)
        assert reconcile_payments(declared.ports).closed == 1

    def test_of_a_page_that_was_paid_unheard_books_it_instead(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        declared.ports.move(minutes=1)
        with pytest.raises(errors.AlreadyPaid):
            declared.opens_the_page()
        assert declared.registration.is_paid
        assert declared.attempt(attempt.id).state is AttemptState.PAID

    def test_goes_on_while_the_gateway_answers_no_question(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        declared.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        declared.ports.move(minutes=1)
        assert declared.opens_the_page().id == attempt.id

    def test_is_refused_like_any_start_once_the_file_is_refused(self, declared: Student) -> None:
        declared.opens_the_page(key="k")
        decide_registration(
            declared.ports, declared.registration_id, Decision.REFUSE, "pièce illisible", REGISTRAR
        )
        with pytest.raises(errors.RegistrationRefused):
            declared.opens_the_page(key="k")

    def test_of_another_amount_names_todays_and_is_given_up(self, declared: Student) -> None:
        kept = declared.opens_the_page()
        receives(declared, replace(CHEQUE, amount_cents=10000))
        for starts in (
            lambda: resume_card_payment(declared.ports, CHRIS.id, kept.id),
            declared.opens_the_page,
        ):
            with pytest.raises(PaymentOutdated) as refusal:
                starts()
            assert refusal.value.amount_cents == 50100
        give_up_attempt(declared.ports, CHRIS.id, kept.id)
        assert declared.opens_the_page().amount_cents == 50100

    def test_of_another_schedule_waits_for_the_end_of_the_first(self, declared: Student) -> None:
        declared.asks_for()
        declared.is_approved()
        declared.is_at("2022-06-30T23:50")
        declared.opens_the_page_of(1)
        declared.is_at("2022-07-01T00:05")
        with pytest.raises(PaymentOutdated):
            declared.opens_the_page_of(1)

    def test_questions_that_a_student_brings_about_are_limited(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        asked = []
        declared.ports.gateway.inquire = lambda *told: asked.append(told) or accepted(attempt)  # type: ignore[method-assign, func-returns-value, return-value]
        for _ in range(40):
            note_return(declared.ports, attempt.id)
            declared.ports.gateway.is_up = True
            if declared.attempt(attempt.id).is_open:
                show_attempt(declared.ports, CHRIS.id, attempt.id)
        assert len(asked) == 1

    def test_questions_about_many_attempts_are_limited_by_person(self, declared: Student) -> None:
        """Starting and giving up again and again: each attempt is another, the student is the same."""
        gateway, asked = declared.ports.gateway, []
        inquire = gateway.inquire
        gateway.inquire = lambda *told: (asked.append(told), inquire(*told))[1]  # type: ignore[method-assign]
        for _ in range(40):
            attempt = declared.opens_the_page()
            with suppress(errors.PaymentUnclear):
                give_up_attempt(declared.ports, CHRIS.id, attempt.id)
        assert len(asked) == INQUIRIES.most
        assert len(declared.account.attempts) <= INQUIRIES.most + 1
        declared.ports.move(minutes=1)
        give_up_attempt(declared.ports, CHRIS.id, attempt.id)
        assert len(asked) == INQUIRIES.most + 1


class TestSlowAnswer:
    """The page is paid while the answer that it is not is on its way back, or waits to be written."""

    @pytest.fixture
    def attempt(self, declared: Student) -> Attempt:
        attempt = declared.opens_the_page()
        gateway, inquire = declared.ports.gateway, declared.ports.gateway.inquire

        def slowly(*told: Any) -> Answer:
            answer = inquire(*told)
            declared.ports.move(minutes=10)
            return answer

        gateway.inquire = slowly  # type: ignore[method-assign]
        return attempt

    def test_closes_no_page_that_was_not_over_when_it_was_asked(
        self, declared: Student, attempt: Attempt
    ) -> None:
        declared.ports.move(minutes=12)
        assert inquire_attempt(declared.ports, attempt) == attempt
        assert not inquire_attempt(declared.ports, attempt).is_open

    def test_sets_no_message_aside_that_came_before_the_page_was_over(
        self, declared: Student, attempt: Attempt
    ) -> None:
        declared.ports.move(minutes=12)
        record_notification(
            declared.ports, declared.ports.gateway.signs_elsewhere(b"true", accepted(attempt))
        )
        assert declared.ports.memory.messages["7001"].anomaly is None


class TestLeaving:
    def test_makes_a_form_for_the_open_attempt(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        declared.ports.move(minutes=5)
        again = resume_card_payment(declared.ports, CHRIS.id, attempt.id)
        assert again
        assert again.attempt.reference == attempt.reference
        assert again.attempt.left_at == declared.ports.at

    def test_ends_at_an_attempt_that_is_over_or_was_paid_unheard(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        declared.ports.move(minutes=5)
        assert resume_card_payment(declared.ports, CHRIS.id, attempt.id) is None
        assert declared.registration.is_paid

    def test_of_anothers_attempt_is_not_found(self, declared: Student) -> None:
        ports, attempt = declared.ports, declared.opens_the_page()
        other = replace(CHRIS, id="00000000000000c2", email="other@demo.test")
        enrol_student(ports, other, "I2223_Y1_1A", ports.campaigns.current().id)
        for person_id, attempt_id in ((other.id, attempt.id), (CHRIS.id, f"{attempt.id}0")):
            for act in (resume_card_payment, give_up_attempt, show_attempt):
                with pytest.raises(errors.NotFound):
                    act(ports, person_id, attempt_id)  # type: ignore[operator]  # three functions alike
        assert declared.attempt(attempt.id) == attempt


class TestWhileOneIsOpen:
    def test_situation_and_plan_stay_as_they_are(self, declared: Student) -> None:
        declared.opens_the_page()
        with pytest.raises(errors.PaymentOpen):
            declared.declares("05")
        with pytest.raises(errors.PaymentOpen):
            declared.asks_for()
        assert declared.registration.fee_situation_code == "01"

    def test_plan_is_not_withdrawn(self, declared: Student) -> None:
        declared.asks_for()
        declared.is_approved()
        declared.opens_the_page_of(1)
        with pytest.raises(errors.PaymentOpen):
            withdraw_plan_request(declared.ports, CHRIS.id, declared.registration_id)

    def test_unclear_one_says_so(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        declared.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        note_return(declared.ports, attempt.id)
        assert show_attempt(declared.ports, CHRIS.id, attempt.id).state is AttemptState.UNKNOWN
        with pytest.raises(errors.PaymentUnclear):
            declared.declares("05")
        with pytest.raises(errors.PaymentUnclear):
            give_up_attempt(declared.ports, CHRIS.id, attempt.id)


class TestReturn:
    def test_by_the_accepted_way_lets_the_gateway_be_asked_once(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        note_return(declared.ports, attempt.id)
        assert show_attempt(declared.ports, CHRIS.id, attempt.id).state is AttemptState.PENDING
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        assert show_attempt(declared.ports, CHRIS.id, attempt.id).state is AttemptState.PENDING
        note_return(declared.ports, attempt.id)
        assert show_attempt(declared.ports, CHRIS.id, attempt.id).state is AttemptState.PAID
        assert declared.registration.is_paid

    def test_of_nothing_changes_nothing(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        declared.pays(attempt)
        paid = declared.attempt(attempt.id)
        note_return(declared.ports, attempt.id)
        note_return(declared.ports, "00000000000000ff-1-1")
        assert declared.attempt(attempt.id) == paid

    def test_paid_attempt_has_its_receipt(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        assert receipt(declared.file, attempt) is None
        declared.pays(attempt)
        told = receipt(declared.file, declared.attempt(attempt.id))
        assert told
        assert (told.amount_cents, told.reference, told.is_credit) == (60100, "7001", False)
        assert told.invoice_number == declared.account.invoices[0].number


class TestGivingUp:
    def test_closes_what_the_gateway_does_not_know_and_leaves_the_way_free(self, declared: Student) -> None:
        attempt = declared.keeps_a_page()
        assert attempt.state is AttemptState.CANCELLED
        assert declared.declares("05").fee_situation_code == "05"
        assert give_up_attempt(declared.ports, CHRIS.id, attempt.id) == attempt

    def test_books_what_was_paid_unheard(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        assert give_up_attempt(declared.ports, CHRIS.id, attempt.id).state is AttemptState.PAID
        assert declared.registration.is_paid

    def test_waits_for_a_clear_answer(self, declared: Student) -> None:
        attempt = declared.opens_the_page()
        declared.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        with pytest.raises(errors.PaymentUnclear):
            give_up_attempt(declared.ports, CHRIS.id, attempt.id)
        assert declared.attempt(attempt.id).is_open

    def test_of_a_late_instalment_leaves_the_way_free_for_another_page(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        chris.debits_run("2022-07-10T09:00")
        attempt = chris.opens_the_page_of(2)
        assert give_up_attempt(chris.ports, CHRIS.id, attempt.id).state is AttemptState.CANCELLED
        assert chris.opens_the_page_of(2).id != attempt.id


class TestPaidAfterItsEnd:
    """A form that was kept is paid after its attempt was given up, and the message of it is lost."""

    @pytest.fixture
    def paid_late(self, declared: Student) -> Attempt:
        attempt = declared.keeps_a_page()
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        declared.ports.move(minutes=1)
        return attempt

    def test_is_found_by_the_return_of_the_browser(self, declared: Student, paid_late: Attempt) -> None:
        note_return(declared.ports, paid_late.id)
        assert show_attempt(declared.ports, CHRIS.id, paid_late.id).state is AttemptState.PAID

    def test_is_in_question_while_the_gateway_says_nothing(
        self, declared: Student, paid_late: Attempt
    ) -> None:
        declared.ports.gateway.answers[paid_late.reference] = refused(paid_late, outcome=Outcome.UNKNOWN)
        note_return(declared.ports, paid_late.id)
        assert show_attempt(declared.ports, CHRIS.id, paid_late.id).state is AttemptState.UNKNOWN
        with pytest.raises(errors.PaymentUnclear):
            declared.opens_the_page()

    def test_is_found_by_the_next_start(self, declared: Student, paid_late: Attempt) -> None:
        with pytest.raises(errors.AlreadyPaid):
            declared.opens_the_page()
        assert declared.attempt(paid_late.id).state is AttemptState.PAID

    @pytest.mark.parametrize("days", [0, 1, 7])
    def test_is_found_by_the_reconciliation(self, declared: Student, days: int) -> None:
        attempt = declared.keeps_a_page()
        for late in {1, 7} & set(range(days)):
            declared.ports.move(days=late)
            assert reconcile_payments(declared.ports).paid == 0
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        declared.ports.move(days=days, minutes=26)
        assert reconcile_payments(declared.ports).paid == 1
        assert declared.registration.is_paid

    def test_is_not_looked_for_for_ever(self, declared: Student) -> None:
        declared.keeps_a_page()
        asked = []
        for _ in range(12):
            declared.ports.move(days=1)
            asked.append(reconcile_payments(declared.ports).asked)
        assert sum(asked) == 3

    def test_closed_again_is_looked_for_again(self, declared: Student) -> None:
        """All looks are made, then the browser comes back, and the form is paid once that is answered."""
        attempt = declared.keeps_a_page()
        for _ in range(9):
            declared.ports.move(days=1)
            reconcile_payments(declared.ports)
        declared.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        note_return(declared.ports, attempt.id)
        assert show_attempt(declared.ports, CHRIS.id, attempt.id).state is AttemptState.UNKNOWN
        del declared.ports.gateway.answers[attempt.reference]
        declared.ports.move(minutes=40)
        reconcile_payments(declared.ports)
        declared.ports.gateway.answers[attempt.reference] = accepted(attempt)
        declared.ports.move(minutes=30)
        assert reconcile_payments(declared.ports).paid == 1

    def test_look_that_was_not_answered_is_made_again(self, declared: Student) -> None:
        attempt = declared.keeps_a_page()
        declared.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        for _ in range(2):
            declared.ports.move(minutes=26)
            assert reconcile_payments(declared.ports).asked == 1
        assert declared.attempt(attempt.id).state is AttemptState.CANCELLED


def test_start_that_loses_every_race_says_so(declared: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten(_changes: Changes) -> None:
        raise errors.ConcurrentUpdate

    monkeypatch.setattr(declared.ports.store, "commit", beaten)
    with pytest.raises(errors.ConcurrentUpdate):
        declared.opens_the_page()
    assert declared.ports.races == 7


def test_start_that_loses_a_race_or_two_is_made_again(
    declared: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, lost = declared.ports.store.commit, iter((True, True, False))

    def contended(changes: Changes) -> None:
        if next(lost):
            raise errors.ConcurrentUpdate
        commit(changes)

    monkeypatch.setattr(declared.ports.store, "commit", contended)
    assert declared.opens_the_page().state is AttemptState.PENDING


def test_attempt_in_question_anew_is_looked_for_anew_once_it_is_over(chris: Student) -> None:
    """The looks after its first end do not count: a kept form may be paid after the last of them."""
    chris.declares("01")
    page, now = chris.opens_the_page(), chris.ports.at + timedelta(days=8)
    asked = replace(page, closed_at=chris.ports.at, late_looks=len(LATE_LOOKS), in_question=True)
    over = inquired(asked, replace(refused(page, "7001"), outcome=Outcome.NOT_FOUND), now)
    assert (over.closed_at, over.is_open) == (now, False)
    assert next_look_at(over) == now + LATE_LOOKS[0]
