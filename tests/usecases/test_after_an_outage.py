"""After an outage one missed instalment is debited; the later ones move, each with a new notice."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.languages import day as in_words
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import Withheld
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.missed_instalments import Postponement, postpone
from chalicelib.domain.plan.plans import MovedDay
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.debits.show_debit_run import show_debit_run
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import FakePorts, add_registration, enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.plan_acts import all_taken, entries, resume, stop, to_come

if TYPE_CHECKING:
    from collections.abc import Callable

AUGUST, SEPTEMBER, OCTOBER = (date(2022, month, 10) for month in (8, 9, 10))
DAY_IN_A_MAIL = re.compile(r"\b(\d\d)/(\d\d)/(\d{4})\b")


@pytest.fixture
def started(chris: Student) -> Student:
    """The manual's plan: 20031 paid on 24/06, 20031 due on 10/07, 20038 on 10/08."""
    chris.starts_the_plan()
    return chris


def mails(student: Student) -> list[str]:
    """Deliver all that waits; return the texts of the mails."""
    earlier = len(student.ports.mailer.texts)
    for entry in student.ports.outbox.pending(student.ports.at):
        deliver_outbox(student.ports, entry.id)
    return student.ports.mailer.texts[earlier:]


def days_of(student: Student) -> list[date]:
    return [debit.planned_on for debit in student.account.debits]


