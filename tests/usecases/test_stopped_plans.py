"""P25, P26: a stopped plan takes nothing, and goes on only on days that were announced."""

from datetime import date, timedelta

import pytest

from chalicelib.domain import decisions, errors
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import Withheld
from chalicelib.domain.people import Role
from chalicelib.domain.plan.debit_notices import MORNING
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.plans.stop_plan import stop_plan
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.plan_acts import REASON, all_taken, entries, request_of, resume, stop, to_come

JULY, AUGUST, SEPTEMBER = (date(2022, month, 10) for month in (7, 8, 9))


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


def sent(student: Student) -> list[str]:
    """Deliver all that is due to be told by now; return the topics of the mails that went out."""
    mailer, before = student.ports.mailer, len(student.ports.mailer.sent)
    for entry in student.ports.outbox.pending(student.ports.at):
        deliver_outbox(student.ports, entry.id)
    return [topic for _, topic in mailer.sent[before:]]


def test_stopped_plan_takes_nothing_and_says_why(started: Student) -> None:
    stop(started)
    for day in ("2022-07-10", "2022-08-10", "2022-09-10"):
        started.debits_run(f"{day}T09:00")
    assert all_taken(started) == []
    left = debit_instalment(started.ports, started.instalment(2).id, SEPTEMBER)
    assert left is Withheld.PLAN_STOPPED


def test_act_its_trace_and_its_mail_are_kept_together(started: Student) -> None:
    stop(started)
    request = request_of(started)
    assert (request.stopped_at, request.stopped_by, request.stop_reason) == (
        started.ports.at,
        ACCOUNTANT.id,
        REASON,
    )
    trace = list(started.ports.memory.audit_waiting.values())[-1]
    assert (trace.act, trace.by, trace.subject_id) == (Act.PLAN_STOPPED, ACCOUNTANT.id, started.person.id)
    assert (trace.target, trace.reason) == (started.registration_id, REASON)
    (mail,) = entries(started, Topic.PLAN_STOPPED)
    assert (mail.person_id, mail.reason) == (started.person.id, REASON)


@pytest.mark.parametrize("reason", ["", "  "])
def test_each_act_needs_its_reason(started: Student, reason: str) -> None:
    with pytest.raises(decisions.ReasonMissing):
        stop(started, reason)
    stop(started)
    with pytest.raises(decisions.ReasonMissing):
        resume(started, reason)


def test_act_repeated_is_refused(started: Student) -> None:
    with pytest.raises(decisions.PlanNotStopped):
        resume(started)
    stop(started)
    with pytest.raises(decisions.PlanAlreadyStopped):
        stop(started)
    resume(started)
    with pytest.raises(decisions.PlanNotStopped):
        resume(started)


def test_nothing_to_stop_before_the_plan_begins_and_after_it_ends(chris: Student) -> None:
    with pytest.raises(decisions.NothingToStop):
        stop(chris)
    chris.starts_the_plan()
    for day in ("2022-07-10", "2022-08-10"):
        chris.debits_run(f"{day}T09:00")
    with pytest.raises(decisions.NothingToStop):
        stop(chris)


def test_nobody_stops_their_own_plan_nor_without_the_role(started: Student) -> None:
    for person in (REGISTRAR, started.person):
        with pytest.raises(errors.Forbidden):
            stop_plan(started.ports, started.registration_id, REASON, person)
    own = Student(started.ports, started.person, started.registration_id).person
    both = type(own)(**{**vars(own), "roles": frozenset({Role.STUDENT, Role.ACCOUNTANT})})
    with pytest.raises(errors.Forbidden):
        stop_plan(started.ports, started.registration_id, REASON, both)


def test_of_two_accountants_at_once_one_wins(started: Student) -> None:
    """The second has read the plan before the first wrote."""
    write, writes = started.ports.store.commit, [0]

    def overtaken(*arguments: object) -> None:
        writes[0] += 1
        if writes[0] == 1:
            stop(started, "le premier")
        write(*arguments)  # type: ignore[arg-type]

    started.ports.store.commit = overtaken  # type: ignore[method-assign, assignment]
    with pytest.raises(errors.ConcurrentUpdate):
        stop(started, "le second")
    assert request_of(started).stop_reason == "le premier"
    assert len(entries(started, Topic.PLAN_STOPPED)) == 1


