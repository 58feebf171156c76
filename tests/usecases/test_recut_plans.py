"""P25: the rest of a plan cut again takes the new amounts, never more than is owed or was approved."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain import decisions, errors
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.recut_plans import MOST_PARTS
from chalicelib.domain.refunds.refund import RefundMethod
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.plans.recut_plan import Part, preview_recut, recut_plan
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, CARD, Student, accepted
from tests.usecases.plan_acts import (
    all_taken,
    entries,
    recut,
    request_of,
    resume,
    standing,
    stop,
    to_come,
)
from tests.usecases.refund_steps import asked, declines, prepares
from tests.usecases.test_received_at_the_desk import CHEQUE, receives

TENTHS = [date(2022, month, 10) for month in (7, 8, 9, 10, 11, 12)]


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


def debits_run_on_every_tenth(student: Student) -> None:
    for day in TENTHS:
        for hour in ("01:30", "09:00"):
            student.debits_run(f"{day}T{hour}")


def test_rest_is_spread_over_a_given_number_of_coming_due_days(started: Student) -> None:
    recut(started, 4)
    assert to_come(started) == [
        (4, TENTHS[0], 10017),
        (5, TENTHS[1], 10017),
        (6, TENTHS[2], 10017),
        (7, TENTHS[3], 10018),
    ]
    debits_run_on_every_tenth(started)
    assert all_taken(started) == [10017, 10017, 10017, 10018]
    assert started.balance_cents == 0


def test_recut_does_what_was_previewed_and_nothing_else(started: Student) -> None:
    asked = (started.ports, started.registration_id, 2, "difficultés", ACCOUNTANT)
    before = started.file
    preview = preview_recut(*asked)
    assert started.file == before, "nothing is written"
    assert preview.before == (Part(TENTHS[0], 20031), Part(TENTHS[1], 20038))
    assert preview.after == (Part(TENTHS[0], 20034), Part(TENTHS[1], 20035))
    with pytest.raises(decisions.RecutMoved):
        recut_plan(*asked, seen=preview.after[:1])
    assert started.file == before
    recut_plan(*asked, seen=preview.after)
    assert [(day, cents) for _, day, cents in to_come(started)] == [*preview.after]


def test_without_a_number_as_many_as_are_not_paid(started: Student) -> None:
    started.debits_run("2022-07-10T09:00")
    recut(started)
    assert to_come(started) == [(4, TENTHS[1], 20038)]
    assert started.instalment(3).state is InstalmentState.CANCELLED


def test_first_changed_debit_leaves_the_days_of_the_notice(started: Student) -> None:
    started.is_at("2022-07-08T09:00")
    recut(started)
    assert [day for _, day, _ in to_come(started)] == TENTHS[1:3]
    plan = started.file.agreed_plan
    assert plan is not None
    told = [each.not_before for each in entries(started, Topic.DEBIT_NOTICE) if each.rank > 3]
    assert [day - moment.date() for day, moment in zip(TENTHS[1:3], told, strict=True) if moment] == [
        timedelta(days=plan.notice_days)
    ] * 2
    (mail,) = entries(started, Topic.PLAN_RECUT)
    assert mail.created_at == started.ports.at


def test_hash_is_that_of_the_new_parts_and_the_consent_stays(started: Student) -> None:
    before, request = started.file.mandate, request_of(started)
    assert before is not None
    recut(started, 1)
    after, cut = started.file.mandate, request_of(started)
    assert after is not None
    assert after == replace(before, schedule_hash=after.schedule_hash, version=before.version + 1)
    assert cut.schedule_hash == after.schedule_hash != before.schedule_hash
    assert {each.schedule_hash for each in standing(started)[1:]} == {cut.schedule_hash}
    assert (cut.recut_by, cut.recut_at, cut.total_cents) == (ACCOUNTANT.id, started.ports.at, 60100)
    trace = list(started.ports.memory.audit_waiting.values())[-1]
    assert (trace.act, trace.reason) == (Act.PLAN_RECUT, "étudiant en difficulté")
    assert dict(trace.details) == {
        "amount_cents": "40069",
        "parts": "1",
        "before": request.schedule_hash,
        "after": cut.schedule_hash,
    }


@pytest.mark.parametrize("parts", [1, 2, 5, MOST_PARTS])
def test_paid_debit_keeps_its_amount_and_no_cut_raises_the_sum(started: Student, parts: int) -> None:
    started.debits_run("2022-07-10T09:00")
    paid = [started.instalment(rank) for rank in (1, 2)]
    recut(started, parts)
    recut(started, 1)
    assert [started.instalment(rank) for rank in (1, 2)] == paid
    assert sum(each.amount_cents for each in standing(started)) == 60100
    debits_run_on_every_tenth(started)
    assert sum(all_taken(started)) == 60100 - 20031


def test_late_and_refused_ones_are_cut_too(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.REFUSE_HARD)
    started.debits_run("2022-07-10T09:00")
    assert started.instalment(2).state is InstalmentState.NEEDS_PAYER
    recut(started, 3)
    assert [cents for _, _, cents in to_come(started)] == [13356, 13356, 13357]
    assert {each.invoice_number for each in started.account.instalments} == {9196}
    gone = [each for each in started.account.instalments if each.state is InstalmentState.CANCELLED]
    assert {each.since for each in gone} == {started.ports.now()}
    debits_run_on_every_tenth(started)
    assert sum(all_taken(started)) == 60100 - 20031


def test_whole_paid_by_an_old_page_leaves_nothing_to_cut(chris: Student) -> None:
    chris.declares("01")
    old = chris.keeps_a_page()
    chris.asks_for()
    chris.is_approved()
    chris.pays(chris.opens_the_page_of(1))
    record_notification(chris.ports, chris.ports.gateway.says(b"7002", accepted(old, "7002")))
    with pytest.raises(decisions.NothingToRecut):
        recut(chris)


def test_old_page_of_a_cancelled_part_pays_the_new_ones(started: Student) -> None:
    """P27: the page of the refused second part is left, the rest cut again, and the page paid after all."""
    started.ports.gateway.script.append(Behaviour.REFUSE_HARD)
    started.debits_run("2022-07-10T09:00")
    page = started.opens_the_page_of(2)
    with pytest.raises(decisions.DebitInFlight):
        recut(started)
    started.ports.move(minutes=21)
    reconcile_payments(started.ports)
    assert not started.attempt(page.id).is_open
    recut(started, 2)
    before = started.file.mandate
    started.pays(page, "7002", **CARD)
    assert started.file.payments[-1].allocated_cents == 20031
    assert [each.remaining_cents for each in started.file.instalments[-2:]] == [100, 19938]
    assert started.file.mandate == before
    recut(started, 2)
    assert sum(cents for _, _, cents in to_come(started)) == owed_cents(started.file) == 20038
    debits_run_on_every_tenth(started)
    assert all_taken(started) == [10019, 10019]


def test_stopped_plan_stays_stopped_and_takes_the_new_amounts_once_it_goes_on(started: Student) -> None:
    stop(started)
    recut(started, 2)
    debits_run_on_every_tenth(started)
    assert all_taken(started) == []
    resume(started)
    for day in ("2023-01-10", "2023-02-10", "2023-03-10"):
        started.debits_run(f"{day}T09:00")
    assert all_taken(started) == [20034, 20035]


def test_cut_twice_is_still_within_what_was_approved(started: Student) -> None:
    recut(started, 3)
    started.debits_run("2022-07-10T09:00")
    recut(started, 5)
    assert sum(each.amount_cents for each in standing(started)) == 60100
    debits_run_on_every_tenth(started)
    assert sum(all_taken(started)) == 60100 - 20031


@pytest.mark.parametrize("behaviour", [Behaviour.LOSE_ANSWER, Behaviour.DROP])
def test_nothing_is_cut_while_a_debit_is_in_flight(started: Student, behaviour: Behaviour) -> None:
    started.ports.gateway.script.append(behaviour)
    started.debits_run("2022-07-10T09:00")
    with pytest.raises(decisions.DebitInFlight):
        recut(started)


def test_conflict_is_released_first(started: Student) -> None:
    started.ports.gateway.script.append(Behaviour.DROP)
    started.debits_run("2022-07-10T22:30")
    for _ in range(4):
        started.reconciles(hours=2)
    assert started.instalment(2).state is InstalmentState.CONFLICT
    with pytest.raises(decisions.DebitInConflict):
        recut(started)


def test_reason_is_needed_and_parts_below_one_euro_are_refused(started: Student) -> None:
    with pytest.raises(decisions.ReasonMissing):
        recut(started, 2, " ")
    rows = started.ports.memory.plan_requests
    row = request_of(started)
    rows[row.registration_id] = replace(row, total_cents=20031 + 2000)
    with pytest.raises(errors.PlanNotAllowed):
        recut(started, MOST_PARTS)
    recut(started, 20)
    assert {cents for _, _, cents in to_come(started)} == {100}


def test_nothing_to_cut_before_the_plan_begins(chris: Student) -> None:
    with pytest.raises(decisions.NothingToRecut):
        recut(chris)
    chris.starts_the_plan()
    debits_run_on_every_tenth(chris)
    with pytest.raises(decisions.NothingToRecut):
        recut(chris)


def test_cut_and_claim_at_once_one_wins(started: Student) -> None:
    """Accounting cuts while a worker is about to write its claim: the claim loses."""
    write, writes = started.ports.store.commit, [0]

    def overtaken(*arguments: object) -> None:
        writes[0] += 1
        if writes[0] == 1:
            recut(started, 2)
        write(*arguments)  # type: ignore[arg-type]

    started.ports.store.commit = overtaken  # type: ignore[method-assign, assignment]
    started.debits_run("2022-07-10T09:00")
    assert all_taken(started) == []
    assert started.instalment(2).state is InstalmentState.CANCELLED


def test_money_reserved_for_a_refund_that_is_declined_leaves_nothing_owed(chris: Student) -> None:
    receives(chris, replace(CHEQUE, amount_cents=10000))
    refund = prepares(chris, chris.account.payments[0], asked(10000, 10000, RefundMethod.TRANSFER))
    chris.starts_the_plan()
    recut(chris, 2)
    assert [cents for _, _, cents in to_come(chris)] == [20034, 20035]
    declines(chris, refund)
    debits_run_on_every_tenth(chris)
    assert sum(all_taken(chris)) == 60100 - 20031 - 10000
    assert chris.balance_cents == 0
