"""What a file that has ended owes again, after the bank took back the money it was kept of, can be paid."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.collection.arrears import reminder_days
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeReason, DisputeStage
from chalicelib.domain.collection.refusals import ReceiptForRefused, ReceiptForWithdrawn
from chalicelib.domain.errors import PaymentOpen, QuittanceError
from chalicelib.domain.menu import MenuKey, MenuReason, MenuState, Why, menu, rest_to_pay
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.usecases.collection.list_unpaid import list_unpaid
from chalicelib.usecases.collection.remind_arrears import list_arrears
from chalicelib.usecases.collection.take_back_payment import stage_dispute, take_back_payment
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.refunds.reconcile_refunds import reconcile_refunds
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.correction_steps import judge, prepared
from tests.usecases.link_steps import leaves, makes
from tests.usecases.plan_acts import entries
from tests.usecases.test_arrears import reminded
from tests.usecases.test_covered_refunds import bounces, receives, refuses
from tests.usecases.test_withdrawals import reopens, withdraws


@pytest.fixture
def gone(chris: Student) -> Student:
    """A student who gave up: 23,00 € are kept of a cheque of 601,00 € that comes back unpaid."""
    chris.declares("01")
    paid = receives(chris, 60100, "1")
    withdraws(chris)
    bounces(chris, paid)
    return chris


def pays_the_rest(student: Student) -> None:
    page = student.opens_the_page()
    assert page.amount_cents == 2300
    student.pays(page, "7009")


def disputes(student: Student, paid: Payment) -> None:
    returned = BankReturn(paid.kept_cents, "10.4", DisputeReason.FRAUDULENT, date(2022, 7, 30))
    take_back_payment(student.ports, paid.id, returned, ACCOUNTANT)


class TestWithdrawn:
    def test_desk_receives_it(self, gone: Student) -> None:
        assert (gone.balance_cents, gone.registration.part_paid) == (2300, True)
        receives(gone, 2300, "2")
        assert (gone.balance_cents, gone.registration.part_paid) == (0, False)
        with pytest.raises(ReceiptForWithdrawn):
            receives(gone, 100, "3")
        judge(gone, 2300)

    def test_what_is_received_beyond_it_is_given_back(self, gone: Student) -> None:
        receives(gone, 3000, "2")
        assert list_credits(gone.ports, None).total_cents == 700
        judge(gone, 2300)

    def test_student_pays_it_by_card_in_and_out_of_the_windows(self, gone: Student) -> None:
        gone.is_at("2023-01-10 09:00")
        items = {each.key: each for each in menu(gone.file, gone.ports.at)}
        assert items[MenuKey.PAY_ONCE].state is MenuState.OPEN
        assert items[MenuKey.CHOOSE_PLAN].reason == MenuReason(Why.WITHDRAWN)
        assert rest_to_pay(gone.file) == MenuReason(Why.UNPAID, 2300, 0)
        pays_the_rest(gone)
        assert (gone.balance_cents, gone.registration.part_paid) == (0, False)
        with pytest.raises(QuittanceError):
            gone.opens_the_page()
        assert menu(gone.file, gone.ports.at)[2].state is MenuState.CLOSED
        judge(gone, 2300)

    def test_student_is_told_what_is_owed_now(self, gone: Student) -> None:
        for entry_id in list(gone.ports.memory.entries):
            deliver_outbox(gone.ports, entry_id)
        (text,) = [each for each in gone.ports.mailer.texts if "revenu impayé" in each or "retourné" in each]
        assert "23,00" in text
        assert "cette somme est de nouveau due" not in text

    def test_accounting_sees_it_and_may_give_it_up(self, gone: Student) -> None:
        ((unpaid,), _) = list_unpaid(gone.ports, None)
        assert unpaid.owed_cents == 2300
        number = gone.account.invoices[0].number
        issue_credit_note(gone.ports, CreditOrder(number, 2300, "remise"), ACCOUNTANT)
        assert (gone.balance_cents, gone.registration.part_paid) == (0, False)
        with pytest.raises(ReceiptForWithdrawn):
            receives(gone, 100, "3")

    def test_part_of_the_fee_that_is_credited_is_given_back(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris, 60100, "1")
        withdraws(chris)
        number = chris.account.invoices[0].number
        issue_credit_note(chris.ports, CreditOrder(number, 1000, "remise"), ACCOUNTANT)
        assert list_credits(chris.ports, None).total_cents == 1000
        check_books(chris.ports.memory)

    def test_taken_back_it_owes_all(self, gone: Student) -> None:
        reopens(gone)
        assert (gone.balance_cents, gone.opens_the_page().amount_cents) == (60100, 60100)

    def test_other_money_pays_it_first(self, chris: Student) -> None:
        chris.declares("01")
        paid = [receives(chris, cents, str(cents)) for cents in (30000, 30100)]
        withdraws(chris)
        fee = next(each for each in chris.account.payments if each.allocated_cents)
        bounces(chris, next(each for each in paid if each.id == fee.id))
        reconcile_refunds(chris.ports)
        assert {each.state for each in chris.account.refunds} == {RefundState.LAPSED}
        assert (chris.registration.part_paid, prepared(chris)) == (False, [])
        other = next(each.amount_cents for each in paid if each.id != fee.id)
        assert list_credits(chris.ports, None).total_cents == other - 2300
        judge(chris, 2300)


class TestReminded:
    def test_ladder_begins_on_the_day_the_bank_took_it_back(self, gone: Student) -> None:
        (late,) = list_arrears(gone.ports)
        assert (late.arrears.cents, late.arrears.since) == (2300, date(2022, 6, 24))
        assert reminder_days(gone.file, date(2022, 6, 25))[0] == date(2022, 7, 2)
        assert [reminded(gone, day) for day in ("2022-07-02", "2022-07-02")] == [["first"], ["first"]]
        assert all(each.amount_cents == 2300 for each in entries(gone, Topic.ARREARS_REMINDER))
        judge(gone, 2300)

    def test_it_ends_once_it_is_paid_and_the_next_year_goes_on(self, gone: Student) -> None:
        assert reminded(gone, "2023-09-02") == ["last"]
        pays_the_rest(gone)
        assert (reminded(gone, "2023-10-30"), list_arrears(gone.ports)) == (["last"], ())

    def test_nothing_is_asked_of_a_refused_file(self, chris: Student) -> None:
        chris.declares("01")
        paid = receives(chris, 60100, "1")
        refuses(chris, 10000)
        bounces(chris, paid)
        assert (list_arrears(chris.ports), reminded(chris, "2022-09-02")) == ((), [])


class TestWithdrawnInAPlan:
    @pytest.fixture
    def disputed(self, chris: Student) -> Student:
        chris.starts_the_plan()
        withdraws(chris)
        disputes(chris, chris.account.payments[0])
        return chris

    def test_dispute_leaves_one_sum_and_no_instalment(self, disputed: Student) -> None:
        assert {each.state for each in disputed.account.instalments} == {
            InstalmentState.PAID,
            InstalmentState.CANCELLED,
        }
        assert (disputed.balance_cents, disputed.registration.part_paid) == (2300, True)
        pays_the_rest(disputed)
        assert (disputed.balance_cents, disputed.registration.part_paid) == (0, False)
        check_books(disputed.ports.memory)

    def test_dispute_that_is_won_pays_it(self, disputed: Student) -> None:
        stage_dispute(disputed.ports, disputed.account.payments[0].id, DisputeStage.WON, "", ACCOUNTANT)
        assert (disputed.registration.part_paid, rest_to_pay(disputed.file)) == (False, None)
        judge(disputed, 2300)

    def test_beside_the_page_of_a_link_no_other_is_opened(self, disputed: Student) -> None:
        leaves(disputed, makes(disputed, 1000))
        with pytest.raises(PaymentOpen):
            disputed.opens_the_page()

    def test_while_a_page_is_unclear_no_other_is_opened(self, disputed: Student) -> None:
        page = disputed.opens_the_page()
        memory = disputed.ports.memory.attempts
        memory[page.id] = replace(memory[page.id], in_question=True, started_at=disputed.ports.at)
        with pytest.raises(QuittanceError):
            disputed.opens_the_page()


class TestRefused:
    def test_desk_receives_what_the_refusal_keeps(self, chris: Student) -> None:
        chris.declares("01")
        paid = receives(chris, 60100, "1")
        refuses(chris, 2300)
        with pytest.raises(ReceiptForRefused):
            receives(chris, 2300, "2")
        bounces(chris, paid)
        receives(chris, 2300, "2")
        with pytest.raises(ReceiptForRefused):
            receives(chris, 100, "3")
        assert list_credits(chris.ports, None).total_cents == 0
        check_books(chris.ports.memory)