class TestMissed:
    def test_one_tenth_is_debited_by_the_next_run_and_moves_nothing(self, started: Student) -> None:
        started.debits_run("2022-07-19T09:00")
        assert all_taken(started) == [20031]
        assert to_come(started) == [(3, AUGUST, 20038)]
        assert started.instalment(3).moves == 0

    def test_two_tenths_are_not_taken_together(self, started: Student) -> None:
        started.debits_run("2022-08-19T09:00")
        assert all_taken(started) == [20031]
        assert to_come(started) == [(3, SEPTEMBER, 20038)]
        for day in ("2022-08-19T15:00", "2022-08-20T09:00", "2022-09-09T09:00"):
            started.debits_run(day)
        assert all_taken(started) == [20031]
        started.debits_run("2022-09-10T09:00")
        assert all_taken(started) == [20031, 20038]
        assert started.balance_cents == 0

    def test_three_tenths_of_six_go_on_one_a_month(self, chris: Student) -> None:
        chris.starts_the_plan("paybox-6", "05")
        chris.debits_run("2022-09-12T09:00")
        assert [day for _, day, _ in to_come(chris)] == [date(2022, month, 10) for month in (10, 11, 12)] + [
            date(2023, 1, 10)
        ]

    def test_every_tenth_of_a_year_goes_on_one_a_month(self, chris: Student) -> None:
        chris.starts_the_plan("paybox-6", "05")
        day = datetime(2023, 6, 24, 9, 0, tzinfo=PARIS)
        for _ in range(150):
            chris.debits_run(day.isoformat()[:16])
            day += timedelta(days=1)
        assert days_of(chris) == [date(2023, 6, 24), *(date(2023, month, 10) for month in (7, 8, 9, 10))]
        assert chris.balance_cents == 0

    def test_month_of_the_late_debit_takes_no_other(self, started: Student) -> None:
        """Debited on 05/08, the one of 10/08 would be the second of August: it was announced, and moves."""
        started.debits_run("2022-08-05T09:00")
        assert to_come(started) == [(3, SEPTEMBER, 20038)]

    def test_last_day_of_that_month_takes_none_either(self, chris: Student) -> None:
        """Debits on the 28th, after a second outage: the one of 28/01 on 05/02, so none on 28/02."""
        campaign = chris.ports.campaigns.current()
        plans = {code: replace(plan, due_day=28) for code, plan in campaign.plans.items()}
        chris.ports.campaigns.change(replace(campaign, plans=plans))
        chris.starts_the_plan("paybox-6", "05")
        for day in ("2022-12-05T09:00", "2023-02-05T09:00", "2023-02-28T09:00"):
            chris.debits_run(day)
        assert days_of(chris) == [date(2022, 12, 5), date(2023, 2, 5)]
        assert [day for _, day, _ in to_come(chris)] == [date(2023, month, 28) for month in (3, 4, 5)]

    def test_notice_days_are_kept(self, started: Student) -> None:
        """Between 31/08 and 10/09 there are ten days, between 04/09 and 10/09 too few."""
        started.debits_run("2022-08-31T09:00")
        assert to_come(started) == [(3, SEPTEMBER, 20038)]

    def test_second_outage_moves_again_and_announces_again(self, chris: Student) -> None:
        chris.starts_the_plan("paybox-6", "05")
        chris.debits_run("2022-08-19T09:00")
        chris.debits_run("2022-10-19T09:00")
        assert days_of(chris) == [date(2022, 8, 19), date(2022, 10, 19)]
        assert [chris.instalment(rank).moves for rank in (3, 4, 5, 6)] == [1, 2, 2, 2]
        assert {each.id[-3:] for each in entries(chris, Topic.DEBIT_NOTICE) if each.rank == 4} == {
            "-i4",
            "-m1",
            "-m2",
        }

    def test_run_late_by_hours_on_the_day_changes_nothing(self, started: Student) -> None:
        started.debits_run("2022-07-10T23:50")
        assert days_of(started) == [date(2022, 7, 10)]
        assert to_come(started) == [(3, AUGUST, 20038)]

    def test_each_registration_of_a_person_has_its_own(self, started: Student) -> None:
        second = add_registration(started.ports, CHRIS, "I2223_Y1_1A", started.registration.campaign_id, 2)
        other = Student(started.ports, CHRIS, second.id)
        other.declares("01")
        other.asks_for()
        other.is_approved()
        other.pays(other.opens_the_page_of(1), "7100")
        started.debits_run("2022-08-19T09:00")
        for each in (started, other):
            assert each.taken(2) == [20031]
            assert to_come(each) == [(3, SEPTEMBER, 20038)]

    def test_report_of_the_run_names_what_was_moved(self, started: Student) -> None:
        started.debits_run("2022-08-19T09:00")
        run = show_debit_run(started.ports, date(2022, 8, 19))
        assert (run.due, run.paid) == (1, 1)
        assert run.moved == (MovedDay(started.instalment(3).id, 20038, AUGUST, SEPTEMBER),)

    def test_lifted_block_takes_one_and_moves_the_others_as_well(self, started: Student) -> None:
        rows = started.ports.memory.registrations_by_id
        row = rows[started.registration_id]
        rows[row.id] = replace(row, blocked=True, version=row.version + 1)
        started.debits_run("2022-08-19T09:00")
        assert [day for _, day, _ in to_come(started)] == [date(2022, 7, 10), AUGUST]
        rows[row.id] = replace(row, blocked=False, version=row.version + 2)
        started.debits_run("2022-08-20T09:00")
        assert (all_taken(started), to_come(started)) == ([20031], [(3, SEPTEMBER, 20038)])


