"""P32: a 10th without a run is heard, whatever failed: planner, queue or worker."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.usecases.debits.check_debits import MOST_NAMED, check_debits
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.debits.release_instalment import release_instalment
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import FakePorts, enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.plan_acts import stop


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


def missed(student: Student, paris: str) -> list[str]:
    """The check runs at that moment; return the alarms that it raised."""
    student.is_at(paris)
    earlier = len(student.ports.alarms.raised)
    check_debits(student.ports)
    return student.ports.alarms.raised[earlier:]


def test_planner_that_did_not_run_is_told_from_two_in_the_morning_on(started: Student) -> None:
    alarm = f"missed {started.instalment(2).id}"
    assert missed(started, "2022-07-09T23:30") == []
    assert missed(started, "2022-07-10T00:30") == []
    assert missed(started, "2022-07-10T01:59") == []
    for moment in ("2022-07-10T02:00", "2022-07-10T09:30", "2022-07-11T09:30"):
        assert missed(started, moment) == [alarm]


def test_messages_that_no_worker_takes_are_told(started: Student) -> None:
    started.is_at("2022-07-10T00:30")
    plan_debits(started.ports)
    assert missed(started, "2022-07-10T09:30") == [f"missed {started.instalment(2).id}"]


def test_run_that_did_its_work_is_not(started: Student) -> None:
    started.debits_run("2022-07-10T00:30")
    assert missed(started, "2022-07-10T09:30") == []
    assert started.instalment(2).state is InstalmentState.PAID


def test_retry_is_missed_on_its_own_day(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
    started.debits_run("2022-07-10T00:30")
    assert missed(started, "2022-07-12T09:30") == []
    assert missed(started, "2022-07-13T09:30") == [f"missed {started.instalment(2).id}"]


def test_one_that_a_run_withheld_is_not(started: Student) -> None:
    stop(started)
    started.debits_run("2022-07-10T00:30")
    assert missed(started, "2022-07-10T09:30") == []


def test_one_that_became_due_since_the_last_runs_is_not(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.DROP)
    started.debits_run("2022-07-10T09:00")
    for _ in range(3):
        started.reconciles(hours=9)
    started.is_at("2022-07-12T09:00")
    release_instalment(started.ports, started.registration_id, 2, ACCOUNTANT)
    alarm = f"missed {started.instalment(2).id}"
    assert missed(started, "2022-07-12T09:30") == []
    assert missed(started, "2022-07-12T11:30") == [alarm]


def test_one_that_is_withheld_until_tomorrow_is_not_missed_just_after_midnight(started: Student) -> None:
    """Debited on that day already: the next day's runs have not had their time yet."""
    started.debits_run("2022-08-10T09:00")
    third = started.instalment(3)
    due = replace(third, next_try_on=third.due_on.replace(month=8), since=None)
    started.ports.memory.instalments[third.id] = due
    assert missed(started, "2022-08-10T12:00") == []
    assert missed(started, "2022-08-11T00:30") == []
    assert missed(started, "2022-08-11T02:30") == [f"missed {third.id}"]


def test_only_the_first_of_several_is_told(started: Student) -> None:
    assert missed(started, "2022-08-19T09:30") == [f"missed {started.instalment(2).id}"]


def students(ports: FakePorts, count: int) -> list[Student]:
    made = []
    for number in range(count):
        person = replace(CHRIS, id=f"{number + 1:016x}", email=f"{number}@demo.test")
        registration = enrol_student(ports, person, "I2223_Y1_1A", ports.campaigns.current().id)
        made.append(Student(ports, person, registration.id))
        made[-1].declares("01")
        made[-1].asks_for()
        made[-1].is_approved()
        made[-1].pays(made[-1].opens_the_page_of(1), f"7{number:03}")
    return made


def test_thousands_name_ten(ports: FakePorts) -> None:
    due = students(ports, 2 * MOST_NAMED)
    assert len(missed(due[0], "2022-07-10T09:30")) == MOST_NAMED


def test_p28_unreadable_one_hides_no_other(ports: FakePorts) -> None:
    broken, healthy = students(ports, 2)
    ports.alarms.expects_failures = True
    account = ports.accounts.account
    ports.accounts.account = lambda person: account(person if person != broken.person.id else 1 / 0)  # type: ignore[method-assign, arg-type]
    ports.at = ports.at.astimezone(PARIS).replace(month=7, day=10)
    report = check_debits(ports)
    assert (report.failed, report.checked, report.missed) == (1, 2, 1)
    assert f"missed {healthy.instalment(2).id}" in ports.alarms.raised


def test_row_that_went_meanwhile_is_passed_over(started: Student) -> None:
    due = started.ports.debits.due
    started.ports.debits.due = lambda day: (*due(day), "00000000000000c1-1-i9", "00000000000000ff-1-i2")  # type: ignore[method-assign]
    assert missed(started, "2022-07-10T09:30") == [f"missed {started.instalment(2).id}"]


def test_out_of_time_leaves_the_rest(started: Student) -> None:
    started.ports.move(days=20, hours=timedelta(hours=1).seconds // 3600)
    assert check_debits(started.ports, lambda: False).left == 1
