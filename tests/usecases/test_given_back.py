"""Money that the bank took and gave back before it was booked is booked as that, never as paid."""

from dataclasses import replace

import pytest

from chalicelib.domain.certificates import certify
from chalicelib.domain.fees import is_complete
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Answer, Attempt, AttemptState
from chalicelib.domain.plan.instalments import DebitState, InstalmentState
from chalicelib.domain.plan.refusals import GatewayUnclear
from chalicelib.domain.receipts import receipt
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.debits.show_debit_run import show_debit_run
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.payments.apply_gateway_answer import book
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.show_attempt import note_return, show_attempt
from chalicelib.usecases.payments.start_card_payment import resume_card_payment, start_card_payment
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, CARD, CHRIS, NO_ADDRESS, Student, accepted


def taken_and_given_back(student: Student, attempt: Attempt, transaction: str = "7001") -> Answer:
    """The gateway takes the payment, its notification is lost, the school gives the money back there."""
    answer = accepted(attempt, transaction)
    student.ports.gateway.answers[attempt.reference] = answer
    student.ports.gateway.gives_back(attempt.reference)
    return answer


def reconciles(student: Student, **later: float) -> None:
    student.ports.move(**later)
    reconcile_payments(student.ports)


def tells(student: Student, answer: Answer) -> None:
    record_notification(student.ports, student.ports.gateway.says(answer.transaction.encode(), answer))


def acts(student: Student) -> list[Act]:
    return [entry.act for entry in student.ports.memory.audit_waiting.values()]


@pytest.fixture
def page(chris: Student) -> Attempt:
    chris.declares("01")
    return chris.opens_the_page()


def assert_given_back(student: Student, attempt_id: str) -> None:
    """Booked in full, kept in nothing: no order, no invoice, and a new payment is possible."""
    (payment,) = student.account.payments
    assert (payment.amount_cents, payment.refunded_cents) == (60100, 60100)
    assert (payment.allocated_cents, payment.order_number, payment.invoice_number) == (0, None, None)
    assert (student.account.orders, student.account.invoices, student.balance_cents) == ((), (), 0)
    attempt = student.attempt(attempt_id)
    assert (attempt.state, attempt.is_open) == (AttemptState.REFUNDED, False)
    assert receipt(student.file, attempt) is None
    assert student.mails() == [(Topic.PAYMENT_REFUNDED, 0)]
    assert student.ports.alarms.raised == [f"refunded {payment.id}"]
    assert acts(student)[-1] is Act.PAYMENT_REFUNDED
    assert not is_complete(student.file)
    assert list_credits(student.ports, None).found == []
    again = student.opens_the_page()
    assert again.id != attempt_id
    student.pays(again, "7500")
    assert (student.balance_cents, len(student.account.invoices)) == (0, 1)