class TestOrder:
    def test_message_of_a_later_one_first_leaves_it_to_the_earlier(self, started: Student) -> None:
        started.is_at("2022-08-19T09:00")
        today = date(2022, 8, 19)
        left = debit_instalment(started.ports, started.instalment(3).id, today)
        assert left is Withheld.EARLIER_FIRST
        assert all_taken(started) == []
        debit_instalment(started.ports, started.instalment(2).id, today)
        debit_instalment(started.ports, started.instalment(3).id, today)
        assert started.taken(2) == [20031]
        assert started.taken(3) == []

    @pytest.mark.parametrize("written", [1, 2], ids=["claim", "mark"])
    def test_worker_beside_another_takes_nothing_more(self, started: Student, written: int) -> None:
        write, writes = started.ports.store.commit, [0]

        def beside(*arguments: object) -> None:
            writes[0] += 1
            if writes[0] == written:
                for rank in (3, 2, 3):
                    debit_instalment(started.ports, started.instalment(rank).id, date(2022, 8, 19))
            write(*arguments)  # type: ignore[arg-type]

        started.ports.store.commit = beside  # type: ignore[method-assign, assignment]
        started.debits_run("2022-08-19T09:00")
        started.ports.store.commit = write  # type: ignore[method-assign]
        assert (started.taken(2), started.taken(3)) == ([20031], [])
        assert to_come(started) == [(3, SEPTEMBER, 20038)]
        assert started.instalment(3).moves == 1

    def test_worker_that_dies_after_the_claim_has_moved_the_others_already(self, started: Student) -> None:
        write, writes = started.ports.store.commit, [0]

        def dies(*arguments: object) -> None:
            writes[0] += 1
            if writes[0] == 2:
                raise SystemExit
            write(*arguments)  # type: ignore[arg-type]

        started.ports.store.commit = dies  # type: ignore[method-assign, assignment]
        with pytest.raises(SystemExit):
            started.debits_run("2022-08-19T09:00")
        started.ports.store.commit = write  # type: ignore[method-assign]
        started.reconciles(hours=1)
        started.debits_run("2022-08-19T11:00")
        started.debits_run("2022-08-20T11:00")
        assert (all_taken(started), to_come(started)) == ([20031], [(3, SEPTEMBER, 20038)])
        assert started.instalment(3).moves == 1

    def test_earlier_one_that_is_withheld_holds_no_later_one_back(self, started: Student) -> None:
        """Too little is left of the second one to be debited: it waits for accounting."""
        rows = started.ports.memory.instalments
        rows[started.instalment(2).id] = replace(started.instalment(2), received_cents=20031 - 99)
        started.is_at("2022-08-19T09:00")
        debit_instalment(started.ports, started.instalment(3).id, date(2022, 8, 19))
        assert (started.taken(2), started.taken(3)) == ([], [20038])


