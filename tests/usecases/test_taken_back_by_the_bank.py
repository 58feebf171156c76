"""A cheque that comes back unpaid, a card payment that its holder disputes: what they paid is owed again."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.causes import PlanActUnreasoned
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeReason, DisputeStage
from chalicelib.domain.collection.refusals import (
    AlreadyBounced,
    AlreadyRefunded,
    DisputeClosed,
    DisputeMisdated,
    DisputeMissing,
    DisputeNotOfCard,
    DisputeOther,
    HeldOtherwise,
)
from chalicelib.domain.credits import to_give_back
from chalicelib.domain.decisions import DebitInFlight
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.usecases.collection.take_back_payment import stage_dispute, take_back_payment
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from tests.fakes.gateway import Behaviour
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student, accepted
from tests.usecases.test_journal import entries
from tests.usecases.test_received_at_the_desk import CHEQUE, TRANSFER, receives

RETURNED = BankReturn(60100, "provision insuffisante")
DISPUTED = BankReturn(60100, "10.4", DisputeReason.FRAUDULENT, date(2022, 7, 20))


def taken_back(student: Student, payment: Payment, returned: BankReturn = RETURNED) -> Payment:
    return take_back_payment(student.ports, payment.id, returned, ACCOUNTANT)


def stages(student: Student, payment: Payment, to: DisputeStage) -> Payment:
    return stage_dispute(student.ports, payment.id, to, "", ACCOUNTANT)


def delivered(student: Student) -> list[str]:
    for entry_id in list(student.ports.memory.entries):
        deliver_outbox(student.ports, entry_id)
    return [topic for _, topic in student.ports.mailer.sent]


@pytest.fixture
def cheque(chris: Student) -> Payment:
    chris.declares("01")
    return receives(chris)


@pytest.fixture
def card(chris: Student) -> Payment:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    return chris.account.payments[0]


class TestCheque:
    def test_what_it_paid_is_owed_again_and_can_be_paid_by_card(
        self, chris: Student, cheque: Payment
    ) -> None:
        gone = taken_back(chris, cheque)
        assert (gone.kept_cents, gone.allocated_cents, gone.bounced_cents) == (0, 0, 60100)
        assert (chris.balance_cents, chris.registration.part_paid) == (60100, True)
        assert chris.opens_the_page().amount_cents == 60100
        assert not chris.registration.blocked
        check_books(chris.ports.memory)

    def test_counter_entry_is_in_the_book_it_came_in_by(self, chris: Student, cheque: Payment) -> None:
        taken_back(chris, cheque)
        assert entries(chris)[-2:] == [
            (MoneyEvent.SET_OFF, [("4191", -60100), ("411", 60100)]),
            (MoneyEvent.BOUNCE, [("4191", 60100), ("5112", -60100)]),
        ]

    def test_transfer_goes_back_from_the_bank_account(self, chris: Student) -> None:
        chris.declares("01")
        taken_back(chris, receives(chris, TRANSFER))
        assert entries(chris)[-1] == (MoneyEvent.BOUNCE, [("4191", 60100), ("512", -60100)])
        check_books(chris.ports.memory)

    def test_credit_that_bounced_is_not_given_back(self, chris: Student) -> None:
        payment = receives(chris)
        assert list_credits(chris.ports, None).total_cents == 60100
        taken_back(chris, payment)
        assert list_credits(chris.ports, None).found == []
        check_books(chris.ports.memory)

    def test_student_is_told_with_the_reason(self, chris: Student, cheque: Payment) -> None:
        taken_back(chris, cheque)
        assert Topic.PAYMENT_BOUNCED in delivered(chris)
        assert "provision insuffisante" in chris.ports.mailer.texts[-1]

    def test_page_of_what_was_left_of_an_instalment_lets_go_of_the_rest(self, chris: Student) -> None:
        """The page was opened for 100,31 €, the cheque for the other part came back before it was paid."""
        chris.starts_the_plan()
        chris.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        chris.debits_run("2022-07-10 06:00")
        payment = receives(chris, replace(CHEQUE, amount_cents=10000))
        page = chris.opens_the_page_of(2)
        taken_back(chris, payment, replace(RETURNED, amount_cents=10000))
        chris.pays(page, "7009")
        second = chris.instalment(2)
        assert (page.amount_cents, second.remaining_cents, second.open_pages) == (10031, 10000, ())
        assert chris.opens_the_page_of(2).amount_cents == 10000

    def test_instalments_that_it_paid_are_in_arrears_and_not_debited(self, chris: Student) -> None:
        chris.starts_the_plan()
        payment = receives(chris, replace(CHEQUE, amount_cents=30000))
        taken_back(chris, payment, replace(RETURNED, amount_cents=30000))
        second, third = chris.instalment(2), chris.instalment(3)
        assert (second.state, second.remaining_cents) == (InstalmentState.ARREARS, 20031)
        assert (third.state, third.remaining_cents) == (InstalmentState.DUE, 20038)
        chris.debits_run("2022-07-10T09:00")
        chris.debits_run("2022-08-10T09:00")
        assert (chris.taken(2), chris.taken(3), chris.balance_cents) == ([], [20038], 20031)
        chris.pays(chris.opens_the_page_of(2), "7009")
        assert (chris.balance_cents, chris.instalment(2).state) == (0, InstalmentState.PAID)
        check_books(chris.ports.memory)

    def test_debit_of_the_rest_of_an_instalment_comes_to_its_end_first(self, chris: Student) -> None:
        chris.starts_the_plan()
        payment = receives(chris, replace(CHEQUE, amount_cents=10000))
        chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
        chris.debits_run("2022-07-10T09:00")
        with pytest.raises(DebitInFlight):
            taken_back(chris, payment, replace(RETURNED, amount_cents=10000))
        chris.reconciles(hours=1)
        taken_back(chris, payment, replace(RETURNED, amount_cents=10000))
        second = chris.instalment(2)
        assert (second.state, second.remaining_cents) == (InstalmentState.ARREARS, 10000)
        assert chris.balance_cents == chris.file.remaining_cents
        check_books(chris.ports.memory)

    def test_part_of_an_instalment_stands_again(self, chris: Student) -> None:
        chris.starts_the_plan()
        first = receives(chris, replace(CHEQUE, amount_cents=15000))
        receives(chris, replace(CHEQUE, amount_cents=5031, reference="2"))
        assert chris.instalment(2).state is InstalmentState.PAID
        taken_back(chris, first, replace(RETURNED, amount_cents=15000))
        second = chris.instalment(2)
        assert (second.state, second.remaining_cents) == (InstalmentState.ARREARS, 15000)
        assert chris.file.remaining_cents == chris.balance_cents


class TestDispute:
    def test_registration_is_blocked_and_what_it_paid_is_owed_again(
        self, chris: Student, card: Payment
    ) -> None:
        gone = taken_back(chris, card, DISPUTED)
        assert gone.is_disputed
        assert (chris.registration.blocked, chris.registration.block_reason) == (True, "10.4")
        assert chris.balance_cents == 60100
        assert entries(chris)[-1] == (MoneyEvent.CHARGEBACK, [("4191", 60100), ("512", -60100)])
        check_books(chris.ports.memory)

    def test_plan_is_stopped_and_the_student_is_told_once(self, chris: Student) -> None:
        chris.starts_the_plan()
        payment = chris.account.payments[0]
        taken_back(chris, payment, replace(DISPUTED, amount_cents=20031))
        assert chris.file.plan_request
        assert chris.file.plan_request.is_stopped
        assert chris.instalment(1).state is InstalmentState.ARREARS
        topics = delivered(chris)
        assert (topics.count(Topic.PAYMENT_DISPUTED), topics.count(Topic.PLAN_STOPPED)) == (1, 0)
        assert "suspendu" in chris.ports.mailer.texts[-1]
        chris.debits_run("2022-07-10T09:00")
        assert chris.taken(2) == []

    def test_disputed_debit_opens_its_own_instalment(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.debits_run("2022-07-10T09:00")
        chris.debits_run("2022-08-10T09:00")
        debit = next(each for each in chris.account.payments if each.rank == 2)
        taken_back(chris, debit, BankReturn(20031, "13.1", DisputeReason.OTHER, date(2022, 9, 1)))
        states = [chris.instalment(rank).state for rank in (1, 2, 3)]
        assert states == [InstalmentState.PAID, InstalmentState.ARREARS, InstalmentState.PAID]
        assert chris.file.plan_request
        assert chris.file.plan_request.is_stopped

    def test_earlier_block_and_stop_keep_their_reason(self, chris: Student) -> None:
        chris.starts_the_plan()
        marked = replace(chris.registration, blocked=True, block_reason="impayé ancien")
        chris.ports.memory.registrations_by_id[marked.id] = marked
        taken_back(chris, chris.account.payments[0], replace(DISPUTED, amount_cents=20031))
        assert chris.registration.block_reason == "impayé ancien"

    def test_won_dispute_brings_the_money_back(self, chris: Student, card: Payment) -> None:
        taken_back(chris, card, DISPUTED)
        assert stages(chris, card, DisputeStage.EVIDENCE_SENT).is_disputed
        won = stages(chris, card, DisputeStage.WON)
        assert (won.kept_cents, won.allocated_cents, won.is_disputed) == (60100, 60100, False)
        assert (chris.balance_cents, chris.registration.is_paid) == (0, True)
        assert entries(chris)[-2:] == [
            (MoneyEvent.SET_OFF, [("4191", 60100), ("411", -60100)]),
            (MoneyEvent.REINSTATEMENT, [("4191", -60100), ("512", 60100)]),
        ]
        assert Topic.PAYMENT_REINSTATED in delivered(chris)
        check_books(chris.ports.memory)

    def test_won_after_it_was_paid_again_leaves_a_credit(self, chris: Student, card: Payment) -> None:
        taken_back(chris, card, DISPUTED)
        receives(chris)
        stages(chris, card, DisputeStage.WON)
        assert list_credits(chris.ports, None).total_cents == 60100
        check_books(chris.ports.memory)

    def test_won_for_a_withdrawn_file_is_to_be_given_back(self, chris: Student, card: Payment) -> None:
        taken_back(chris, card, DISPUTED)
        gone = replace(chris.registration, status=RegistrationStatus.WITHDRAWN)
        chris.ports.memory.registrations_by_id[gone.id] = gone
        stages(chris, card, DisputeStage.WON)
        credit = to_give_back(chris.file)
        assert credit
        assert credit.amount_cents == 60100

    def test_stage_of_an_earlier_dispute_is_refused_for_the_next(self, chris: Student, card: Payment) -> None:
        first = taken_back(chris, card, DISPUTED).dispute
        assert first
        stages(chris, card, DisputeStage.WON)
        chris.is_at("2022-06-25 10:00")
        second = taken_back(chris, card, DISPUTED).dispute
        assert second
        for stage in (DisputeStage.EVIDENCE_SENT, DisputeStage.WON, DisputeStage.LOST):
            with pytest.raises(DisputeOther):
                stage_dispute(chris.ports, card.id, stage, "", ACCOUNTANT, first.opened_at)
        assert chris.account.payments[0].dispute == second
        stage_dispute(chris.ports, card.id, DisputeStage.LOST, "", ACCOUNTANT, second.opened_at)
        with pytest.raises(DisputeClosed) as twice:
            stage_dispute(chris.ports, card.id, DisputeStage.LOST, "", ACCOUNTANT, second.opened_at)
        assert not isinstance(twice.value, DisputeOther)

    def test_lost_dispute_changes_no_money(self, chris: Student, card: Payment) -> None:
        taken_back(chris, card, DISPUTED)
        before = entries(chris)
        lost = stages(chris, card, DisputeStage.LOST)
        assert (lost.is_disputed, entries(chris), chris.balance_cents) == (False, before, 60100)

    @pytest.mark.parametrize("after", [DisputeStage.WON, DisputeStage.LOST])
    def test_closed_dispute_has_no_next_stage(
        self, chris: Student, card: Payment, after: DisputeStage
    ) -> None:
        with pytest.raises(DisputeClosed):
            stages(chris, card, DisputeStage.WON)
        taken_back(chris, card, DISPUTED)
        stages(chris, card, after)
        for stage in DisputeStage:
            with pytest.raises(DisputeClosed):
                stages(chris, card, stage)

    def test_refund_at_the_bank_of_a_disputed_payment_is_booked_as_well(self, chris: Student) -> None:
        chris.declares("01")
        page = chris.opens_the_page()
        chris.pays(page)
        chris.ports.gateway.answers[page.reference] = accepted(page)
        taken_back(chris, chris.account.payments[0], DISPUTED)
        chris.ports.gateway.gives_back(page.reference)
        chris.ports.move(days=1, minutes=1)
        reconcile_payments(chris.ports)
        (payment,) = chris.account.payments
        assert (payment.refunded_cents, payment.bounced_cents) == (60100, 60100)
        assert chris.balance_cents == 2 * 60100
        check_books(chris.ports.memory)


class TestRefusals:
    def test_what_was_given_back_cannot_bounce(self, chris: Student, card: Payment) -> None:
        refunded = replace(card, refunded_cents=60100, allocated_cents=0)
        chris.ports.memory.payments[card.name] = (CHRIS.id, refunded)
        with pytest.raises(AlreadyRefunded) as refusal:
            taken_back(chris, card, DISPUTED)
        assert refusal.value.refunded_cents == 60100

    def test_twice_is_refused(self, chris: Student, cheque: Payment) -> None:
        taken_back(chris, cheque)
        with pytest.raises(AlreadyBounced):
            taken_back(chris, cheque)

    @pytest.mark.parametrize("cents", [60099, 60101])
    def test_more_or_less_than_is_held_is_refused(self, chris: Student, cheque: Payment, cents: int) -> None:
        with pytest.raises(HeldOtherwise) as refusal:
            taken_back(chris, cheque, replace(RETURNED, amount_cents=cents))
        assert refusal.value.held_cents == 60100

    def test_reason_and_terms_of_a_dispute_are_required_where_they_belong(
        self, chris: Student, cheque: Payment
    ) -> None:
        with pytest.raises(PlanActUnreasoned):
            taken_back(chris, cheque, replace(RETURNED, reason=" "))
        with pytest.raises(DisputeNotOfCard):
            taken_back(chris, cheque, DISPUTED)
        assert chris.account.payments == (cheque,)

    def test_card_needs_reason_and_last_day(self, chris: Student, card: Payment) -> None:
        for returned in (RETURNED, replace(DISPUTED, due_on=None), replace(DISPUTED, dispute=None)):
            with pytest.raises(DisputeMissing):
                taken_back(chris, card, returned)
        for wrong in (date(2022, 6, 23), date(2023, 6, 25), date.max):
            with pytest.raises(DisputeMisdated):
                taken_back(chris, card, replace(DISPUTED, due_on=wrong))
        taken_back(chris, card, replace(DISPUTED, due_on=date(2023, 6, 24)))

    @pytest.mark.parametrize("payment_id", ["nobody", "00000000000000c1-m0", "00000000000000ff-t1"])
    def test_unknown_payment_is_not_found(self, chris: Student, cheque: Payment, payment_id: str) -> None:
        assert cheque
        with pytest.raises(NotFound):
            take_back_payment(chris.ports, payment_id, RETURNED, ACCOUNTANT)


def test_lost_race_is_tried_again(chris: Student, card: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, lost = chris.ports.store.commit, []

    def lose_once(changes: Changes) -> None:
        if not lost:
            lost.append(changes)
            raise ConcurrentUpdate
        commit(changes)

    monkeypatch.setattr(chris.ports.store, "commit", lose_once)
    assert taken_back(chris, card, DISPUTED).is_disputed


def test_list_has_open_disputes_first_by_their_last_day(chris: Student) -> None:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    card = chris.account.payments[0]
    taken_back(chris, receives(chris))
    taken_back(chris, card, DISPUTED)
    listed, cursor = chris.ports.unpaid.listed(None)
    assert ([each.method for each in listed], cursor) == (["card", "cheque"], None)
