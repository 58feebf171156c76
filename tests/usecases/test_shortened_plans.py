"""A plan that begins when less is charged than was agreed to: no part of it is paid by nothing."""

from dataclasses import replace

from chalicelib.domain.credits import to_give_back
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import InstalmentState
from tests.usecases.conftest import Student
from tests.usecases.plan_acts import all_taken, entries, request_of
from tests.usecases.test_credit_notes import credit
from tests.usecases.test_paid_before_ordering import costs
from tests.usecases.test_received_at_the_desk import CHEQUE, receives

PAID, DUE, CANCELLED = InstalmentState.PAID, InstalmentState.DUE, InstalmentState.CANCELLED
TENTHS = ("2022-07-10", "2022-08-10", "2022-09-10", "2022-10-10", "2022-11-10")


def opened(student: Student, plan: str = "paybox-6", code: str = "05") -> Attempt:
    """The page of the first instalment of an approved plan."""
    student.declares(code)
    student.asks_for(plan)
    student.is_approved()
    return student.opens_the_page_of(1)


def parts(student: Student) -> list[tuple[InstalmentState, int]]:
    return [(each.state, each.remaining_cents) for each in student.account.instalments]


def hashes(student: Student) -> set[str]:
    """Every hash that a debit to come is checked by."""
    standing = (each for each in student.account.instalments if each.state is not CANCELLED)
    (mandate,) = student.account.mandates
    return {
        request_of(student).schedule_hash,
        mandate.schedule_hash,
        *(each.schedule_hash for each in standing),
    }


def debits_run_to_the_end(student: Student) -> None:
    for day in TENTHS:
        student.debits_run(f"{day}T09:00")


class TestPriceThatFellWhileThePageWasOpen:
    def test_cancels_the_parts_due_last_and_shortens_the_next(self, chris: Student) -> None:
        page = opened(chris)
        agreed = request_of(chris).schedule_hash
        costs(chris, 90000)
        chris.pays(page)
        assert parts(chris) == [(PAID, 0), (DUE, 90000 - 62835), *[(CANCELLED, 0)] * 4]
        assert len(hashes(chris)) == 1
        assert hashes(chris) != {agreed}
        assert [each.rank for each in entries(chris, Topic.DEBIT_NOTICE)] == [2]
        assert not chris.registration.part_paid
        debits_run_to_the_end(chris)
        assert all_taken(chris) == [90000 - 62835]
        assert chris.balance_cents == 0

    def test_shortens_the_last_alone_where_that_is_enough(self, chris: Student) -> None:
        page = opened(chris, "paybox-3", "01")
        agreed = request_of(chris).schedule_hash
        costs(chris, 50100)
        chris.pays(page)
        assert parts(chris) == [(PAID, 0), (DUE, 20031), (DUE, 10038)]
        assert hashes(chris) == {agreed}
        debits_run_to_the_end(chris)
        assert all_taken(chris) == [20031, 10038]

    def test_below_the_first_part_ends_the_plan_and_leaves_a_credit(self, chris: Student) -> None:
        page = opened(chris)
        costs(chris, 10000)
        chris.pays(page)
        assert parts(chris) == [(PAID, 0), *[(CANCELLED, 0)] * 5]
        assert entries(chris, Topic.DEBIT_NOTICE) == []
        assert len(entries(chris, Topic.FORGET_CARD)) == 1
        surplus = to_give_back(chris.file)
        assert surplus is not None
        assert surplus.amount_cents == -chris.balance_cents == 62835 - 10000

    def test_asks_for_no_card_of_a_day_that_no_debit_falls_on(self, chris: Student) -> None:
        page = opened(chris)
        costs(chris, 90000)
        chris.pays(page, token_expires="2207")
        assert entries(chris, Topic.CARD_ENDS_EARLY) == []

    def test_debits_nothing_of_a_plan_that_is_another_now_and_was_not_shown_with_its_page(
        self, chris: Student
    ) -> None:
        """Pages of earlier releases did not keep the plan."""
        page = opened(chris)
        assert page.terms is not None
        chris.ports.memory.attempts[page.id] = replace(page, terms=replace(page.terms, plan=None))
        campaign = chris.ports.campaigns.current()
        plan = replace(campaign.plans["paybox-6"], first_amount_cents=100000)
        chris.ports.campaigns.change(replace(campaign, plans={**campaign.plans, plan.code: plan}))
        costs(chris, 90000)
        chris.pays(page)
        assert len(hashes(chris)) == 2
        debits_run_to_the_end(chris)
        assert all_taken(chris) == []


class TestMoneyBeforeTheFirstInstalment:
    def test_pays_the_first_parts_of_what_is_left_of_a_plan(self, chris: Student) -> None:
        receives(chris, replace(CHEQUE, amount_cents=70000))
        page = opened(chris)
        costs(chris, 200000)
        chris.pays(page)
        left = 200000 - 70000 - 62835
        assert parts(chris) == [
            (PAID, 0),
            (PAID, 0),
            (DUE, 62833 * 2 - 70000),
            (DUE, left - (62833 * 2 - 70000)),
            (CANCELLED, 0),
            (CANCELLED, 0),
        ]
        debits_run_to_the_end(chris)
        assert sum(all_taken(chris)) == left
        assert chris.balance_cents == 0

    def test_and_a_credit_note_leave_no_part_that_is_paid_by_nothing(self, chris: Student) -> None:
        page = opened(chris, "paybox-3", "05")
        receives(chris, replace(CHEQUE, amount_cents=10000))
        credit(chris, 150000)
        chris.pays(page)
        left = 377000 - 150000 - 10000 - 125654
        assert parts(chris) == [(PAID, 0), (DUE, left), (CANCELLED, 0)]
        debits_run_to_the_end(chris)
        assert all_taken(chris) == [left]
        assert chris.balance_cents == 0
