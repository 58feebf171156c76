"""P28: one bad row, message or answer delays nobody else; it is counted, and the operators are told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.payers.payer import PayerState
from chalicelib.domain.payments import AttemptState
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.usecases.credits.check_credits import check_credits
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.isolation import RUN_EVERY_SECONDS, Passed, for_each, rotated
from chalicelib.usecases.payers.list_payers import list_payers
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import FakePorts, enrol_student
from tests.usecases.conftest import CHRIS, Student, accepted
from tests.usecases.payer_steps import names

BROKEN, HEALTHY = "00000000000000b1", "00000000000000b2"


def student(ports: FakePorts, person_id: str) -> Student:
    person = replace(CHRIS, id=person_id, email=f"{person_id}@demo.test")
    registration = enrol_student(ports, person, "I2223_Y1_1A", ports.campaigns.current().id)
    return Student(ports, person, registration.id)


@pytest.fixture
def pair(ports: FakePorts) -> tuple[Student, Student]:
    ports.alarms.expects_failures = True
    return student(ports, BROKEN), student(ports, HEALTHY)


def breaks(ports: FakePorts, reading: str) -> None:
    """Let the reading of one person's rows fail, as storage does for a row that it cannot load."""
    account = getattr(ports.accounts, reading)

    def unreadable(person_id: str, *arguments: Any) -> Any:
        if person_id == BROKEN:
            raise ValueError("unreadable")
        return account(person_id, *arguments)

    setattr(ports.accounts, reading, unreadable)


def test_unreadable_student_does_not_keep_the_payment_of_another_from_being_booked(
    pair: tuple[Student, Student],
) -> None:
    broken, healthy = pair
    attempts = []
    for number, each in enumerate(pair):
        each.declares("01")
        attempts.append(each.opens_the_page())
        each.ports.gateway.says(str(number).encode(), accepted(attempts[-1], f"700{number}"))
    breaks(broken.ports, "account")
    broken.ports.move(hours=1)

    report = reconcile_payments(broken.ports)

    assert report.failed == 1
    assert broken.ports.alarms.raised == ["failure attempt not reconciled ValueError"]
    assert healthy.attempt(attempts[1].id).state is AttemptState.PAID


def test_unreadable_student_does_not_keep_the_debit_of_another_unknown(pair: tuple[Student, Student]) -> None:
    broken, healthy = pair
    for number, each in enumerate(pair):
        each.declares("01")
        each.asks_for()
        each.is_approved()
        each.pays(each.opens_the_page_of(1), f"700{number}")
    broken.ports.gateway.script.extend([Behaviour.LOSE_ANSWER, Behaviour.LOSE_ANSWER])
    healthy.debits_run("2022-07-10T09:00")
    breaks(broken.ports, "account")
    broken.ports.move(hours=1)

    report = reconcile_debits(broken.ports)

    assert (report.failed, report.settled) == (1, 1)
    assert broken.ports.alarms.raised[-1] == "failure debit not reconciled ValueError"
    assert healthy.instalment(2).state is InstalmentState.PAID


