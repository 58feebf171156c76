"""P25: what one page may bring is weighed before another page is opened and before a debit is sent."""

from collections.abc import Callable

import pytest

from chalicelib.domain import errors
from chalicelib.domain.causes import RestAtOnce
from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import AttemptState, Outcome
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.plan.refusals import RequestOutdated
from chalicelib.domain.registration import Decision
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.show_attempt import note_return, show_attempt
from chalicelib.usecases.plans.request_plan import withdraw_plan_request
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student, accepted, refused


def decides(student: Student, decision: Decision) -> None:
    decide_registration(student.ports, student.registration_id, decision, "motif", REGISTRAR)


def meanwhile(ports: FakePorts, act: Callable[[], object]) -> None:
    """Do something once, between what the next commit read and its writing."""
    store, commit = ports.store, ports.store.commit

    def after_the_act(changes: Changes) -> None:
        store.commit = commit  # type: ignore[method-assign]
        act()
        commit(changes)

    store.commit = after_the_act  # type: ignore[method-assign]


def reads_unclear(student: Student, reference: str) -> None:
    attempt = next(each for each in student.account.attempts if each.reference == reference)
    student.ports.gateway.answers[reference] = refused(attempt, outcome=Outcome.UNKNOWN)


class TestRaces:
    def test_page_of_all_is_not_opened_beside_a_plan_asked_for_meanwhile(self, chris: Student) -> None:
        chris.declares("01")
        meanwhile(chris.ports, chris.asks_for)
        with pytest.raises(errors.PlanBinding):
            chris.opens_the_page()

    def test_page_of_a_plan_is_not_opened_once_its_request_is_withdrawn_meanwhile(
        self, chris: Student
    ) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_told(PlanDecision.APPROVE)
        withdraw = lambda: withdraw_plan_request(chris.ports, CHRIS.id, chris.registration_id)  # noqa: E731
        meanwhile(chris.ports, withdraw)
        with pytest.raises(errors.PlanNotApproved):
            chris.opens_the_page_of(1)

    def test_page_is_not_opened_beside_an_old_one_that_comes_in_question_by_a_return(
        self, chris: Student
    ) -> None:
        chris.declares("01")
        old = chris.keeps_a_page()
        note_return(chris.ports, old.id)

        def comes_back() -> None:
            reads_unclear(chris, old.reference)
            assert show_attempt(chris.ports, CHRIS.id, old.id).state is AttemptState.UNKNOWN

        meanwhile(chris.ports, comes_back)
        with pytest.raises(errors.PaymentUnclear):
            chris.opens_the_page()

    def test_nor_by_a_message_that_the_gateway_does_not_confirm_clearly(self, chris: Student) -> None:
        chris.declares("01")
        old = chris.keeps_a_page()

        def message_comes() -> None:
            reads_unclear(chris, old.reference)
            body = chris.ports.gateway.signs_elsewhere(b"7001", accepted(old))
            record_notification(chris.ports, body)

        meanwhile(chris.ports, message_comes)
        with pytest.raises(errors.PaymentUnclear):
            chris.opens_the_page()


def test_page_of_the_rest_waits_for_the_page_of_a_plan_that_an_old_page_made_pointless(
    chris: Student,
) -> None:
    chris.declares("14")
    old = chris.keeps_a_page()
    chris.declares("01")
    chris.asks_for()
    chris.is_told(PlanDecision.APPROVE)
    first = chris.opens_the_page_of(1)
    chris.pays(old)
    with pytest.raises(errors.PaymentOpen):
        chris.opens_the_page()
    give_up_attempt(chris.ports, CHRIS.id, first.id)
    assert chris.opens_the_page().amount_cents == 60100 - 40100


