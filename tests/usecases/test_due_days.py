"""P7: a debit falls on the 10th in Paris, whichever day it is elsewhere, however late the run."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import Student

TENTHS = [date(year, month, 10) for year in range(2000, 2061) for month in range(1, 13)]
SECOND = timedelta(seconds=1)


def due_on(day: date) -> Instalment:
    return Instalment("p-1", "p", 2, day, 20031, "hash", day)


def planned(ports: FakePorts, at: datetime) -> list[date]:
    ports.at = at
    ports.debit_queue.planned.clear()
    plan_debits(ports)
    return [day for _, day in ports.debit_queue.planned]


def test_p7_every_10th_from_2000_to_2060_begins_at_midnight_in_paris_and_no_second_earlier(
    ports: FakePorts,
) -> None:
    offsets = set()
    for tenth in TENTHS:
        instalment = due_on(tenth)
        ports.memory.instalments = {instalment.id: instalment}
        midnight = datetime.combine(tenth, time(0), PARIS)
        begin = midnight.astimezone(UTC)
        end = datetime.combine(tenth + timedelta(days=1), time(0), PARIS).astimezone(UTC)
        offsets.add(midnight.utcoffset())
        assert planned(ports, begin - SECOND) == [], tenth
        assert planned(ports, begin) == [tenth], tenth
        assert planned(ports, datetime.combine(tenth, time(0, 30), PARIS)) == [tenth], tenth
        assert planned(ports, end - SECOND) == [tenth], tenth
        assert planned(ports, end) == [tenth + timedelta(days=1)], tenth
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}


@pytest.mark.parametrize("late", [1, 2, 5, 40])
def test_p7_late_run_takes_what_was_forgotten_and_says_its_own_day(ports: FakePorts, late: int) -> None:
    instalment = due_on(date(2022, 7, 10))
    ports.memory.instalments = {instalment.id: instalment}
    run = datetime(2022, 7, 10, 9, 0, tzinfo=PARIS) + timedelta(days=late)
    assert planned(ports, run) == [run.date()]


def test_retry_waits_for_its_own_day_not_for_the_10th(ports: FakePorts) -> None:
    instalment = replace(due_on(date(2022, 7, 10)), tries=1, next_try_on=date(2022, 7, 13))
    ports.memory.instalments = {instalment.id: instalment}
    assert planned(ports, datetime(2022, 7, 12, 23, 59, tzinfo=PARIS)) == []
    assert planned(ports, datetime(2022, 7, 13, 0, 0, tzinfo=PARIS)) == [date(2022, 7, 13)]


def test_run_in_the_night_of_the_10th_in_paris_is_still_the_9th_in_utc(chris: Student) -> None:
    chris.starts_the_plan()
    chris.ports.at = datetime.fromisoformat("2022-07-09T22:30:00+00:00")
    assert plan_debits(chris.ports).planned_on == date(2022, 7, 10)
