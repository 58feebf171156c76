"""The brakes of operations: what each one stops, what goes on, and that nothing is lost after the release."""

from datetime import date

import pytest

from chalicelib.domain.brakes.brake import AppliedBrake, Brake, Brakes
from chalicelib.domain.brakes.refusals import PaymentsStopped
from chalicelib.domain.campaign import Text
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import AlreadyPaid, ConcurrentUpdate
from chalicelib.domain.owed import Withheld
from chalicelib.domain.plan.instalments import DebitState, InstalmentState
from chalicelib.domain.trail.audit import OPERATOR, Act, AuditEntry
from chalicelib.usecases.brakes.apply_brake import apply_brake, release_brake
from chalicelib.usecases.debits.check_debits import check_debits
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import DebitPlan, plan_debits
from chalicelib.usecases.debits.show_debit_run import show_debit_run
from chalicelib.usecases.payments.start_card_payment import resume_card_payment
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import Student, accepted
from tests.usecases.link_steps import leaves, makes

ROLE = "arn:aws:sts::123456789012:assumed-role/operator/session"
JULY = date(2022, 7, 10)
TOLD = Text("Reprise à 14 h.", "Back at 2 pm.")


def stops(student: Student, brake: Brake = Brake.DEBITS) -> AppliedBrake:
    return apply_brake(student.ports, brake, "wrong tariff", ROLE)


def releases(student: Student, brake: Brake = Brake.DEBITS) -> AppliedBrake | None:
    return release_brake(student.ports, brake, "tariff mended", ROLE)


def trail(student: Student) -> list[AuditEntry]:
    entries = student.ports.memory.audit_waiting.values()
    return [each for each in entries if each.act in {Act.BRAKE_APPLIED, Act.BRAKE_RELEASED}]


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


class TestCommand:
    def test_brake_is_on_until_it_is_released_and_both_are_audited(self, chris: Student) -> None:
        applied = apply_brake(chris.ports, Brake.PORTAL, "restore", ROLE, TOLD)
        assert chris.ports.brakes.current().of(Brake.PORTAL) == applied
        assert (applied.since, applied.reason, applied.sentence) == (chris.ports.at, "restore", TOLD)
        assert release_brake(chris.ports, Brake.PORTAL, "restored", ROLE) == applied
        assert chris.ports.brakes.current().applied == ()
        on, off = trail(chris)
        assert (on.act, on.by, on.target, on.reason) == (Act.BRAKE_APPLIED, OPERATOR, "portal", "restore")
        assert on.details == {"principal": ROLE, "sentence_fr": TOLD.fr, "sentence_en": TOLD.en}
        assert (off.act, off.reason, off.details) == (Act.BRAKE_RELEASED, "restored", {"principal": ROLE})

    def test_brakes_are_independent_of_each_other(self, chris: Student) -> None:
        for brake in Brake:
            stops(chris, brake)
        releases(chris, Brake.PAYMENTS)
        brakes = chris.ports.brakes.current()
        assert [brake for brake in Brake if brakes.is_on(brake)] == [Brake.DEBITS, Brake.PORTAL]

    def test_one_that_is_on_takes_a_new_reason(self, chris: Student) -> None:
        stops(chris)
        again = apply_brake(chris.ports, Brake.DEBITS, "it goes on", ROLE)
        assert chris.ports.brakes.current().applied == (again,)
        assert [each.reason for each in trail(chris)] == ["wrong tariff", "it goes on"]

    def test_one_that_is_not_on_is_not_released(self, chris: Student) -> None:
        assert releases(chris) is None
        assert (chris.ports.brakes.current(), trail(chris)) == (Brakes(), [])

    def test_of_two_commands_at_once_one_is_told(self, chris: Student) -> None:
        stops(chris)
        stale = Brakes(version=1)
        with pytest.raises(ConcurrentUpdate):
            chris.ports.store.commit(Changes((stale,), audit=chris.trace))