class TestPage:
    def test_found_by_the_reconciliation(self, chris: Student, page: Attempt) -> None:
        taken_and_given_back(chris, page)
        reconciles(chris, minutes=21)
        assert_given_back(chris, page.id)

    def test_found_by_a_late_look_at_an_attempt_that_was_given_up(
        self, chris: Student, page: Attempt
    ) -> None:
        give_up_attempt(chris.ports, CHRIS.id, page.id)
        taken_and_given_back(chris, page)
        reconciles(chris, minutes=46)
        assert_given_back(chris, page.id)

    def test_found_when_the_student_gives_it_up(self, chris: Student, page: Attempt) -> None:
        taken_and_given_back(chris, page)
        assert give_up_attempt(chris.ports, CHRIS.id, page.id).state is AttemptState.REFUNDED
        assert_given_back(chris, page.id)

    def test_found_when_the_browser_comes_back(self, chris: Student, page: Attempt) -> None:
        taken_and_given_back(chris, page)
        note_return(chris.ports, page.id)
        assert show_attempt(chris.ports, CHRIS.id, page.id).state is AttemptState.REFUNDED
        assert_given_back(chris, page.id)

    def test_announced_after_it_was_given_back(self, chris: Student, page: Attempt) -> None:
        tells(chris, taken_and_given_back(chris, page))
        assert_given_back(chris, page.id)

    def test_announced_after_it_was_booked_changes_nothing_more(self, chris: Student, page: Attempt) -> None:
        answer = taken_and_given_back(chris, page)
        reconciles(chris, minutes=21)
        tells(chris, replace(answer, **CARD))  # type: ignore[arg-type]  # its fields
        assert_given_back(chris, page.id)

    def test_refund_that_the_inquiry_finds_first_is_the_same_money(
        self, chris: Student, page: Attempt
    ) -> None:
        """Payment and refund share reference and call number; only their transactions differ."""
        taken_and_given_back(chris, page, "7999")
        reconciles(chris, minutes=21)
        chris.ports.gateway.answers[page.reference] = accepted(page, "7001")
        chris.ports.gateway.gives_back(page.reference)
        tells(chris, accepted(page, "7001"))
        assert_given_back(chris, page.id)

    def test_new_start_finds_it_and_opens_another_page(self, chris: Student, page: Attempt) -> None:
        taken_and_given_back(chris, page)
        chris.ports.move(minutes=5)
        again = chris.opens_the_page()
        assert again.id != page.id
        assert chris.attempt(page.id).state is AttemptState.REFUNDED

    def test_is_not_resumed_by_its_button_nor_by_its_key(self, chris: Student) -> None:
        chris.declares("01")
        first = chris.opens_the_page("key")
        taken_and_given_back(chris, first)
        chris.ports.move(minutes=5)
        assert resume_card_payment(chris.ports, CHRIS.id, first.id) is None
        again = start_card_payment(chris.ports, CHRIS.id, chris.registration_id, NO_ADDRESS, "key")
        assert again.attempt.id != first.id
        assert not again.is_resumed

    def test_second_card_accepted_on_the_same_page_is_a_payment(self, chris: Student, page: Attempt) -> None:
        taken_and_given_back(chris, page)
        reconciles(chris, minutes=21)
        chris.ports.gateway.answers[page.reference] = replace(accepted(page, "7002"), call="8002")
        tells(chris, replace(accepted(page, "7002"), call="8002"))
        attempt = chris.attempt(page.id)
        assert (attempt.state, attempt.transaction) == (AttemptState.PAID, "7002")
        assert [each.kept_cents for each in chris.account.payments] == [0, 60100]
        certificate = certify(
            chris.account, chris.registration, chris.ports.campaigns.current(), chris.ports.at.date()
        )
        assert (certificate.total_paid_cents, len(certificate.payments)) == (60100, 1)
        assert certificate.issued_on == chris.ports.at.date()

    def test_payment_that_was_booked_before_is_given_back_and_told_to_the_operators(
        self, chris: Student, page: Attempt
    ) -> None:
        """An inquiry that was on its way while the notification was booked."""
        answer = replace(accepted(page), refunded_cents=60100)
        chris.pays(page, "7001")
        book(chris.ports, chris.account, chris.attempt(page.id), answer, None)
        assert chris.attempt(page.id).state is AttemptState.REFUNDED
        assert [each.kept_cents for each in chris.account.payments] == [0]
        assert chris.ports.alarms.raised == [f"refunded {chris.account.payments[0].id}"]

    def test_second_acceptance_beside_money_that_was_kept_is_money_of_its_own(
        self, chris: Student, page: Attempt
    ) -> None:
        chris.pays(page, "7001")
        tells(chris, accepted(page, "7002"))
        assert [each.kept_cents for each in chris.account.payments] == [60100, 60100]
        assert chris.balance_cents == -60100

    def test_unconfirmed_message_about_it_changes_nothing(self, chris: Student, page: Attempt) -> None:
        taken_and_given_back(chris, page)
        found = give_up_attempt(chris.ports, CHRIS.id, page.id)
        message = chris.ports.gateway.signs_elsewhere(b"7004", accepted(page, "7004"))
        record_notification(chris.ports, message)
        assert chris.attempt(page.id) == found
        reconciles(chris, minutes=21)
        assert chris.attempt(page.id) == found
        assert len(chris.account.payments) == 1

    def test_student_reads_that_it_was_given_back(self, chris: Student, page: Attempt) -> None:
        taken_and_given_back(chris, page)
        reconciles(chris, minutes=21)
        for entry_id in list(chris.ports.memory.entries):
            deliver_outbox(chris.ports, entry_id)
        assert (CHRIS.email, Topic.PAYMENT_REFUNDED) in chris.ports.mailer.sent

    def test_first_instalment_starts_no_plan_and_its_card_is_forgotten(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_approved()
        first = chris.opens_the_page_of(1)
        taken_and_given_back(chris, first)
        reconciles(chris, minutes=21)
        assert (chris.account.instalments, chris.account.mandates, chris.account.orders) == ((), (), ())
        topics = [entry.topic for entry in chris.ports.memory.entries.values()]
        assert topics.count(Topic.FORGET_CARD) == 1
        chris.pays(chris.opens_the_page_of(1), "7002")
        assert chris.instalment(1).state is InstalmentState.PAID
        assert chris.balance_cents == 60100 - 20031


class TestPageOfALateInstalment:
    def plan_with_a(self, student: Student, behaviour: Behaviour) -> Attempt:
        student.starts_the_plan()
        student.ports.memory.entries.clear()
        student.ports.gateway.script.append(behaviour)
        student.debits_run("2022-07-10T00:30")
        student.ports.move(hours=9)
        return student.opens_the_page_of(2)

    def test_one_that_waits_for_its_next_debit_waits_for_a_person(self, chris: Student) -> None:
        late = self.plan_with_a(chris, Behaviour.REFUSE_SOFT)
        taken_and_given_back(chris, late, "7002")
        reconciles(chris, minutes=21)
        chris.debits_run("2022-07-13T00:30")
        held = chris.instalment(2)
        assert (held.state, held.refusal_code, held.open_pages) == (InstalmentState.CONFLICT, "refunded", ())
        assert chris.taken(2) == []
        assert chris.balance_cents == 60100 - 20031
        release_instalment(chris.ports, chris.registration_id, 2, ACCOUNTANT)
        assert chris.debit(2).state is DebitState.REFUSED
        chris.debits_run("2022-07-13T12:30")
        assert chris.taken(2) == [20031]

    def test_one_that_waits_for_its_payer_can_be_paid_again(self, chris: Student) -> None:
        late = self.plan_with_a(chris, Behaviour.REFUSE_HARD)
        taken_and_given_back(chris, late, "7002")
        reconciles(chris, minutes=21)
        assert chris.instalment(2).state is InstalmentState.NEEDS_PAYER
        assert chris.instalment(2).open_pages == ()
        chris.pays(chris.opens_the_page_of(2), "7003")
        assert chris.instalment(2).state is InstalmentState.PAID
        assert chris.balance_cents == 60100 - 2 * 20031

    def test_its_card_is_not_debited_although_the_plan_has_none(self, chris: Student) -> None:
        chris.starts_the_plan(token="", token_expires="")
        chris.debits_run("2022-07-10T00:30")
        chris.ports.move(hours=9)
        late = chris.opens_the_page_of(2)
        answer = taken_and_given_back(chris, late, "7002")
        reconciles(chris, minutes=21)
        tells(chris, replace(answer, **CARD))  # type: ignore[arg-type]  # its fields
        assert [each.token for each in chris.account.mandates] == [""]
        assert chris.attempt(late.id).state is AttemptState.REFUNDED

    def test_one_that_was_let_go_before_is_left_as_it_is(self, chris: Student) -> None:
        late = self.plan_with_a(chris, Behaviour.REFUSE_HARD)
        reconciles(chris, minutes=21)
        taken_and_given_back(chris, late, "7002")
        before = chris.instalment(2)
        reconciles(chris, minutes=26)
        assert chris.attempt(late.id).state is AttemptState.REFUNDED
        assert chris.instalment(2) == before


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    chris.ports.memory.entries.clear()
    return chris


def debited_and_given_back(student: Student) -> None:
    """The second instalment is taken, its answer is lost, and the school gives the money back."""
    student.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
    student.debits_run("2022-07-10T00:30")
    student.ports.gateway.gives_back(student.debit(2).reference)


class TestDebit:
    def test_found_by_inquiry_is_neither_paid_nor_debited_again(self, started: Student) -> None:
        debited_and_given_back(started)
        assert started.reconciles(minutes=6).settled == 1
        held, debit = started.instalment(2), started.debit(2)
        assert (held.state, held.refusal_code) == (InstalmentState.CONFLICT, "refunded")
        assert (debit.state, debit.transaction) == (DebitState.REFUNDED, "5001")
        payment = started.account.payments[-1]
        assert (payment.amount_cents, payment.refunded_cents, payment.allocated_cents) == (20031, 20031, 0)
        assert (payment.order_number, payment.invoice_number, payment.rank) == (None, None, 2)
        assert started.balance_cents == 60100 - 20031
        assert started.mails() == [(Topic.PAYMENT_REFUNDED, 2)]
        assert started.ports.alarms.raised == [f"refunded {payment.id}"]
        assert acts(started)[-1] is Act.PAYMENT_REFUNDED
        for day in ("07-11", "07-13", "07-20"):
            started.debits_run(f"2022-{day}T00:30")
            started.reconciles(hours=1)
        assert started.taken(2) == [20031]
        assert len(started.account.payments) == 2
        assert started.ports.alarms.raised == [f"refunded {payment.id}"]

    def test_run_of_the_day_counts_it_as_given_back(self, started: Student) -> None:
        debited_and_given_back(started)
        started.reconciles(minutes=6)
        run = show_debit_run(started.ports, started.debit(2).planned_on)
        assert (run.due, run.paid, run.refunded, run.refused, run.unknown) == (1, 0, 1, 0, 0)
        assert (run.paid_cents, run.refunded_cents) == (0, 20031)

    def test_person_has_it_taken_again(self, started: Student) -> None:
        debited_and_given_back(started)
        started.reconciles(minutes=6)
        release_instalment(started.ports, started.registration_id, 2, ACCOUNTANT)
        assert (started.debit(2).state, started.debit(2).released_by) == (DebitState.REFUNDED, ACCOUNTANT.id)
        started.debits_run("2022-07-11T00:30")
        assert started.taken(2) == [20031, 20031]
        assert started.instalment(2).state is InstalmentState.PAID
        assert [each.kept_cents for each in started.account.payments] == [20031, 0, 20031]
        started.debits_run("2022-08-10T00:30")
        assert (started.taken(3), started.balance_cents) == ([20038], 0)

    def test_person_who_did_not_know_it_is_told_first(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.DROP)
        started.debits_run("2022-07-10T23:50")
        started.reconciles(minutes=6)
        started.reconciles(minutes=10)
        assert started.instalment(2).state is InstalmentState.CONFLICT
        started.ports.gateway.debit(started.debit(2), started.account.mandates[0], started.ports.at)
        started.ports.gateway.gives_back(started.debit(2).reference)
        release_instalment(started.ports, started.registration_id, 2, ACCOUNTANT)
        assert started.instalment(2).state is InstalmentState.CONFLICT
        assert started.debit(2).state is DebitState.REFUNDED
        release_instalment(started.ports, started.registration_id, 2, ACCOUNTANT)
        assert started.instalment(2).state is InstalmentState.DUE

    def test_release_waits_for_a_clear_answer_all_the_same(self, started: Student) -> None:
        debited_and_given_back(started)
        started.reconciles(minutes=6)
        started.ports.gateway.is_clear = False
        with pytest.raises(GatewayUnclear):
            release_instalment(started.ports, started.registration_id, 2, ACCOUNTANT)
