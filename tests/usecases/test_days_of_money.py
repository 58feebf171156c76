"""Money is booked on the day that accounting gives, within an open month; days that cannot be are refused."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.transfer_files import TransferFile
from chalicelib.domain.treasury.lines import LineState
from chalicelib.domain.treasury.refusals import LineTooFar
from chalicelib.domain.treasury.slip_refusals import SlipMisdatedBeforeCheque
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.cheques.credit_slips import credit_slips
from chalicelib.usecases.cheques.deposit_slip import deposit_slip
from chalicelib.usecases.reconciliation.credit_remittances import credit_remittances
from chalicelib.usecases.statements.match_line import Match, Part, match_line
from chalicelib.usecases.statements.settle_refunds import settle_refunds
from chalicelib.usecases.statements.show_returns import show_returns
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.payer_steps import invoices, is_paid_by, names
from tests.usecases.statement_steps import moved, one_line
from tests.usecases.test_bank_reconciliation import Bank
from tests.usecases.test_credited_remittances import bank as takings
from tests.usecases.test_received_at_the_desk import CHEQUE, TRANSFER, receives
from tests.usecases.test_shown_returns import bank
from tests.usecases.test_slips import at_the_bank, credit, lou, returns, slip_of, two
from tests.usecases.test_statement_refunds import file

__all__ = ["bank", "file", "lou", "takings", "two"]
PART = replace(CHEQUE, amount_cents=20000)


def days(student: Student, event: MoneyEvent = MoneyEvent.PAYMENT) -> list[date]:
    return [each.dated_on for each in student.account.journal if each.event is event]


class TestReceipts:
    def test_receipt_is_booked_on_the_day_that_was_given(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris, replace(PART, reference="1"))
        chris.is_at("2022-07-10 10:00")
        receives(chris, replace(PART, reference="2", received_on=date(2022, 7, 5)))
        receives(chris, replace(TRANSFER, amount_cents=100, received_on=date(2022, 7, 6)))
        assert sorted(days(chris)) == [date(2022, 6, 24), date(2022, 7, 5), date(2022, 7, 6)]
        check_books(chris.ports.memory)

    def test_never_before_the_invoice_that_it_pays(self, chris: Student) -> None:
        chris.declares("01")
        payment = receives(chris)
        assert (payment.paid_on, days(chris)) == (date(2022, 6, 23), [date(2022, 6, 24)])
        check_books(chris.ports.memory)

    def test_of_an_earlier_day_it_is_a_credit_until_it_was_entered(self, chris: Student) -> None:
        """What is owed now may not have been then: the other cheque paid it meanwhile."""
        chris.declares("01")
        other = receives(chris, replace(CHEQUE, reference="1"))
        chris.is_at("2022-07-08 10:00")
        returns(chris.ports, other)
        chris.is_at("2022-07-10 10:00")
        payment = receives(chris, replace(CHEQUE, reference="2", received_on=date(2022, 7, 5)))
        own = [each for each in chris.account.journal if each.subject == payment.id]
        assert {each.dated_on: {one.book: one.cents for one in each.postings} for each in own} == {
            date(2022, 7, 5): {Book.CHEQUES: 60100, Book.CREDITS: -60100},
            date(2022, 7, 10): {Book.CREDITS: 60100, Book.RECEIVABLE: -60100},
        }
        check_books(chris.ports.memory)

    def test_line_of_before_the_invoice_is_a_credit_until_it_was_drawn(self, chris: Student) -> None:
        chris.declares("01")
        line = one_line(chris.ports, moved(60100))
        match_line(chris.ports, line.id, Match((Part(chris.registration_id, 60100),)), ACCOUNTANT)
        assert days(chris) == [line.booked_on]
        assert days(chris, MoneyEvent.SET_OFF) == [date(2022, 6, 24)]
        check_books(chris.ports.memory)

    def test_of_a_closed_month_it_is_booked_on_the_first_open_day(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris, replace(PART, reference="1"))
        chris.is_at("2022-07-10 10:00")
        campaign = chris.ports.campaigns.current()
        chris.ports.campaigns.change(replace(campaign, books_open_from=date(2022, 7, 1)))
        payment = receives(chris, replace(PART, reference="2", received_on=date(2022, 6, 29)))
        assert (payment.paid_on, days(chris)[-1]) == (date(2022, 6, 29), date(2022, 7, 1))

    def test_of_a_payer_it_is_that_of_its_own_invoice(self, chris: Student) -> None:
        chris.declares("01")
        names(chris)
        invoices(chris)
        chris.is_at("2022-07-10 10:00")
        is_paid_by(chris, 100)
        entry = next(e for e in chris.account.of_payers.journal if e.event is MoneyEvent.PAYMENT)
        (payment,) = chris.account.of_payers.payments
        assert entry.dated_on == payment.received_on


class TestSlips:
    def test_not_taken_to_the_bank_before_its_cheques_were_received(
        self, chris: Student, two: tuple[Payment, Payment]
    ) -> None:
        slip = slip_of(chris.ports, *two)
        with pytest.raises(SlipMisdatedBeforeCheque) as refused:
            deposit_slip(chris.ports, slip.id, date(2022, 6, 22), ACCOUNTANT)
        assert "23/06/2022" in sentence(refused.value)
        assert deposit_slip(chris.ports, slip.id, date(2022, 6, 23), ACCOUNTANT).deposited_on

    @pytest.mark.parametrize("by_hand", [False, True])
    def test_no_line_of_forty_days_later_credits_it(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment], *, by_hand: bool
    ) -> None:
        slip = at_the_bank(chris.ports, *two)
        if by_hand:
            credit(chris.ports, slip, 80100)
        chris.is_at("2022-08-20 10:00")
        (line,) = bank.states(80100)
        with pytest.raises(LineTooFar):
            credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)


class TestLines:
    def test_transfer_entered_by_hand_is_shown_by_no_line_far_from_it(
        self, chris: Student, bank: Bank
    ) -> None:
        chris.declares("01")
        payment = receives(chris, TRANSFER)
        match = Match((Part(chris.registration_id, 60100, payment_id=payment.id),))
        chris.is_at("2022-08-02 10:00")
        (near,) = bank.states(60100)
        chris.is_at("2022-08-03 10:00")
        (far,) = bank.states(60100)
        with pytest.raises(LineTooFar) as refused:
            match_line(chris.ports, far.id, match, ACCOUNTANT)
        assert "03/08/2022" in sentence(refused.value)
        assert "23/06/2022" in sentence(refused.value)
        assert match_line(chris.ports, near.id, match, ACCOUNTANT).state is LineState.MATCHED

    def test_transfers_that_left_are_on_no_line_before_their_file(
        self, chris: Student, file: TransferFile
    ) -> None:
        early = next(each for each in chris.ports.memory.statement_lines.values() if each.cents < 0)
        old = replace(early, booked_on=date(2022, 5, 1))
        chris.ports.memory.statement_lines[early.id] = old
        with pytest.raises(LineTooFar):
            settle_refunds(chris.ports, early.id, file.id, ACCOUNTANT)

    def test_return_is_on_no_line_before_the_money_came(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment]
    ) -> None:
        credit(chris.ports, at_the_bank(chris.ports, *two), 80100)
        gone = returns(chris.ports, two[0])
        (line,) = bank.states(-60100)
        chris.ports.memory.statement_lines[line.id] = replace(line, booked_on=date(2022, 6, 22))
        with pytest.raises(LineTooFar):
            show_returns(chris.ports, line.id, [gone.id], ACCOUNTANT)

    def test_remittance_is_on_no_line_far_from_it(self, chris: Student, takings: Bank) -> None:
        chris.is_at("2022-09-20 10:00")
        (line,) = takings.states(119900)
        with pytest.raises(LineTooFar):
            credit_remittances(chris.ports, line.id, ("220624001",), ACCOUNTANT)