class TestStoppedDebits:
    def test_instalment_stays_due_and_the_next_run_after_the_release_takes_it(self, started: Student) -> None:
        stops(started)
        started.debits_run("2022-07-10T00:30")
        assert started.instalment(2).state is InstalmentState.DUE
        assert (started.taken(2), started.instalment(2).debits) == ([], 0)
        releases(started)
        started.debits_run("2022-07-10T14:30")
        assert (started.instalment(2).state, started.taken(2)) == (InstalmentState.PAID, [20031])

    def test_released_another_day_it_is_taken_that_day(self, started: Student) -> None:
        stops(started)
        started.debits_run("2022-07-10T00:30")
        started.is_at("2022-07-12T09:00")
        releases(started)
        started.debits_run("2022-07-12T09:30")
        assert started.taken(2) == [20031]

    def test_planner_queues_nothing_and_a_message_of_before_withholds(self, started: Student) -> None:
        started.is_at("2022-07-10T00:30")
        plan_debits(started.ports)
        ((message, day),) = started.ports.debit_queue.planned
        stops(started)
        assert plan_debits(started.ports) == DebitPlan(JULY, 0, is_stopped=True)
        assert len(started.ports.debit_queue.planned) == 1
        assert debit_instalment(started.ports, message, day) is Withheld.DEBITS_STOPPED
        assert show_debit_run(started.ports, JULY).withheld[0].reason is Withheld.DEBITS_STOPPED
        releases(started)
        assert not show_debit_run(started.ports, JULY).withheld

    def test_claimed_before_but_not_sent_is_freed_at_once(self, started: Student) -> None:
        """The command comes in between the claim and the mark: nothing leaves."""
        store = started.ports.store

        class StopsAfterTheClaim:
            def commit(self, changes: Changes) -> None:
                store.commit(changes)
                if any(getattr(row, "state", None) is DebitState.CLAIMED for row in changes.rows):
                    started.ports.store = store
                    stops(started)

        started.ports.store = StopsAfterTheClaim()  # type: ignore[assignment]  # stands in for it
        started.debits_run("2022-07-10T00:30")
        assert (started.instalment(2).state, started.debit(2).state) == (
            InstalmentState.DUE,
            DebitState.DROPPED,
        )
        assert started.taken(2) == []
        releases(started)
        started.debits_run("2022-07-10T01:30")
        assert started.taken(2) == [20031]

    def test_unknown_debit_is_still_asked_about_and_booked(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
        started.debits_run("2022-07-10T00:30")
        stops(started)
        report = started.reconciles(minutes=6)
        assert (report.asked, report.settled) == (1, 1)
        assert (started.instalment(2).state, started.taken(2)) == (InstalmentState.PAID, [20031])

    def test_debit_that_the_gateway_does_not_know_is_sent_again_only_after_the_release(
        self, started: Student
    ) -> None:
        started.ports.gateway.script.append(Behaviour.DROP)
        started.debits_run("2022-07-10T00:30")
        stops(started)
        for _ in range(4):
            assert started.reconciles(minutes=6).resent == 0
        assert (started.instalment(2).state, started.taken(2)) == (InstalmentState.UNKNOWN, [])
        releases(started)
        assert started.reconciles(minutes=6).resent == 1
        assert started.taken(2) == [20031]

    def test_what_is_due_meanwhile_is_not_missed_and_what_no_run_takes_after_it_is(
        self, started: Student
    ) -> None:
        stops(started)
        started.is_at("2022-07-10T09:30")
        check_debits(started.ports)
        releases(started)
        started.is_at("2022-07-10T11:00")
        check_debits(started.ports)
        assert started.ports.alarms.raised == []
        started.is_at("2022-07-10T11:31")
        check_debits(started.ports)
        assert started.ports.alarms.raised == [f"missed {started.instalment(2).id}"]


class TestStoppedPayments:
    def test_no_page_is_opened_and_no_attempt_is_written(self, chris: Student) -> None:
        chris.declares("01")
        stops(chris, Brake.PAYMENTS)
        with pytest.raises(PaymentsStopped):
            chris.opens_the_page()
        assert not chris.ports.memory.attempts
        releases(chris, Brake.PAYMENTS)
        assert chris.opens_the_page().is_open

    def test_open_page_is_booked_when_its_message_comes_and_not_resumed(self, chris: Student) -> None:
        chris.declares("01")
        page = chris.opens_the_page()
        stops(chris, Brake.PAYMENTS)
        with pytest.raises(PaymentsStopped):
            resume_card_payment(chris.ports, chris.person.id, page.id)
        chris.pays(page)
        assert chris.balance_cents == 0

    def test_page_paid_without_a_message_is_found_before_the_refusal(self, chris: Student) -> None:
        chris.declares("01")
        page = chris.opens_the_page()
        chris.ports.gateway.says(b"lost", accepted(page))
        stops(chris, Brake.PAYMENTS)
        chris.ports.move(minutes=5)
        with pytest.raises(AlreadyPaid):
            chris.opens_the_page()
        assert chris.balance_cents == 0

    def test_card_is_not_changed_by_a_page(self, started: Student) -> None:
        stops(started, Brake.PAYMENTS)
        with pytest.raises(PaymentsStopped):
            started.opens_the_page_of(2)

    def test_link_to_pay_opens_no_page(self, chris: Student) -> None:
        chris.declares("01")
        made = makes(chris)
        leaves(chris, made)
        stops(chris, Brake.PAYMENTS)
        with pytest.raises(PaymentsStopped):
            leaves(chris, made)
        chris.ports.move(hours=3)
        with pytest.raises(PaymentsStopped):
            leaves(chris, makes(chris, 20000))

    def test_debits_go_on(self, started: Student) -> None:
        stops(started, Brake.PAYMENTS)
        started.debits_run("2022-07-10T00:30")
        assert started.taken(2) == [20031]
