"""P25, P26: nothing is debited that is not owed, nor for who is refused, withdrawn or blocked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.credits import to_give_back
from chalicelib.domain.decisions import ReasonMissing
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import Withheld, owed_cents
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.show_debit_run import show_debit_run
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student, accepted

Act = Callable[[Student], None]
PLAN_DAYS = [date(2022, 6, 24) + timedelta(days=day) for day in range(0, 50, 3)]


def refuse(student: Student) -> None:
    decide_registration(student.ports, student.registration_id, Decision.REFUSE, "boursier", REGISTRAR)


def block(student: Student) -> None:
    block_registration(student.ports, student.registration_id, blocked=True, reason="litige", by=ACCOUNTANT)


def withdraw(student: Student) -> None:
    """No act of the portal withdraws yet: the row as an act will write it."""
    rows = student.ports.memory.registrations_by_id
    row = rows[student.registration_id]
    rows[row.id] = replace(row, status=RegistrationStatus.WITHDRAWN, version=row.version + 1)


ACTS: list[tuple[Act, Withheld]] = [
    (refuse, Withheld.REGISTRATION_REFUSED),
    (block, Withheld.REGISTRATION_BLOCKED),
    (withdraw, Withheld.REGISTRATION_WITHDRAWN),
]


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


def taken(student: Student) -> int:
    """What the gateway's own books show for the automatic instalments."""
    return sum(sum(student.taken(rank)) for rank in (2, 3))


@pytest.mark.parametrize("day", PLAN_DAYS, ids=str)
@pytest.mark.parametrize(("act", "_reason"), ACTS, ids=["refused", "blocked", "withdrawn"])
def test_p26_nothing_is_debited_from_the_act_on(
    started: Student, act: Act, _reason: Withheld, day: date
) -> None:
    for run in PLAN_DAYS:
        if run == day:
            started.is_at(f"{day}T08:00")
            act(started)
            before = taken(started)
        started.debits_run(f"{run}T09:00")
    started.debits_run("2022-09-10T09:00")
    assert taken(started) == before
    assert {each.state for each in started.file.instalments} <= {InstalmentState.PAID, InstalmentState.DUE}


@pytest.mark.parametrize(("act", "reason"), ACTS, ids=["refused", "blocked", "withdrawn"])
def test_p26_what_was_left_is_told_with_its_reason(started: Student, act: Act, reason: Withheld) -> None:
    act(started)
    started.is_at("2022-07-10T09:00")
    left = debit_instalment(started.ports, started.instalment(2).id, date(2022, 7, 10))
    assert left is reason


def test_lifted_block_lets_the_plan_go_on(started: Student) -> None:
    block(started)
    started.debits_run("2022-07-10T09:00")
    block_registration(started.ports, started.registration_id, blocked=False, reason="", by=ACCOUNTANT)
    started.debits_run("2022-07-11T09:00")
    assert started.taken(2) == [20031]


@pytest.mark.parametrize("written", [1, 2], ids=["claim", "mark"])
def test_p26_refusal_between_reading_and_writing_comes_before_the_debit(
    started: Student, written: int
) -> None:
    """The registrar refuses while a worker is about to write its claim, or to mark it sent."""
    write, writes = started.ports.store.commit, [0]

    def overtaken(*arguments: object, **named: object) -> None:
        writes[0] += 1
        if writes[0] == written:
            refuse(started)
        write(*arguments, **named)  # type: ignore[arg-type]

    started.ports.store.commit = overtaken  # type: ignore[method-assign]
    started.debits_run("2022-07-10T09:00")
    started.ports.store.commit = write  # type: ignore[method-assign]
    started.reconciles(hours=2)
    started.debits_run("2022-07-10T23:00")
    assert taken(started) == 0


def test_p26_lost_question_is_not_sent_again_after_a_block(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.DROP)
    started.debits_run("2022-07-10T09:00")
    block(started)
    for _ in range(4):
        started.reconciles(hours=1)
    assert started.taken(2) == []
    assert started.instalment(2).state is InstalmentState.UNKNOWN


def test_p25_page_paid_after_the_plan_began_ends_its_debits(chris: Student) -> None:
    """Pay-once page kept open, plan begun, old page paid: 601,00 + 200,31 of 601,00 are in."""
    chris.declares("01")
    old = chris.keeps_a_page()
    chris.asks_for()
    chris.is_approved()
    chris.pays(chris.opens_the_page_of(1), "7001")
    record_notification(chris.ports, chris.ports.gateway.says(b"7002", accepted(old, "7002")))

    for day in ("2022-07-10", "2022-08-10", "2022-09-10"):
        chris.debits_run(f"{day}T09:00")

    assert taken(chris) == 0
    assert owed_cents(chris.file) == 60100 - 20031 - 60100
    assert [each.state for each in chris.account.instalments] == [InstalmentState.PAID] * 3
    credit = to_give_back(chris.file)
    assert credit is not None
    assert credit.amount_cents == 20031
    assert debit_instalment(chris.ports, chris.instalment(2).id, date(2022, 9, 10)) is None


def test_p26_refusal_stops_the_debits_of_a_plan_and_reopening_lets_them_go_on(started: Student) -> None:
    refuse(started)
    started.debits_run("2022-07-10T09:00")
    assert started.taken(2) == []
    for _ in range(2):
        decide_registration(
            started.ports, started.registration_id, Decision.REOPEN, "refusé par erreur", REGISTRAR
        )
    assert started.registration.status is RegistrationStatus.PRE_REGISTERED
    told = started.ports.memory.entries.values()
    reasons = [each.reason for each in told if each.topic is Topic.REGISTRATION_REOPENED]
    assert reasons == ["refusé par erreur"]
    started.debits_run("2022-07-10T10:00")
    assert started.taken(2) == [20031]


def test_reopening_needs_a_reason(started: Student) -> None:
    refuse(started)
    with pytest.raises(ReasonMissing):
        decide_registration(started.ports, started.registration_id, Decision.REOPEN, " ", REGISTRAR)


def test_report_of_the_run_names_what_was_left_and_why(started: Student) -> None:
    decide_registration(started.ports, started.registration_id, Decision.REFUSE, "motif", REGISTRAR)
    started.debits_run("2022-07-10T09:00")
    (left,) = show_debit_run(started.ports, date(2022, 7, 10)).withheld
    assert (left.instalment_id, left.amount_cents) == (started.instalment(2).id, 20031)
    assert left.reason is Withheld.REGISTRATION_REFUSED
    decide_registration(started.ports, started.registration_id, Decision.REOPEN, "motif", REGISTRAR)
    assert show_debit_run(started.ports, date(2022, 7, 10)).withheld == ()


def test_report_passes_over_what_is_gone(started: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = f"{'0' * 16}-1-i2"
    held = started.instalment(2)
    started.ports.memory.instalments[held.id] = replace(held, open_pages=("page",))
    monkeypatch.setattr(started.ports.debits, "due", lambda _day: (gone, held.id))
    assert show_debit_run(started.ports, date(2022, 7, 10)).withheld == ()
