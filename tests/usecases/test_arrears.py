"""What is late is reminded of by the campaign's ladder: each rung once, and no more once it is paid."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.collection.arrears import arrears_of, reminder_days
from chalicelib.domain.outbox import Topic
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.collection.remind_arrears import list_arrears, remind_arrears
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.plans.stop_plan import stop_plan
from chalicelib.usecases.registrations.block_registration import block_registration
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.test_received_at_the_desk import CHEQUE, receives
from tests.usecases.test_taken_back_by_the_bank import RETURNED, taken_back


@pytest.fixture
def late(chris: Student) -> Student:
    """The July instalment was refused for good: the student must pay it."""
    chris.starts_the_plan()
    chris.ports.gateway.script.append(Behaviour.REFUSE_HARD)
    chris.debits_run("2022-07-10T09:00")
    chris.ports.memory.entries.clear()
    return chris


def reminded(student: Student, day: str) -> list[str]:
    """Run on that day; return the texts of the reminders written by then."""
    student.is_at(f"{day}T06:00")
    remind_arrears(student.ports)
    entries = student.ports.memory.entries.values()
    return [each.reason for each in entries if each.topic is Topic.ARREARS_REMINDER]


def test_each_rung_is_used_once_and_the_run_may_be_repeated(late: Student) -> None:
    assert reminded(late, "2022-07-17") == []
    assert reminded(late, "2022-07-18") == ["first"]
    assert reminded(late, "2022-07-18") == ["first"]
    assert reminded(late, "2022-07-30") == ["first"]
    assert reminded(late, "2022-07-31") == ["first", "second"]
    assert reminded(late, "2022-08-24") == ["first", "second", "last"]
    assert reminded(late, "2023-02-01") == ["first", "second", "last"]
    acts = [each.act for each in late.ports.memory.audit_waiting.values()]
    assert acts.count(Act.ARREARS_REMINDED) == 3


def test_after_an_outage_only_the_highest_rung_is_sent(late: Student) -> None:
    assert reminded(late, "2022-08-01") == ["second"]


def test_mail_says_amount_and_that_it_is_the_last(late: Student) -> None:
    reminded(late, "2022-09-01")
    for entry_id in list(late.ports.memory.entries):
        deliver_outbox(late.ports, entry_id)
    assert (CHRIS.email, Topic.ARREARS_REMINDER) in late.ports.mailer.sent
    told = next(text for text in late.ports.mailer.texts if "dernier rappel" in text)
    assert "200,31" in told


def test_paid_amount_is_not_reminded_of(late: Student) -> None:
    receives(late, replace(CHEQUE, amount_cents=20031, received_on=date(2022, 7, 1)))
    assert reminded(late, "2022-09-01") == []
    assert list_arrears(late.ports) == ()


def test_credit_that_a_dead_process_left_idle_pays_before_anybody_is_reminded(late: Student) -> None:
    memory = late.ports.memory
    before, plain = dict(memory.instalments), late.registration
    payment = receives(late, replace(CHEQUE, amount_cents=20031, received_on=date(2022, 7, 1)))
    memory.instalments.update(before)
    memory.payments[payment.name] = (CHRIS.id, replace(payment, allocated_cents=0))
    memory.journal.clear()
    memory.registrations_by_id[plain.id] = replace(late.registration, part_paid=plain.part_paid)
    assert list_arrears(late.ports)
    assert reminded(late, "2022-09-01") == []
    assert list_arrears(late.ports) == ()
    assert late.instalment(2).remaining_cents == 0


def test_stopped_plan_blocked_file_and_open_page_wait(late: Student) -> None:
    block_registration(late.ports, late.registration_id, blocked=True, reason="litige", by=ACCOUNTANT)
    assert reminded(late, "2022-07-20") == []
    assert reminder_days(late.file, date(2022, 7, 11)) == ()
    block_registration(late.ports, late.registration_id, blocked=False, reason="", by=ACCOUNTANT)
    stop_plan(late.ports, late.registration_id, "litige", ACCOUNTANT)
    assert reminded(late, "2022-07-20") == []


def test_page_in_flight_may_pay_it(late: Student) -> None:
    late.is_at("2022-07-20T05:59")
    late.opens_the_page_of(2)
    assert reminded(late, "2022-07-20") == []


def test_file_given_up_is_not_late(late: Student) -> None:
    gone = replace(late.registration, status=RegistrationStatus.WITHDRAWN)
    assert arrears_of(replace(late.file, registration=gone), date(2022, 9, 1)) is None


def test_days_of_the_reminders_to_come_are_known_before(late: Student) -> None:
    days = [date(2022, 7, 10) + timedelta(days=days) for days in (8, 21, 45)]
    assert reminder_days(late.file, date(2022, 7, 11)) == tuple(days)
    assert reminder_days(late.file, days[0]) == tuple(days[1:])


def test_bounced_cheque_is_late_since_the_bank_took_it_back(chris: Student) -> None:
    chris.declares("01")
    payment = receives(chris)
    chris.ports.move(days=10)
    taken_back(chris, payment, RETURNED)
    (found,) = list_arrears(chris.ports)
    assert (found.arrears.cents, found.arrears.since) == (60100, date(2022, 7, 4))
    assert reminded(chris, "2022-07-12") == ["first"]


def test_bounced_instalment_is_late_since_then_and_a_new_debt_begins_the_ladder_anew(late: Student) -> None:
    assert reminded(late, "2022-07-18") == ["first"]
    payment = receives(late, replace(CHEQUE, amount_cents=20031, received_on=date(2022, 7, 1)))
    late.is_at("2022-08-01T09:00")
    taken_back(late, payment, replace(RETURNED, amount_cents=20031))
    (found,) = list_arrears(late.ports)
    assert found.arrears.since == date(2022, 8, 1)
    assert reminded(late, "2022-08-09") == ["first", "first"]


def test_rest_of_an_order_is_late_since_the_order(chris: Student) -> None:
    chris.declares("01")
    receives(chris, replace(CHEQUE, amount_cents=10000))
    (found,) = list_arrears(chris.ports)
    assert (found.arrears.cents, found.arrears.since) == (50100, date(2022, 6, 24))


@pytest.mark.parametrize(("age", "band"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3)])
def test_age_has_its_band(late: Student, age: int, band: int) -> None:
    found = arrears_of(late.file, date(2022, 9, 1))
    assert found
    assert found.band_on(found.since + timedelta(days=age)) == band


def test_unreadable_account_delays_no_other(late: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    late.ports.alarms.expects_failures = True
    lost = replace(late.instalment(2), registration_id="00000000000000ff-1", person_id="00000000000000ff")
    known = late.ports.unpaid.late()
    monkeypatch.setattr(late.ports.unpaid, "late", lambda: (lost, *known))
    late.is_at("2022-07-18T06:00")
    run = remind_arrears(late.ports)
    assert (run.looked, run.reminded, run.failed) == (2, 1, 1)
    assert len(list_arrears(late.ports)) == 1