class TestFirstPageOfAPlanAfterMoneyCameIn:
    def approved_and_refused(self, student: Student, kept: str) -> None:
        """A page of `kept`, then a plan of 601,00; the file is refused, the page paid, the file reopened."""
        student.declares(kept)
        old = student.keeps_a_page()
        if kept != "01":
            student.declares("01")
        student.asks_for()
        student.is_told(PlanDecision.APPROVE)
        decides(student, Decision.REFUSE)
        student.pays(old)
        decides(student, Decision.REOPEN)

    def test_is_not_opened_where_nothing_is_left_to_pay(self, chris: Student) -> None:
        self.approved_and_refused(chris, "01")
        with pytest.raises(errors.CoveredByCredit):
            chris.opens_the_page_of(1)
        decides(chris, Decision.VALIDATE)
        assert chris.balance_cents == 0

    def test_is_not_opened_for_more_than_is_left(self, chris: Student) -> None:
        self.approved_and_refused(chris, "14")
        with pytest.raises(RestAtOnce):
            chris.opens_the_page_of(1)
        withdraw_plan_request(chris.ports, CHRIS.id, chris.registration_id)
        assert chris.opens_the_page().amount_cents == 60100 - 40100

    def test_is_not_approved_for_more_than_is_left(self, chris: Student) -> None:
        chris.declares("14")
        old = chris.keeps_a_page()
        chris.declares("01")
        chris.asks_for()
        decides(chris, Decision.REFUSE)
        chris.pays(old)
        decides(chris, Decision.REOPEN)
        with pytest.raises(RequestOutdated):
            chris.is_told(PlanDecision.APPROVE)

    def test_is_opened_for_what_is_owed_all_the_same(self, chris: Student) -> None:
        chris.declares("14")
        old = chris.keeps_a_page()
        chris.declares("05")
        chris.asks_for("paybox-6")
        chris.is_told(PlanDecision.APPROVE)
        decides(chris, Decision.REFUSE)
        chris.pays(old)
        decides(chris, Decision.REOPEN)
        assert chris.opens_the_page_of(1).amount_cents <= 377000 - 40100


def test_debit_waits_for_the_open_page_of_an_instalment_that_other_money_has_paid(chris: Student) -> None:
    chris.starts_the_plan()
    chris.ports.gateway.otherwise = Behaviour.REFUSE_HARD
    chris.debits_run("2022-07-10T00:30")
    chris.ports.gateway.otherwise = Behaviour.ACCEPT
    old = chris.opens_the_page_of(2)
    chris.ports.move(minutes=21)
    reconcile_payments(chris.ports)
    chris.is_at("2022-08-10T00:20")
    chris.opens_the_page_of(2)
    chris.pays(old, "7002")
    assert chris.instalment(2).state is InstalmentState.PAID
    chris.debits_run("2022-08-10T00:30")
    assert chris.taken(3) == []
    chris.ports.move(minutes=21)
    reconcile_payments(chris.ports)
    chris.debits_run("2022-08-10T01:30")
    assert chris.taken(3) == [20038]


class TestCreditBesideWhatAPageHeldBack:
    def test_pays_it_once_the_page_is_over(self, chris: Student) -> None:
        chris.declares("01")
        kept = chris.keeps_a_page()
        chris.asks_for()
        chris.is_told(PlanDecision.APPROVE)
        chris.pays(chris.opens_the_page_of(1))
        chris.ports.gateway.otherwise = Behaviour.REFUSE_HARD
        chris.debits_run("2022-07-10T00:30")
        chris.debits_run("2022-08-10T00:30")
        chris.opens_the_page_of(2)
        chris.opens_the_page_of(3)
        chris.pays(kept, "7002")
        assert chris.instalment(2).state is InstalmentState.NEEDS_PAYER
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        assert {chris.instalment(rank).state for rank in (2, 3)} == {InstalmentState.PAID}
        assert sum(each.kept_cents - each.allocated_cents for each in chris.account.payments) == 20031

    def test_pays_what_a_person_releases(self, chris: Student) -> None:
        chris.declares("01")
        kept = chris.keeps_a_page()
        chris.asks_for()
        chris.is_told(PlanDecision.APPROVE)
        chris.pays(chris.opens_the_page_of(1))
        chris.ports.gateway.script.append(Behaviour.DROP)
        chris.debits_run("2022-08-10T23:30")
        chris.reconciles(minutes=31)
        chris.reconciles(minutes=31)
        assert chris.instalment(2).state is InstalmentState.CONFLICT
        chris.pays(kept, "7002")
        release_instalment(chris.ports, chris.registration_id, 2, ACCOUNTANT)
        assert chris.instalment(2).state is InstalmentState.PAID
        assert chris.taken(2) == []

    def test_pays_what_a_dead_worker_had_claimed(self, chris: Student) -> None:
        chris.declares("01")
        kept = chris.keeps_a_page()
        chris.asks_for()
        chris.is_told(PlanDecision.APPROVE)
        chris.pays(chris.opens_the_page_of(1))
        chris.is_at("2022-08-10T00:30")

        store, commit = chris.ports.store, chris.ports.store.commit

        def claims_and_dies(changes: Changes) -> None:
            commit(changes)
            raise KeyboardInterrupt

        store.commit = claims_and_dies  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            chris.debits_run("2022-08-10T00:30")
        store.commit = commit  # type: ignore[method-assign]
        chris.pays(kept, "7002")
        chris.ports.move(minutes=11)
        reconcile_debits(chris.ports)
        assert {chris.instalment(rank).state for rank in (2, 3)} == {InstalmentState.PAID}
