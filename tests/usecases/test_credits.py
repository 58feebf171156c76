"""Money that is not allocated is listed for accounting from the moment it is booked."""

from dataclasses import replace

import pytest

from chalicelib.domain.credits import CreditCause
from chalicelib.domain.errors import NotFound
from chalicelib.domain.registration import Decision
from chalicelib.usecases.credits import check_credits as checking
from chalicelib.usecases.credits import list_credits as usecase
from chalicelib.usecases.credits.check_credits import check_credits
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.ports import enrol_student
from tests.usecases.conftest import CHRIS, REGISTRAR, Student, accepted
from tests.usecases.refund_steps import declines


def pays(student: Student, page: object, transaction: str, cents: int | None = None) -> None:
    answer = accepted(page, transaction)  # type: ignore[arg-type]
    answer = replace(answer, amount_cents=cents or answer.amount_cents)
    record_notification(student.ports, student.ports.gateway.says(transaction.encode(), answer))


def two_pages_paid(student: Student, transaction: str = "7001") -> None:
    student.declares("01")
    first, second = student.keeps_a_page(), student.keeps_a_page()
    pays(student, first, transaction)
    pays(student, second, f"{transaction}9")


def test_nothing_is_listed_while_all_is_allocated(chris: Student) -> None:
    chris.starts_the_plan()
    page = list_credits(chris.ports, None)
    assert (page.found, page.next, page.total_cents) == ([], None, 0)


def test_second_page_that_was_paid_is_a_credit_of_the_whole(chris: Student) -> None:
    two_pages_paid(chris)
    page = list_credits(chris.ports, None)
    (owned,) = page.found
    assert owned.registration == chris.registration
    assert (owned.credit.amount_cents, owned.credit.cause) == (60100, CreditCause.NOTHING_OWED)
    assert owned.credit.since == chris.ports.at
    assert [each.payment.id for each in owned.credit.parts] == [f"{CHRIS.id}-t70019"]
    assert page.total_cents == 60100


def test_old_dearer_page_is_a_credit_of_what_was_too_much(chris: Student) -> None:
    chris.declares("05")
    page = chris.keeps_a_page()
    chris.declares("01")
    pays(chris, page, "7001")
    (owned,) = list_credits(chris.ports, None).found
    assert (owned.credit.amount_cents, owned.credit.cause) == (
        377000 - 60100,
        CreditCause.MORE_THAN_OWED,
    )


def test_oldest_comes_first_page_by_page(chris: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "PAGE", 2)
    students = [chris]
    for number in range(2, 6):
        person = replace(CHRIS, id=f"{number:016x}", email=f"s{number}@demo.test")
        file = enrol_student(chris.ports, person, "I2223_Y1_1A", chris.ports.campaigns.current().id)
        students.append(Student(chris.ports, person, file.id))
    for number, student in enumerate(students):
        chris.ports.move(minutes=1)
        two_pages_paid(student, f"700{number}")
    listed, cursor = [], None
    for _ in range(3):
        page = list_credits(chris.ports, cursor)
        listed += [each.registration.id for each in page.found]
        cursor = page.next
        assert page.total_cents == 5 * 60100
    assert listed == [each.registration_id for each in students]
    assert cursor is None


def test_credits_of_one_registration_are_one_line(chris: Student) -> None:
    chris.declares("01")
    pages = [chris.keeps_a_page() for _ in range(3)]
    for number, page in enumerate(pages):
        pays(chris, page, f"700{number}")
    (owned,) = list_credits(chris.ports, None).found
    assert owned.credit.amount_cents == 2 * 60100
    assert [each.payment.transaction for each in owned.credit.parts] == ["7001", "7002"]


def test_one_that_cannot_be_read_is_told_of_and_hides_no_other(chris: Student) -> None:
    two_pages_paid(chris)
    chris.ports.alarms.expects_failures = True
    registrations = chris.ports.memory.registrations_by_id
    kept = registrations.pop(chris.registration_id)
    page = list_credits(chris.ports, None)
    assert (page.found, page.total_cents) == ([], 0)
    assert chris.ports.alarms.raised[-1] == f"failure credit not listed {NotFound.__name__}"
    registrations[kept.id] = kept
    assert len(list_credits(chris.ports, None).found) == 1


def test_money_of_a_file_that_was_refused_is_proposed_whichever_came_first(chris: Student) -> None:
    chris.declares("01")
    pays(chris, chris.opens_the_page(), "7001")
    decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "motif", REGISTRAR)
    declines(chris, chris.account.refunds[0])  # what is prepared is on its way
    (owned,) = list_credits(chris.ports, None).found
    assert (owned.credit.amount_cents, owned.credit.cause) == (60100, CreditCause.REGISTRATION_REFUSED)
    assert owned.credit.registration_id == chris.registration_id
    decide_registration(chris.ports, chris.registration_id, Decision.REOPEN, "motif", REGISTRAR)
    assert list_credits(chris.ports, None).found == []


def test_credit_older_than_a_week_is_told_of_at_each_check(chris: Student) -> None:
    two_pages_paid(chris)
    chris.ports.alarms.raised.clear()
    chris.ports.move(days=7)
    assert (check_credits(chris.ports).checked, chris.ports.alarms.raised) == (1, [])
    chris.ports.move(minutes=1)
    assert [check_credits(chris.ports).old for _ in range(2)] == [1, 1]
    assert chris.ports.alarms.raised == [f"old credit {chris.registration_id} 60100"] * 2


def test_credits_that_are_on_their_way_are_not_told_of(chris: Student) -> None:
    chris.declares("01")
    pays(chris, chris.opens_the_page(), "7001")
    decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "motif", REGISTRAR)
    chris.ports.move(days=8)
    assert (check_credits(chris.ports).checked, chris.ports.alarms.raised) == (1, [])


def test_no_more_credits_are_named_than_somebody_reads(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_NAMED", 0)
    two_pages_paid(chris)
    chris.ports.move(days=8)
    assert (check_credits(chris.ports).left, chris.ports.alarms.raised[1:]) == (1, [])