@pytest.mark.parametrize("written", [1, 2], ids=["claim", "mark"])
def test_stop_between_reading_and_writing_comes_before_the_debit(started: Student, written: int) -> None:
    write, writes = started.ports.store.commit, [0]

    def overtaken(*arguments: object) -> None:
        writes[0] += 1
        if writes[0] == written:
            stop(started)
        write(*arguments)  # type: ignore[arg-type]

    started.ports.store.commit = overtaken  # type: ignore[method-assign, assignment]
    started.debits_run("2022-07-10T09:00")
    started.ports.store.commit = write  # type: ignore[method-assign]
    started.reconciles(hours=2)
    started.debits_run("2022-07-10T23:00")
    assert all_taken(started) == []
    assert started.instalment(2).state is InstalmentState.DUE


def test_what_is_in_flight_goes_on_to_its_end(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
    started.debits_run("2022-07-10T09:00")
    stop(started)
    with pytest.raises(decisions.DebitInFlight):
        resume(started)
    started.reconciles(minutes=6)
    assert started.instalment(2).state is InstalmentState.PAID
    resume(started)


def test_lost_question_is_not_sent_again_and_a_conflict_is_released_first(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.DROP)
    started.debits_run("2022-07-10T09:00")
    stop(started)
    for _ in range(4):
        started.reconciles(hours=6)
    assert all_taken(started) == []
    with pytest.raises(decisions.DebitInConflict):
        resume(started)
    release_instalment(started.ports, started.registration_id, 2, ACCOUNTANT)
    started.debits_run("2022-07-12T09:00")
    assert all_taken(started) == []
    resume(started)
    assert to_come(started) == [(2, AUGUST, 20031), (3, SEPTEMBER, 20038)]


class TestResuming:
    def test_what_passed_meanwhile_moves_to_coming_days_one_a_month(self, started: Student) -> None:
        stop(started)
        started.debits_run("2022-08-20T09:00")
        resume(started)
        assert to_come(started) == [(2, SEPTEMBER, 20031), (3, date(2022, 10, 10), 20038)]
        started.debits_run("2022-08-21T09:00")
        assert all_taken(started) == []
        for day in ("2022-09-10", "2022-10-10", "2022-11-10"):
            started.debits_run(f"{day}T09:00")
        assert all_taken(started) == [20031, 20038]

    def test_what_can_still_be_announced_keeps_its_day(self, started: Student) -> None:
        before = to_come(started)
        stop(started)
        resume(started)
        assert to_come(started) == before
        assert started.instalment(2).version == 1

    def test_day_too_near_for_its_notice_moves_too(self, started: Student) -> None:
        """The notice went out, the stop took it back: the new one needs its days again."""
        started.is_at("2022-07-08T09:00")
        stop(started)
        resume(started)
        assert to_come(started) == [(2, AUGUST, 20031), (3, SEPTEMBER, 20038)]

    def test_try_that_waits_after_a_refusal_moves_to_a_due_day(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        started.debits_run("2022-07-10T09:00")
        stop(started)
        resume(started)
        assert to_come(started) == [(2, AUGUST, 20031), (3, SEPTEMBER, 20038)]
        assert started.instalment(2).tries == 1

    def test_each_debit_to_come_is_announced_anew_and_no_old_notice_goes_out(self, started: Student) -> None:
        sent(started)
        stop(started)
        assert sent(started) == [Topic.PLAN_STOPPED]
        started.is_at("2022-07-20T09:00")
        assert sent(started) == []
        resume(started)
        assert sent(started) == [Topic.PLAN_RESUMED]
        days = {
            each.rank: each.not_before for each in entries(started, Topic.DEBIT_NOTICE) if "-r1" in each.id
        }
        plan = started.file.agreed_plan
        assert plan is not None
        assert {rank: moment and moment.date() for rank, moment in days.items()} == {
            2: AUGUST - timedelta(days=plan.notice_days),
            3: SEPTEMBER - timedelta(days=plan.notice_days),
        }
        assert {moment and moment.time() for moment in days.values()} == {MORNING}
        for day in ("2022-08-09", "2022-09-09"):
            started.is_at(f"{day}T09:00")
            assert sent(started) == [Topic.DEBIT_NOTICE]

    def test_mail_of_a_next_try_does_not_go_out_while_it_is_not_made(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        started.debits_run("2022-07-10T09:00")
        stop(started)
        assert Topic.DEBIT_RETRIED not in sent(started)

    def test_plan_that_left_the_campaign_and_no_mandate_remembers_cannot_go_on(
        self, started: Student
    ) -> None:
        mandates, plans = started.ports.memory.mandates, started.ports.campaigns
        row = mandates[started.registration_id]
        mandates[row.registration_id] = type(row)(**{**vars(row), "plan": None})
        stop(started)
        campaign = plans.current()
        plans.get = lambda _: type(campaign)(**{**vars(campaign), "plans": {}})  # type: ignore[method-assign]
        with pytest.raises(errors.PlanNotAllowed):
            resume(started)