class TestRetries:
    def test_one_that_waits_for_its_retry_is_tried_and_the_missed_one_moves(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        started.debits_run("2022-07-10T09:00")
        started.debits_run("2022-08-10T09:00")
        assert (started.taken(2), started.taken(3)) == ([20031], [])
        assert to_come(started) == [(3, SEPTEMBER, 20038)]

    def test_ordinary_retry_moves_nothing(self, started: Student) -> None:
        started.ports.gateway.script.extend([Behaviour.REFUSE_SOFT, Behaviour.REFUSE_SOFT])
        for day in ("10", "13", "20"):
            started.debits_run(f"2022-07-{day}T09:00")
        assert started.taken(2) == [20031]
        assert to_come(started) == [(3, AUGUST, 20038)]

    def test_retry_of_a_missed_one_in_the_next_month_is_the_only_debit_of_that_month(
        self, started: Student
    ) -> None:
        started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        started.debits_run("2022-08-30T09:00")
        assert started.instalment(3).next_try_on == SEPTEMBER
        started.debits_run("2022-09-02T09:00")
        assert (started.taken(2), to_come(started)) == ([20031], [(3, OCTOBER, 20038)])

    def test_released_one_moves_the_next_of_the_same_month(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.DROP)
        started.debits_run("2022-07-10T09:00")
        for _ in range(3):
            started.reconciles(hours=9)
        assert started.instalment(2).state is InstalmentState.CONFLICT
        started.is_at("2022-08-10T08:00")
        release_instalment(started.ports, started.registration_id, 2, ACCOUNTANT)
        (told,) = (each for each in started.ports.audit.waiting(100) if each.act is Act.DEBIT_RELEASED)
        assert (told.by, told.subject_id) == (ACCOUNTANT.id, started.person.id)
        started.debits_run("2022-08-10T09:00")
        assert (started.taken(2), to_come(started)) == ([20031], [(3, SEPTEMBER, 20038)])

    def test_retry_of_a_later_one_is_not_moved_by_the_earlier(self, started: Student) -> None:
        """The second one is released on the eve of the third one's retry."""
        started.ports.gateway.script.extend([Behaviour.DROP, Behaviour.REFUSE_SOFT])
        started.debits_run("2022-07-10T09:00")
        for _ in range(3):
            started.reconciles(hours=9)
        started.debits_run("2022-08-10T09:00")
        release_instalment(started.ports, started.registration_id, 2, ACCOUNTANT)
        started.debits_run("2022-08-12T09:00")
        started.debits_run("2022-08-13T09:00")
        assert days_of(started) == [date(2022, 7, 10), AUGUST, date(2022, 8, 12), date(2022, 8, 13)]
        assert started.instalment(3).moves == 0

    def test_expired_card_asks_for_one_payment_and_moves_the_others(self, chris: Student) -> None:
        chris.starts_the_plan(token_expires="2207")
        chris.debits_run("2022-08-19T09:00")
        assert chris.instalment(2).state is InstalmentState.NEEDS_PAYER
        assert to_come(chris) == [(3, SEPTEMBER, 20038)]
        assert [each.rank for each in entries(chris, Topic.PAYER_NEEDED)] == [2]


class TestStopsBetween:
    def test_stopped_plan_moves_nothing_and_resuming_moves_as_before(self, started: Student) -> None:
        stop(started)
        started.debits_run("2022-08-19T09:00")
        assert [day for _, day, _ in to_come(started)] == [date(2022, 7, 10), AUGUST]
        resume(started)
        assert [day for _, day, _ in to_come(started)] == [SEPTEMBER, OCTOBER]
        assert all_taken(started) == []

    def test_stop_after_a_move_counts_both_in_the_notice(self, started: Student) -> None:
        started.debits_run("2022-08-19T09:00")
        stop(started)
        resume(started)
        started.is_at("2022-09-03T09:00")
        notices = [text for text in mails(started) if in_words(SEPTEMBER, CHRIS.language) in text]
        assert len([text for text in notices if "sera prélevée" in text]) == 1

    def test_stop_that_comes_before_the_claim_moves_nothing(self, started: Student) -> None:
        write, writes = started.ports.store.commit, [0]

        def overtaken(*arguments: object) -> None:
            writes[0] += 1
            if writes[0] == 1:
                stop(started)
            write(*arguments)  # type: ignore[arg-type]

        started.ports.store.commit = overtaken  # type: ignore[method-assign, assignment]
        started.debits_run("2022-08-19T09:00")
        assert all_taken(started) == []
        assert [day for _, day, _ in to_come(started)] == [date(2022, 7, 10), AUGUST]


class TestTold:
    def test_moved_one_is_announced_for_its_new_day_and_never_for_the_old(self, started: Student) -> None:
        """Mails wait as long as the runs: none of the old ones is sent on the first day."""
        started.debits_run("2022-08-19T09:00")
        assert not any("sera prélevée" in text for text in mails(started))
        started.is_at("2022-09-03T09:00")
        (notice,) = mails(started)
        assert f"sera prélevée le {in_words(SEPTEMBER, CHRIS.language)}" in notice

    def test_notice_found_after_its_day_is_not_sent(self, started: Student) -> None:
        """The mails wake up before the planner does."""
        started.is_at("2022-08-19T09:00")
        assert not any("sera prélevée" in text for text in mails(started))

    def test_notice_of_an_instalment_that_went_is_not_sent(self, started: Student) -> None:
        started.ports.memory.instalments.clear()
        started.is_at("2022-07-05T09:00")
        assert not any("sera prélevée" in text for text in mails(started))

    def test_notice_of_the_day_itself_is(self, started: Student) -> None:
        started.is_at("2022-07-10T00:10")
        assert any("sera prélevée le 10/07/2022" in text for text in mails(started))

    def test_refusal_is_told_without_the_day_of_a_retry_that_is_past(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        started.debits_run("2022-07-10T09:00")
        started.is_at("2022-07-14T09:00")
        (told,) = [text for text in mails(started) if "n'a pas pu être prélevée" in text]
        assert "essaierons de nouveau" not in told
        assert "13/07/2022" not in told

    def test_resumption_told_late_names_no_day_that_is_past(self, started: Student) -> None:
        stop(started)
        mails(started)
        resume(started)
        started.is_at("2022-07-20T09:00")
        (told,) = [text for text in mails(started) if "repris" in text]
        assert in_words(AUGUST, CHRIS.language) in told
        assert in_words(date(2022, 7, 10), CHRIS.language) not in told

    @pytest.mark.parametrize(("expires", "warned"), [("2212", 0), ("2208", 1), ("2207", 0)])
    def test_card_that_ends_before_the_new_last_day_is_told(
        self, chris: Student, expires: str, warned: int
    ) -> None:
        chris.starts_the_plan(token_expires=expires)
        earlier = len(entries(chris, Topic.CARD_ENDS_EARLY))
        chris.debits_run("2022-08-19T09:00")
        assert len(entries(chris, Topic.CARD_ENDS_EARLY)) - earlier == warned


def plan_that_left(student: Student) -> None:
    rows = student.ports.memory.mandates
    rows[student.registration_id] = replace(rows[student.registration_id], plan=None)
    campaign = student.ports.campaigns.current()
    student.ports.campaigns.change(replace(campaign, plans={}))


def test_plan_that_is_known_no_more_moves_nothing(started: Student) -> None:
    plan_that_left(started)
    started.debits_run("2022-08-19T09:00")
    assert all_taken(started) == []
    assert started.instalment(3).moves == 0
    assert postpone(started.file, started.instalment(2), started.ports.at) == Postponement()


REFUSALS = st.lists(
    st.sampled_from([Behaviour.ACCEPT, Behaviour.REFUSE_SOFT, Behaviour.LOSE_ANSWER, Behaviour.DROP]),
    max_size=4,
)
OUTAGES = st.lists(st.tuples(st.integers(0, 360), st.integers(1, 250)), max_size=4)


@settings(deadline=None, max_examples=60)
@given(plan=st.sampled_from([("paybox-3", "01"), ("paybox-6", "05")]), outages=OUTAGES, script=REFUSALS)
def test_no_outage_takes_twice_on_a_day_or_in_a_month_and_no_mail_names_a_day_that_is_past(
    plan: tuple[str, str], outages: list[tuple[int, int]], script: list[Behaviour]
) -> None:
    """On the days of `outages` there are neither runs nor mails; the story lasts two years."""
    ports = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    student = Student(
        ports, CHRIS, enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id).id
    )
    student.starts_the_plan(*plan, token_expires="2912")
    ports.gateway.script.extend(each for each in script)
    first = ports.at
    for number in range(730):
        if any(start <= number < start + length for start, length in outages):
            continue
        ports.at = first + timedelta(days=number)
        _day_of(student)
    captured = [(debit.planned_on, debit.id) for debit in ports.memory.debits.values() if debit.transaction]
    days = [day for day, _ in captured]
    assert len(set(days)) == len(days)
    months = [(day.year, day.month) for day in days]
    assert len(set(months)) == len(months)
    ranks = [int(debit_id.split("-i")[1].split("-")[0]) for _, debit_id in sorted(captured)]
    assert ranks == sorted(ranks)
    assert ports.alarms.raised == [] or any(each is Behaviour.DROP for each in script)


def _day_of(student: Student) -> None:
    """A day: a run in the night, one later, the reconciliation, and the mails, which are read."""
    ports = student.ports
    morning: Callable[[int], str] = lambda hour: f"{paris_day(ports.at)}T{hour:02}:00"  # noqa: E731
    for hour in (1, 9):
        student.debits_run(morning(hour))
        student.reconciles(minutes=20)
    for text in mails(student):
        if "sera prélevée" in text or "essaierons" in text:
            named = [date(int(y), int(m), int(d)) for d, m, y in DAY_IN_A_MAIL.findall(text)]
            assert named
            assert min(named) >= paris_day(ports.at)


def test_planner_asks_for_every_due_one_and_the_workers_decide(started: Student) -> None:
    started.is_at("2022-08-19T09:00")
    assert plan_debits(started.ports).due == 2
