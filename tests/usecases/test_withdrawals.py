"""A student gives up: money back but the fee, nothing debited or received; and it can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain import errors
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeReason
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.collection.refusals import ReceiptForWithdrawn
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.corrections.refusals import (
    CorrectionDisputed,
    CorrectionOfEnded,
    CorrectionOfWithdrawn,
    CorrectionUnreasoned,
    KeptAboveReceived,
    KeptFixed,
    KeptMissing,
    ProvisionalPast,
    ReopeningPaidOut,
    WithdrawalInFuture,
)
from chalicelib.domain.corrections.withdrawals import AskedWithdrawal, received_of_charged_cents
from chalicelib.domain.credits import to_give_back, unallocated_cents
from chalicelib.domain.decisions import DebitInFlight
from chalicelib.domain.menu import MenuKey, MenuReason, MenuState, Why, menu
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.refunds.refund import RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import RefundLapsed
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from chalicelib.usecases.corrections.withdraw_registration import (
    preview_withdrawal,
    withdraw_registration,
    withdrawal_request,
)
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.mark_provisional import mark_provisional
from chalicelib.usecases.registrations.show_account import open_file
from tests.fakes.gateway import Behaviour
from tests.fakes.refunds import Reply
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.correction_steps import changes, judge, prepared
from tests.usecases.plan_acts import entries
from tests.usecases.refund_steps import approves, asked, declines, given, prepares, refund
from tests.usecases.test_received_at_the_desk import CHEQUE
from tests.usecases.test_write_offs import pays_but, writes_off

REASON = "part étudier ailleurs"


def withdraws(
    student: Student,
    kept: int | None = None,
    on: str = "2022-06-24",
    reason: str = REASON,
    key: str | None = None,
) -> Correction:
    asked = AskedWithdrawal(date.fromisoformat(on), kept)
    request = withdrawal_request(student.registration_id, asked, reason, key)
    return withdraw_registration(student.ports, request, REGISTRAR)


def reopens(student: Student, reason: str = "il revient", steps: frozenset[str] | None = None) -> None:
    decide_registration(student.ports, student.registration_id, Decision.REOPEN, reason, REGISTRAR, steps)


def withdraws_in_plan(student: Student) -> Correction:
    return withdraws(student, on="2022-07-10")


def refuses_in_plan(student: Student) -> None:
    decide_registration(
        student.ports, student.registration_id, Decision.REFUSE, "incomplet", REGISTRAR, None, 2300
    )


@pytest.fixture
def paid(chris: Student) -> Student:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    return chris


@pytest.fixture
def mid_plan(chris: Student) -> Student:
    chris.starts_the_plan()
    chris.debits_run("2022-07-10 06:00")
    return chris


class TestBeforeTheYear:
    def test_all_but_the_fee_is_prepared_to_be_given_back(self, paid: Student) -> None:
        done = withdraws(paid)
        assert paid.registration.status is RegistrationStatus.WITHDRAWN
        assert (done.kept_cents, done.credit_note_cents, done.to_give_back_cents) == (2300, 57800, 57800)
        assert [(each.amount_cents, each.method) for each in prepared(paid)] == [(57800, RefundMethod.CARD)]
        (mail,) = entries(paid, Topic.REGISTRATION_WITHDRAWN)
        assert (mail.amount_cents, mail.reason) == (57800, REASON)
        trace = list(paid.ports.memory.audit_waiting.values())[-1]
        assert (trace.act, trace.by, trace.details["kept_cents"]) == (
            Act.REGISTRATION_WITHDRAWN,
            REGISTRAR.id,
            "2300",
        )
        judge(paid, 2300)

    def test_what_accounting_approves_leaves_exactly_the_fee(self, paid: Student) -> None:
        withdraws(paid)
        (waiting,) = prepared(paid)
        approves(paid, waiting, by=ACCOUNTANT)
        assert refund(paid, waiting).state is RefundState.DONE
        assert given(paid) == [57800]
        assert paid.balance_cents == 0
        assert list_credits(paid.ports, None).total_cents == 0

    def test_refund_that_takes_of_the_fee_says_that_it_is_owed_again(self, paid: Student) -> None:
        withdraws(paid)
        (proposed,) = prepared(paid)
        declines(paid, proposed)
        (payment,) = paid.account.payments
        sheet = prepares(paid, payment, asked(payment.kept_cents, payment.kept_cents)).sheet
        assert (sheet.owed_before_cents, sheet.owed_after_cents) == (0, 2300)

    def test_plan_ends_and_nothing_is_debited(self, mid_plan: Student) -> None:
        done = withdraws(mid_plan, on="2022-07-10")
        assert [each.amount_cents for each in prepared(mid_plan)] == [17731, 20031]
        assert [(each.rank, each.after_cents) for each in done.debits] == [(3, 0)]
        assert mid_plan.instalment(3).state is InstalmentState.CANCELLED
        assert len(entries(mid_plan, Topic.FORGET_CARD)) == 1
        mid_plan.debits_run("2022-08-10 06:00")
        assert len(mid_plan.ports.gateway.captures) == 1
        judge(mid_plan, 2300)

    def test_rest_that_was_written_off_is_no_part_of_what_is_kept(self, chris: Student) -> None:
        pays_but(chris, 50)
        writes_off(chris, 50)
        done = withdraws(chris)
        assert (done.kept_cents, done.credit_note_cents, done.to_give_back_cents) == (2300, 57750, 57750)
        assert unallocated_cents(chris.file.payments) == 57750
        reopens(chris)
        assert chris.balance_cents == 0

    def test_what_the_bank_took_back_of_a_payment_leaves_it_once(self, chris: Student) -> None:
        """A refund is on its way of a payment that the bank gives back whole meanwhile."""
        chris.declares("01")
        for cents in (30000, 30100):
            cheque = replace(CHEQUE, amount_cents=cents, reference=str(cents))
            receive_payment(chris.ports, chris.registration_id, cheque, ACCOUNTANT, None)
        first, second = sorted(chris.account.payments, key=lambda each: each.amount_cents)
        approves(chris, prepares(chris, first, asked(30000, 30000, RefundMethod.TRANSFER)))
        file = open_file(chris.ports, chris.account, chris.registration_id)
        assert received_of_charged_cents(file) == 30100
        taken_back = replace(first, refunded_cents=30000)
        assert received_of_charged_cents(replace(file, payments=(taken_back, second))) == 30100

    def test_nobody_is_asked_for_a_fee_that_was_never_paid(self, chris: Student) -> None:
        chris.declares("01")
        done = withdraws(chris)
        assert (done.kept_cents, done.owed_after_cents) == (0, 0)
        assert to_give_back(chris.file) is None
        assert chris.account.orders == ()

    def test_grant_holder_owes_and_gets_nothing(self, chris: Student) -> None:
        chris.declares("02")
        assert withdraws(chris).kept_cents == 0

    def test_same_key_is_one_act(self, paid: Student) -> None:
        assert withdraws(paid, key="k1") == withdraws(paid, key="k1")
        with pytest.raises(errors.IdempotencyKeyReused):
            withdraws(paid, key="k1", reason="autre")
        assert len(paid.account.credit_notes) == 1

    def test_preview_says_the_same_and_writes_nothing(self, paid: Student) -> None:
        before = paid.account
        request = withdrawal_request(paid.registration_id, AskedWithdrawal(date(2022, 6, 24)), REASON)
        seen = preview_withdrawal(paid.ports, request, REGISTRAR)
        assert paid.account == before
        assert seen.draft.correction.to_give_back_cents == withdraws(paid).to_give_back_cents


class TestLater:
    def test_registrar_names_what_is_kept(self, paid: Student) -> None:
        paid.is_at("2022-10-03 09:00")
        with pytest.raises(KeptMissing):
            withdraws(paid, on="2022-10-01")
        with pytest.raises(KeptAboveReceived) as refused:
            withdraws(paid, kept=60101, on="2022-10-01")
        assert refused.value.received_cents == 60100
        withdraws(paid, kept=60100, on="2022-10-01")
        assert prepared(paid) == []
        assert paid.account.credit_notes == ()
        judge(paid, 60100)

    def test_day_of_the_request_decides_not_that_of_the_act(self, paid: Student) -> None:
        paid.is_at("2022-10-03 09:00")
        with pytest.raises(KeptFixed) as refused:
            withdraws(paid, kept=60100, on="2022-08-31")
        assert refused.value.fee_cents == 2300
        assert withdraws(paid, on="2022-08-31").kept_cents == 2300


class TestAfterwards:
    @pytest.fixture
    def gone(self, paid: Student) -> Student:
        withdraws(paid)
        return paid

    def test_nothing_is_received_declared_paid_or_asked_for(self, gone: Student) -> None:
        received = ReceivedMoney(PaymentMethod.CHEQUE, 100, "1", date(2022, 6, 24))
        with pytest.raises(ReceiptForWithdrawn):
            receive_payment(gone.ports, gone.registration_id, received, ACCOUNTANT, None)
        for act in (gone.opens_the_page, lambda: gone.opens_the_page_of(1), gone.asks_for):
            with pytest.raises(errors.QuittanceError):
                act()
        with pytest.raises(errors.RegistrationLocked):
            gone.declares("02")

    def test_every_menu_says_why_it_is_closed(self, gone: Student) -> None:
        closed = {MenuKey.DOSSIER, MenuKey.PAY_ONCE, MenuKey.CHOOSE_PLAN, MenuKey.PAY_PLAN}
        for item in menu(gone.file, gone.ports.at):
            if item.key in closed:
                assert item.state is MenuState.CLOSED, item.key
                assert item.reason == MenuReason(Why.WITHDRAWN), item.key
            else:
                assert item.state is MenuState.OPEN

    def test_money_of_a_kept_page_is_a_credit(self, chris: Student) -> None:
        chris.declares("01")
        kept = chris.keeps_a_page()
        chris.ports.move(hours=1)
        reconcile_payments(chris.ports)
        withdraws(chris)
        chris.pays(kept)
        credit = to_give_back(chris.file)
        assert credit is not None
        assert credit.amount_cents == 60100

    def test_second_withdrawal_and_a_change_of_situation_are_refused(self, gone: Student) -> None:
        with pytest.raises(CorrectionOfWithdrawn):
            withdraws(gone)
        with pytest.raises(CorrectionOfEnded):
            changes(gone)

    def test_taken_back_it_owes_its_situation_and_the_refund_lapses(self, gone: Student) -> None:
        with pytest.raises(CorrectionUnreasoned):
            reopens(gone, " ")
        reopens(gone, steps=frozenset({"cvec"}))
        assert gone.registration.status is RegistrationStatus.PRE_REGISTERED
        assert gone.registration.seen_steps == {"cvec"}
        assert prepared(gone) == []
        assert gone.registration.is_paid
        assert gone.account.invoices[-1].totals.total_cents == 57800
        judge(gone, 60100)

    def test_not_while_an_approved_refund_is_on_its_way(self, gone: Student) -> None:
        (waiting,) = prepared(gone)
        gone.ports.gateway.vault.script.append(Reply.DROP)
        approves(gone, waiting, by=ACCOUNTANT)
        with pytest.raises(ReopeningPaidOut):
            reopens(gone)


class TestRefused:
    def test_without_a_reason_or_for_a_day_to_come(self, paid: Student) -> None:
        with pytest.raises(CorrectionUnreasoned):
            withdraws(paid, reason="")
        with pytest.raises(WithdrawalInFuture):
            withdraws(paid, on="2022-06-25")

    def test_of_a_refused_file(self, paid: Student) -> None:
        decide_registration(paid.ports, paid.registration_id, Decision.REFUSE, "doublon", REGISTRAR)
        with pytest.raises(CorrectionOfEnded):
            withdraws(paid)

    def test_while_a_debit_is_not_answered(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
        chris.debits_run("2022-07-10 06:00")
        with pytest.raises(DebitInFlight):
            withdraws(chris, on="2022-07-10")


class TestRefusalWithMoneyIn:
    def refuses(self, student: Student, kept: int = 0) -> None:
        decide_registration(
            student.ports,
            student.registration_id,
            Decision.REFUSE,
            "dossier incomplet",
            REGISTRAR,
            None,
            kept,
        )

    def test_all_is_prepared_to_be_given_back(self, mid_plan: Student) -> None:
        self.refuses(mid_plan)
        assert [each.amount_cents for each in prepared(mid_plan)] == [20031, 20031]
        (mail,) = entries(mid_plan, Topic.REGISTRATION_REFUSED)
        assert mail.amount_cents == 40062
        for each in prepared(mid_plan):
            approves(mid_plan, each, by=ACCOUNTANT)
        assert given(mid_plan) == [20031, 20031]
        mid_plan.debits_run("2022-08-10 06:00")
        assert len(mid_plan.ports.gateway.captures) == 1

    def test_all_but_what_is_kept(self, paid: Student) -> None:
        with pytest.raises(KeptAboveReceived):
            self.refuses(paid, kept=60101)
        self.refuses(paid, kept=2300)
        assert [each.amount_cents for each in prepared(paid)] == [57800]
        approves(paid, prepared(paid)[0], by=ACCOUNTANT)
        assert list_credits(paid.ports, None).total_cents == 0

    def test_taken_back_the_refund_lapses_and_the_plan_goes_on(self, mid_plan: Student) -> None:
        self.refuses(mid_plan, kept=2300)
        reopens(mid_plan)
        assert prepared(mid_plan) == []
        assert mid_plan.registration.kept_cents == 0
        judge(mid_plan, 60100)
        mid_plan.debits_run("2022-08-10 06:00")
        assert len(mid_plan.ports.gateway.captures) == 2
        assert mid_plan.balance_cents == 0

    def test_without_money_nothing_is_prepared_or_kept(self, chris: Student) -> None:
        chris.declares("01")
        self.refuses(chris)
        assert chris.registration.corrections == ()
        assert chris.account.refunds == ()


class TestDisputed:
    @pytest.fixture
    def disputed(self, mid_plan: Student) -> Student:
        """The holder disputes the second of two payments at the bank."""
        newest = max(mid_plan.account.payments, key=lambda each: each.received_at)
        returned = BankReturn(20031, "10.4", DisputeReason.FRAUDULENT, date(2022, 7, 30))
        take_back_payment(mid_plan.ports, newest.id, returned, ACCOUNTANT)
        return mid_plan

    def test_nothing_is_prepared_to_be_given_back_meanwhile(self, disputed: Student) -> None:
        with pytest.raises(CorrectionDisputed):
            changes(disputed)
        with pytest.raises(CorrectionDisputed):
            withdraws(disputed, on="2022-07-10")
        decide_registration(disputed.ports, disputed.registration_id, Decision.REFUSE, "incomplet", REGISTRAR)
        assert disputed.registration.status is RegistrationStatus.REFUSED
        assert prepared(disputed) == []

    @pytest.mark.parametrize("leaves", [withdraws_in_plan, refuses_in_plan])
    def test_refund_of_one_payment_lapses_when_the_other_is_taken_back(
        self, mid_plan: Student, leaves: Callable[[Student], object]
    ) -> None:
        """The fee was kept of the payment that the bank took back: the other one has to bring it now."""
        leaves(mid_plan)
        oldest = min(mid_plan.account.payments, key=lambda each: each.received_at)
        returned = BankReturn(20031, "10.4", DisputeReason.FRAUDULENT, date(2022, 7, 30))
        take_back_payment(mid_plan.ports, oldest.id, returned, ACCOUNTANT)
        (waiting,) = prepared(mid_plan)
        with pytest.raises(RefundLapsed):
            approves(mid_plan, waiting, by=ACCOUNTANT)
        assert given(mid_plan) == []
        assert list_credits(mid_plan.ports, None).total_cents == 20031 - 2300

    def test_change_that_gives_nothing_back_is_possible(self, disputed: Student) -> None:
        changes(disputed, "05")
        judge(disputed, 377000)


class TestProvisional:
    def test_mark_ends_with_the_validation_or_a_change_of_situation(self, chris: Student) -> None:
        chris.declares("01")
        day = date(2022, 10, 31)
        for end in (lambda: changes(chris, "02"), self.validates(chris)):
            marked = mark_provisional(chris.ports, chris.registration_id, day, REGISTRAR)
            assert marked.provisional_until == day
            assert mark_provisional(chris.ports, chris.registration_id, day, REGISTRAR) == marked
            end()
            assert chris.registration.provisional_until is None

    def validates(self, chris: Student) -> Callable[[], object]:
        return lambda: decide_registration(
            chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR
        )

    def test_is_taken_away_by_hand_and_never_set_in_the_past_or_for_who_left(self, chris: Student) -> None:
        chris.declares("01")
        mark_provisional(chris.ports, chris.registration_id, date(2022, 10, 31), REGISTRAR)
        mark_provisional(chris.ports, chris.registration_id, None, REGISTRAR)
        assert chris.registration.provisional_until is None
        with pytest.raises(ProvisionalPast):
            mark_provisional(chris.ports, chris.registration_id, date(2022, 6, 23), REGISTRAR)
        withdraws(chris)
        with pytest.raises(CorrectionOfEnded):
            mark_provisional(chris.ports, chris.registration_id, date(2022, 10, 31), REGISTRAR)
