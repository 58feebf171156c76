"""No clear answer: shown as pending, asked about, sent again only the same day, and else left to a person."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain import errors
from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.plan.instalments import DebitState, InstalmentState
from chalicelib.usecases.debits.book_debit import book_debit
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.list_conflicts import list_conflicts
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.debits.show_debit_run import show_debit_run
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.test_covered_refunds import receives

JULY = date(2022, 7, 10)
LATE = "2022-07-10T23:45"


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    chris.ports.memory.entries.clear()
    return chris


def runs(student: Student, behaviour: Behaviour, at: str = "2022-07-10T00:30") -> None:
    student.ports.gateway.script.append(behaviour)
    student.debits_run(at)


def second(student: Student) -> str:
    return f"{student.registration_id}-i2"


def released(student: Student) -> InstalmentState:
    return release_instalment(student.ports, student.registration_id, 2, ACCOUNTANT).state


class TestAnswerLost:
    """Silence, half an answer, an empty one and the answer to another question are all one: unknown."""

    def test_after_the_charge_is_shown_as_pending_then_booked_and_the_ledger_is_unchanged(
        self, started: Student
    ) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        assert started.instalment(2).state is InstalmentState.UNKNOWN
        assert (started.instalment(2).tries, started.mails()) == (0, [])
        assert (show_debit_run(started.ports, JULY).unknown, started.balance_cents) == (1, 40069)
        report = started.reconciles(minutes=6)
        assert (report.asked, report.settled, report.resent) == (1, 1, 0)
        assert started.instalment(2).state is InstalmentState.PAID
        assert (started.taken(2), started.balance_cents) == ([20031], 20038)

    def test_of_a_refusal_is_found_by_asking(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_REFUSAL)
        started.reconciles(minutes=6)
        assert (started.instalment(2).state, started.instalment(2).tries) == (InstalmentState.DUE, 1)

    def test_of_a_debit_processed_late_is_booked_when_the_books_show_it(self, started: Student) -> None:
        started.ports.gateway.delay = timedelta(minutes=9)
        runs(started, Behaviour.DELAY)
        assert started.reconciles(minutes=6).settled == 0
        assert started.reconciles(minutes=6).settled == 1
        assert started.taken(2) == [20031]

    def test_is_left_alone_while_its_worker_may_still_be_waiting(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        assert started.reconciles(minutes=4).asked == 0

    def test_is_asked_about_again_while_the_gateway_does_not_say(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        started.ports.gateway.is_clear = False
        for _ in range(3):
            assert started.reconciles(minutes=6).settled == 0
        assert started.instalment(2).state is InstalmentState.UNKNOWN
        started.ports.gateway.is_clear = True
        started.reconciles(minutes=6)
        assert started.taken(2) == [20031]

    def test_that_lasts_an_hour_tells_the_operators(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        started.ports.gateway.is_clear = False
        started.reconciles(minutes=6)
        assert started.ports.alarms.raised == []
        started.reconciles(minutes=60)
        assert started.ports.alarms.raised == [f"unanswered {started.debit(2).id}"]

    def test_that_ends_after_an_hour_tells_nobody(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        assert started.reconciles(minutes=61).settled == 1
        assert started.ports.alarms.raised == []

    def test_blocks_paying_by_hand(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        with pytest.raises(errors.PaymentUnclear):
            started.opens_the_page_of(2)

    def test_planner_and_old_messages_leave_it_alone(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        started.debits_run("2022-07-10T01:30")
        debit_instalment(started.ports, second(started), JULY)
        assert len(started.ports.gateway.asked_debits) == 1


class TestNeverArrived:
    def test_not_found_twice_the_same_day_is_sent_again_as_the_same_question(self, started: Student) -> None:
        runs(started, Behaviour.DROP)
        question = started.debit(2).question
        assert started.reconciles(minutes=6).resent == 0
        assert started.reconciles(minutes=6).resent == 1
        (capture,) = started.ports.gateway.captures
        assert capture.question == question
        assert (started.instalment(2).state, started.taken(2)) == (InstalmentState.PAID, [20031])
        assert [each.rank for each in started.account.payments] == [1, 2]

    def test_is_not_sent_again_for_more_than_is_owed_since(self, started: Student) -> None:
        runs(started, Behaviour.DROP)
        receives(started, 30000, "0000001")
        for _ in range(3):
            assert started.reconciles(minutes=6).resent == 0
        started.reconciles(hours=24)
        assert started.instalment(2).state is InstalmentState.CONFLICT
        assert (released(started), started.taken(2)) == (InstalmentState.DUE, [])

    def test_same_question_that_did_arrive_is_refused_as_known_and_takes_nothing_more(
        self, started: Student
    ) -> None:
        started.ports.gateway.delay = timedelta(hours=1)
        runs(started, Behaviour.DELAY)
        started.reconciles(minutes=6)
        assert started.reconciles(minutes=6).resent == 1
        assert started.taken(2) == [20031]
        assert started.instalment(2).state is InstalmentState.UNKNOWN
        started.reconciles(hours=1)
        assert started.instalment(2).state is InstalmentState.PAID

    def test_question_that_arrives_after_it_was_sent_again_takes_nothing_more(self, started: Student) -> None:
        started.ports.gateway.lateness = timedelta(minutes=40)
        runs(started, Behaviour.LATE)
        started.reconciles(minutes=6)
        assert started.reconciles(minutes=6).resent == 1
        started.ports.move(hours=1)
        started.ports.gateway.receive(started.ports.at)
        assert len(started.ports.gateway.asked_debits) == 2
        assert started.taken(2) == [20031]

    def test_nothing_is_sent_again_so_late_that_it_could_arrive_tomorrow_as_a_new_question(
        self, started: Student
    ) -> None:
        started.ports.gateway.lateness = timedelta(minutes=19)
        started.ports.gateway.otherwise = Behaviour.LATE
        started.debits_run("2022-07-10T23:40")
        assert [started.reconciles(minutes=6).resent for _ in range(3)] == [0, 0, 0]
        started.reconciles(minutes=30)
        started.ports.gateway.receive(started.ports.at)
        assert (started.instalment(2).state, started.taken(2)) == (InstalmentState.PAID, [20031])

    def test_dropped_again_and_again_is_sent_again_once_for_every_two_looks(self, started: Student) -> None:
        started.ports.gateway.otherwise = Behaviour.DROP
        started.debits_run("2022-07-10T00:30")
        assert [started.reconciles(minutes=6).resent for _ in range(6)] == [0, 1, 0, 1, 0, 1]
        started.ports.gateway.otherwise = Behaviour.ACCEPT
        started.reconciles(minutes=6)
        started.reconciles(minutes=6)
        assert (started.taken(2), started.debit(2).state) == ([20031], DebitState.PAID)

    def test_next_day_it_is_a_conflict_that_only_a_named_person_releases(self, started: Student) -> None:
        runs(started, Behaviour.DROP, LATE)
        assert started.reconciles(minutes=6).asked == 1
        report = started.reconciles(minutes=10)
        assert (report.resent, report.conflicts) == (0, 1)
        assert started.ports.alarms.raised == [f"conflict {second(started)}"]
        assert [each.id for each in list_conflicts(started.ports)] == [second(started)]
        started.debits_run("2022-07-11T00:30")
        assert started.reconciles(days=1).settled == 0
        assert (started.instalment(2).state, started.taken(2)) == (InstalmentState.CONFLICT, [])
        with pytest.raises(errors.PaymentUnclear):
            started.opens_the_page_of(2)
        assert released(started) is InstalmentState.DUE
        assert list_conflicts(started.ports) == ()
        assert (started.debit(2).state, started.debit(2).released_by) == (DebitState.DROPPED, ACCOUNTANT.id)
        started.debits_run("2022-07-12T09:00")
        assert (started.taken(2), len(started.account.debits)) == ([20031], 2)
        assert show_debit_run(started.ports, JULY).due == 0


class TestReleasing:
    @pytest.fixture
    def conflict(self, started: Student) -> Student:
        runs(started, Behaviour.DROP, LATE)
        started.reconciles(minutes=6)
        started.reconciles(minutes=10)
        assert started.instalment(2).state is InstalmentState.CONFLICT
        return started

    def test_what_the_gateway_found_after_all_is_booked_instead(self, conflict: Student) -> None:
        debit = conflict.debit(2)
        mandate = conflict.account.mandates[0]
        conflict.ports.gateway.debit(debit, mandate, conflict.ports.at)
        assert released(conflict) is InstalmentState.PAID
        assert conflict.taken(2) == [20031]

    def test_is_not_needed_once_the_gateway_does_find_the_money(self, conflict: Student) -> None:
        conflict.ports.gateway.debit(conflict.debit(2), conflict.account.mandates[0], conflict.ports.at)
        assert conflict.reconciles(minutes=5).settled == 1
        assert (conflict.instalment(2).state, conflict.balance_cents) == (InstalmentState.PAID, 20038)

    def test_what_the_gateway_refused_is_due_again_today(self, conflict: Student) -> None:
        conflict.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        conflict.ports.gateway.debit(conflict.debit(2), conflict.account.mandates[0], conflict.ports.at)
        assert released(conflict) is InstalmentState.DUE
        assert conflict.instalment(2).next_try_on == date(2022, 7, 11)

    def test_waits_while_the_gateway_is_not_clear(self, conflict: Student) -> None:
        conflict.ports.gateway.is_clear = False
        with pytest.raises(errors.ReleaseNotPossible, match="gateway"):
            released(conflict)
        assert conflict.instalment(2).state is InstalmentState.CONFLICT

    def test_is_not_for_what_waits_for_nobody(self, started: Student) -> None:
        with pytest.raises(errors.ReleaseNotPossible, match="state"):
            released(started)
        with pytest.raises(errors.NotFound):
            release_instalment(started.ports, started.registration_id, 9, ACCOUNTANT)
        with pytest.raises(errors.NotFound):
            release_instalment(started.ports, "00000000000000ff-1", 2, ACCOUNTANT)


class TestReconciling:
    def test_counts_each_conflict_that_it_asks_about_again(self, started: Student) -> None:
        ports = started.ports
        other = replace(CHRIS, id="00000000000000c2", email="student2@demo.test")
        second = enrol_student(ports, other, "I2223_Y1_1A", ports.campaigns.current().id)
        student2 = Student(ports, other, second.id)
        student2.declares("01")
        student2.asks_for()
        student2.is_approved()
        student2.pays(student2.opens_the_page_of(1), "7002", token="token-2")
        ports.gateway.script.append(Behaviour.DROP)
        runs(started, Behaviour.DROP, LATE)
        started.reconciles(minutes=6)
        assert started.reconciles(minutes=10).conflicts == 2
        assert started.reconciles(days=1).asked == 2

    def test_row_that_is_no_longer_what_the_index_said_is_passed_over(
        self, started: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        stale = started.ports.debits.in_flight(started.ports.at + timedelta(hours=1))
        started.reconciles(minutes=6)
        # The index answers late: what it names was settled meanwhile.
        monkeypatch.setattr(started.ports.debits, "in_flight", lambda _before: stale)
        assert started.reconciles(minutes=6).asked == 0

    def test_run_that_loses_its_race_leaves_it_to_the_winner(
        self, started: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        write = started.ports.store.commit

        def beaten(*arguments: object) -> None:
            monkeypatch.undo()
            started.reconciles()
            write(*arguments)  # type: ignore[arg-type]

        # The other run settles between our read and our write, which no fake does by itself.
        monkeypatch.setattr(started.ports.store, "commit", beaten)
        assert started.reconciles(minutes=6).settled == 0
        assert [each.rank for each in started.account.payments] == [1, 2]

    def test_instalment_without_its_debit_is_passed_over(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        started.ports.memory.debits.clear()
        assert started.reconciles(minutes=6).asked == 0

    def test_instalment_that_is_gone_since_the_index_was_read_is_passed_over(
        self, started: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        runs(started, Behaviour.LOSE_ANSWER)
        accounts, account = started.ports.accounts, started.account
        monkeypatch.setattr(accounts, "account", lambda _person: replace(account, instalments=()))
        assert started.reconciles(minutes=6).asked == 0
        assert started.ports.alarms.raised == []

    def test_debit_without_its_mandate_is_not_sent_again(self, started: Student) -> None:
        runs(started, Behaviour.DROP)
        started.ports.memory.mandates.clear()
        started.reconciles(minutes=6)
        started.reconciles(minutes=6)
        assert started.ports.gateway.asked_debits == []

    def test_answer_for_a_plan_that_is_gone_climbs_no_ladder(self, started: Student) -> None:
        runs(started, Behaviour.LOSE_REFUSAL)
        started.ports.memory.plan_requests.clear()
        started.reconciles(minutes=6)
        assert started.instalment(2).state is InstalmentState.ARREARS
        assert started.mails() == [(Topic.IN_ARREARS, 2)]


def test_refused_configuration_is_unknown_and_tells_the_operators(started: Student) -> None:
    runs(started, Behaviour.REFUSE_SETUP)
    assert started.instalment(2).state is InstalmentState.UNKNOWN
    assert started.ports.alarms.raised == [f"refused setup {started.debit(2).id} 00006"]


def test_code_that_nobody_can_class_is_unknown_and_tells_the_operators(started: Student) -> None:
    runs(started, Behaviour.LOSE_ANSWER)
    debit = started.debit(2)
    strange = Answer(debit.reference, debit.amount_cents, Outcome.UNKNOWN, "00777")
    book_debit(started.ports, started.account, started.instalment(2), debit, strange)
    assert started.instalment(2).state is InstalmentState.UNKNOWN
    assert started.ports.alarms.raised == [f"refused setup {debit.id} 00777"]


def test_answer_after_the_final_state_changes_nothing(started: Student) -> None:
    started.debits_run("2022-07-10T00:30")
    assert started.reconciles(days=1).asked == 0
    with pytest.raises(errors.ConcurrentUpdate):
        started.ports.store.commit(Changes((started.instalment(2),)))


def test_lost_answers_of_a_day_are_shown_as_unknown_not_as_refused(started: Student) -> None:
    runs(started, Behaviour.LOSE_ANSWER)
    run = show_debit_run(started.ports, JULY)
    assert (run.refused, run.unknown, run.unknown_cents) == (0, 1, 20031)