class TestTimeBudget:
    """A gateway that hangs uses a run's time up: the next run begins elsewhere."""

    def run(self, ports: FakePorts, items: list[int], budget: int) -> list[int]:
        asked: list[int] = []
        for_each(ports, "asked", rotated(items, ports.now()), asked.append, lambda: len(asked) < budget)
        return asked

    def test_no_call_begins_without_time_for_it(self, ports: FakePorts) -> None:
        assert len(self.run(ports, list(range(100)), budget=7)) == 7
        assert self.run(ports, list(range(100)), budget=0) == []

    @pytest.mark.parametrize("length", [1, 2, 3, 10, 97, 870])
    def test_everything_has_its_turn_within_a_few_rounds(self, ports: FakePorts, length: int) -> None:
        budget, reached = max(1, length // 20), set[int]()
        for _ in range(4 * (length // budget) + 4):
            reached |= set(self.run(ports, list(range(length)), budget))
            ports.at += timedelta(seconds=RUN_EVERY_SECONDS)
        assert len(reached) == length

    def test_turns_lose_and_double_nothing(self, ports: FakePorts) -> None:
        for minutes in range(0, 600, 5):
            now = ports.at.astimezone(PARIS) + timedelta(minutes=minutes)
            assert sorted(rotated(list(range(13)), now)) == list(range(13))
        assert rotated([], ports.at) == ()


def test_out_of_time_leaves_the_rest_to_the_next_run(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    chris.ports.gateway.says(b"7001", accepted(attempt))
    chris.ports.move(hours=1)

    assert reconcile_payments(chris.ports, lambda: False).asked == 0
    assert reconcile_payments(chris.ports).paid == 1


def test_unreadable_student_does_not_keep_the_payer_of_another_from_the_list(
    pair: tuple[Student, Student],
) -> None:
    broken, healthy = pair
    for each in pair:
        each.declares("01")
        names(each)
    breaks(broken.ports, "account")

    (listed,) = list_payers(healthy.ports, PayerState.NAMED)

    assert listed.registration == healthy.registration
    assert broken.ports.alarms.raised == ["failure payer not listed ValueError"]


def test_out_of_time_asks_about_no_debit(chris: Student) -> None:
    chris.starts_the_plan()
    chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
    chris.debits_run("2022-07-10T09:00")
    chris.ports.move(hours=1)

    assert reconcile_debits(chris.ports, lambda: False).left == 1
    assert chris.instalment(2).state is not InstalmentState.PAID
    assert reconcile_debits(chris.ports).settled == 1


def test_unreadable_student_does_not_keep_the_credit_of_another_unchecked(
    pair: tuple[Student, Student],
) -> None:
    broken, healthy = pair
    for number, each in enumerate(pair):
        each.declares("01")
        pages = each.keeps_a_page(), each.opens_the_page()
        for turn, page in enumerate(pages):
            answer = accepted(page, f"70{number}{turn}")
            record_notification(each.ports, each.ports.gateway.says(f"{number}{turn}".encode(), answer))
    breaks(broken.ports, "account")
    broken.ports.move(days=8)

    report = check_credits(broken.ports)

    assert (report.failed, report.old) == (1, 1)
    assert "failure credit not checked ValueError" in healthy.ports.alarms.raised


@pytest.mark.parametrize("run", range(12))
def test_one_student_with_many_attempts_keeps_no_other_waiting(ports: FakePorts, run: int) -> None:
    """Sixty of one, one of another, and time for two: the other is asked about in every run."""
    many, one = student(ports, BROKEN), student(ports, HEALTHY)
    for each in (many, one):
        each.declares("01")
        each.opens_the_page()
    (row,) = many.account.attempts
    for number in range(60):
        copy = replace(row, id=f"{row.id}-{number}", reference=f"{row.reference}-{number}")
        ports.memory.attempts[copy.id] = copy
    ports.move(hours=1, seconds=run * RUN_EVERY_SECONDS)
    asked: list[str] = []
    inquire = ports.gateway.inquire

    def noted(attempt: Any, *told: Any) -> Any:
        asked.append(attempt.person_id)
        return inquire(attempt, *told)

    ports.gateway.inquire = noted  # type: ignore[method-assign]  # a fake is there to be bent
    report = reconcile_payments(ports, lambda: len(asked) < 2)
    assert sorted(asked) == [BROKEN, HEALTHY]
    assert report.left == 60


def test_lost_races_failures_and_what_was_left_are_each_counted(ports: FakePorts) -> None:
    ports.alarms.expects_failures = True
    done: list[int] = []

    def act(item: int) -> None:
        done.append(item)
        if item == 1:
            raise ConcurrentUpdate
        if item == 2:
            raise ValueError

    passed = for_each(ports, "item", range(6), act, lambda: len(done) < 4)
    assert (done, passed) == ([0, 1, 2, 3], Passed(failed=1, lost=1, left=2))
