"""P25: workers of one registration that run at once, and money that comes in between reading and claiming."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from chalicelib.domain import errors
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import Decision
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import REGISTRAR, Student, accepted

OUTAGE_ENDS = date(2022, 8, 19)


def debits_while(student: Student, rank: int, day: date, happens: Callable[[], None]) -> None:
    """Let something happen whole while the instalment's worker is about to write its claim."""
    write, writes = student.ports.store.commit, [0]

    def overtaken(*arguments: object, **named: object) -> None:
        writes[0] += 1
        if writes[0] == 1:
            happens()
        write(*arguments, **named)  # type: ignore[arg-type]

    student.ports.store.commit = overtaken  # type: ignore[method-assign]
    debit_instalment(student.ports, student.instalment(rank).id, day)
    student.ports.store.commit = write  # type: ignore[method-assign]


def pays_the_old_page(student: Student, old: Attempt) -> None:
    record_notification(student.ports, student.ports.gateway.says(b"7002", accepted(old, "7002")))


def test_two_workers_of_one_registration_take_one_instalment_a_day(chris: Student) -> None:
    chris.starts_the_plan()
    chris.is_at(f"{OUTAGE_ENDS}T09:00")
    third = chris.instalment(3).id
    debits_while(chris, 2, OUTAGE_ENDS, lambda: void(debit_instalment(chris.ports, third, OUTAGE_ENDS)))
    assert [chris.taken(2), chris.taken(3)].count([]) == 1


def test_p25_two_workers_of_one_registration_take_no_more_than_is_owed(chris: Student) -> None:
    """3 770,00 by a plan, of which an old page of 601,00 has paid a part: only one instalment fits."""
    chris.declares("01")
    old = chris.keeps_a_page()
    chris.starts_the_plan(code="05")
    pays_the_old_page(chris, old)
    chris.is_at(f"{OUTAGE_ENDS}T09:00")
    third = chris.instalment(3).id
    debits_while(chris, 2, OUTAGE_ENDS, lambda: void(debit_instalment(chris.ports, third, OUTAGE_ENDS)))
    assert owed_cents(chris.file) >= 0


def test_p25_money_that_comes_in_before_the_claim_stops_the_debit(chris: Student) -> None:
    chris.declares("01")
    old = chris.keeps_a_page()
    chris.starts_the_plan()
    chris.is_at("2022-07-10T09:00")
    debits_while(chris, 2, date(2022, 7, 10), lambda: pays_the_old_page(chris, old))
    assert chris.taken(2) == []


def test_p25_conflict_counts_as_taken_until_a_person_releases_it(chris: Student) -> None:
    """The question of July arrives days after it was given up: nothing else was taken in its place."""
    chris.declares("01")
    old = chris.keeps_a_page()
    chris.starts_the_plan(code="05")
    pays_the_old_page(chris, old)
    chris.ports.gateway.script.append(Behaviour.LATE)
    chris.ports.gateway.lateness = timedelta(days=3)
    chris.debits_run("2022-07-10T23:30")
    for _ in range(6):
        chris.reconciles(hours=1)
    assert chris.instalment(2).state is InstalmentState.CONFLICT
    chris.debits_run("2022-08-10T09:00")
    chris.reconciles(hours=1)
    assert owed_cents(chris.file) >= 0


@pytest.fixture
def late(chris: Student) -> Attempt:
    """The second instalment waits for the student, and a pay-once page of before the plan is still open."""
    chris.declares("01")
    old = chris.keeps_a_page()
    chris.starts_the_plan()
    chris.ports.gateway.script.append(Behaviour.REFUSE_HARD)
    chris.debits_run("2022-07-10T09:00")
    return old


def test_p25_late_instalment_is_not_asked_for_beside_a_credit(chris: Student, late: Attempt) -> None:
    pays_the_old_page(chris, late)
    with pytest.raises(errors.InstalmentNotPayable):
        chris.opens_the_page_of(2)


def test_p26_late_instalment_of_a_refused_file_is_not_asked_for(chris: Student, late: Attempt) -> None:
    decide_registration(chris.ports, late.registration_id, Decision.REFUSE, "boursier", REGISTRAR)
    with pytest.raises(errors.RegistrationRefused):
        chris.opens_the_page_of(2)


def void(_: object) -> None:
    """Drop what a worker returned."""
