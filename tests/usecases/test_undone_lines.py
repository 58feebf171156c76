"""What a line was explained by is undone by counter-entries; the line waits again."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, NotFound
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Role
from chalicelib.domain.reconciliation.policies import Policy
from chalicelib.domain.refunds.refund import RefundMethod
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.lines import ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.rapprochement import prepared
from chalicelib.domain.treasury.undo_refusals import (
    LineNotExplained,
    LineOfKeptMoney,
    LineOfLeavingPayment,
    LineOfRefundedPayment,
    LineOfReturnedCheque,
    LineOfReturnedRefund,
    LineOfTakenPayment,
    UndoUnreasoned,
)
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.cheques.credit_slips import credit_slips
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.reconciliation.bank_standing import bank_standing
from chalicelib.usecases.reconciliation.credit_remittances import credit_remittances
from chalicelib.usecases.reconciliation.gather_movements import gather_movements
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.statements.explain_line import explain_line
from chalicelib.usecases.statements.match_line import Match, Part, match_line
from chalicelib.usecases.statements.settle_refunds import return_refund, settle_refunds
from chalicelib.usecases.statements.show_returns import returns_for, show_returns
from chalicelib.usecases.statements.suspend_line import suspend_line
from chalicelib.usecases.statements.undo_line import undo_line
from tests.proof.books import check_books
from tests.proof.treasury import check_treasury
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.payer_steps import invoices, names
from tests.usecases.refund_steps import approves, asked, prepares
from tests.usecases.statement_steps import REFERENCE, book, comes_first, lines, looks, moved, one_line
from tests.usecases.test_bank_reconciliation import Bank, later, series
from tests.usecases.test_credited_remittances import bank as takings
from tests.usecases.test_reconciliations import ends_the_day, runs
from tests.usecases.test_refunds_at_once import at_once
from tests.usecases.test_shown_returns import bank
from tests.usecases.test_slips import at_the_bank, credit, lou, returns, two
from tests.usecases.test_statement_matches import TRANSFER, check, other, owing, whole
from tests.usecases.test_taken_back_by_the_bank import DISPUTED, card, delivered, taken_back
from tests.usecases.test_transfer_files import IBAN, approved, seen
from tests.usecases.test_withdrawals import reopens, withdraws

__all__ = ["bank", "card", "lou", "other", "owing", "series", "takings", "two"]
WRONG = "homonyme"


def undone(student: Student, line: StatementLine, reason: str = WRONG) -> StatementLine:
    line = student.ports.statements.line(line.id)
    return undo_line(student.ports, line.id, reason, ACCOUNTANT, line.version)


def payment_of(student: Student) -> Payment:
    return student.account.payments[-1]


class TestReceipt:
    def test_a_match_to_the_wrong_student_is_taken_back_and_matched_again(
        self, owing: Student, other: Student, bank: Bank
    ) -> None:
        (line,) = bank.states(60100)
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        owing.ports.at = owing.ports.at.replace(day=28)
        before = len(owing.ports.memory.journal)
        done = undone(owing, line)
        assert (done.state, done.open_cents, done.owner) == (LineState.SUSPENSE, 60100, ACCOUNTANT.id)
        payment = payment_of(owing)
        assert (payment.kept_cents, payment.allocated_cents, payment.undone_line) == (0, 0, line.id)
        assert owing.account.position(paris_day(owing.ports.now())).balance_cents == 60100
        (counter,) = [e for e in owing.ports.memory.journal.values() if e.event is MoneyEvent.UNDONE]
        assert counter.dated_on == paris_day(owing.ports.now())
        assert {each.book: each.cents for each in counter.postings} == {
            Book.CREDITS: 60100,
            Book.SUSPENSE: -60100,
        }
        assert len(owing.ports.memory.journal) == before + 2, "nothing is deleted"
        assert book(owing.ports, Book.BANK) == 60100, "the bank has the money all the time"
        check(owing)
        check_books(owing.ports.memory)
        match_line(owing.ports, line.id, whole(other), ACCOUNTANT)
        assert payment_of(other).kept_cents == 60100
        assert lines(owing.ports)[0].state is LineState.MATCHED
        check(owing)
        check_books(owing.ports.memory)

    def test_what_was_kept_of_it_for_who_left_is_never_asked_of_them(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        withdraws(owing)
        with pytest.raises(LineOfKeptMoney) as refused:
            undone(owing, line)
        assert refused.value.missing_cents == 2300
        reopens(owing)
        assert undone(owing, line).state is LineState.SUSPENSE
        withdraws(owing)
        assert owing.account.position(paris_day(owing.ports.now())).balance_cents == 0
        check_books(owing.ports.memory)

    def test_what_was_undone_is_no_movement_that_a_line_must_show(self, owing: Student, series: str) -> None:
        """The entries are numbered and gathered after the undoing alone."""
        line = one_line(owing.ports, moved(60100))
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        undone(owing, line)
        number_journal(owing.ports)
        gather_movements(owing.ports, series)
        assert owing.ports.memory.bank_movements == {}

    def test_the_student_is_told(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        undone(owing, line)
        assert Topic.RECEIPT_UNDONE in delivered(owing)
        assert WRONG in owing.ports.mailer.texts[-1]

    def test_it_is_audited_with_its_reason_and_is_no_unpaid_payment(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        undone(owing, line)
        entry = next(e for e in owing.ports.memory.audit_waiting.values() if e.act is Act.LINE_UNDONE)
        assert (entry.reason, entry.details["line"]) == (WRONG, line.id)
        assert owing.ports.unpaid.listed(None)[0] == ()

    def test_same_form_twice_an_old_page_and_two_at_once(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        done = match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        with pytest.raises(ConcurrentUpdate):
            undo_line(owing.ports, line.id, WRONG, ACCOUNTANT, line.version)
        undo_line(owing.ports, line.id, WRONG, ACCOUNTANT, done.version)
        with pytest.raises(ConcurrentUpdate):
            undo_line(owing.ports, line.id, WRONG, ACCOUNTANT, done.version)
        check(owing)

    def test_match_that_an_undoing_comes_before_is_of_a_line_not_seen(
        self, owing: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line = one_line(owing.ports, moved(60100))
        suspended = suspend_line(owing.ports, line.id, ACCOUNTANT)
        comes_first(monkeypatch, owing.ports, lambda: undone(owing, suspended))
        with pytest.raises(ConcurrentUpdate):
            match_line(owing.ports, line.id, whole(owing), ACCOUNTANT, suspended.version)
        assert (lines(owing.ports)[0].state, owing.account.payments) == (LineState.NEW, ())
        check(owing)

    def test_line_in_suspense_that_a_match_comes_first_for_stays_matched(
        self, owing: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line = one_line(owing.ports, moved(60100))
        suspended = suspend_line(owing.ports, line.id, ACCOUNTANT)
        comes_first(
            monkeypatch, owing.ports, lambda: match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        )
        with pytest.raises(ConcurrentUpdate):
            undo_line(owing.ports, line.id, WRONG, ACCOUNTANT, suspended.version)
        assert (lines(owing.ports)[0].state, owing.balance_cents) == (LineState.MATCHED, 0)
        check(owing)

    def test_split_line_is_undone_part_by_part(self, owing: Student, other: Student) -> None:
        line = one_line(owing.ports, moved(70000))
        parts = Part(owing.registration_id, 40000), Part(other.registration_id, 29000)
        match_line(owing.ports, line.id, Match(parts, -1000, 2000), ACCOUNTANT)
        done = undone(owing, line)
        assert (done.state, done.open_cents) == (LineState.SUSPENSE, 70000)
        assert (book(owing.ports, Book.SUSPENSE), book(owing.ports, Book.BANK_FEES)) == (-70000, 0)
        check(owing)
        check_books(owing.ports.memory)

    def test_payment_of_a_payer_is_taken_back(self, owing: Student, bank: Bank) -> None:
        names(owing)
        invoices(owing)
        payer = owing.file.payers[0]
        number = payer.invoice_number
        assert number
        (line,) = bank.states(10000)
        match_line(owing.ports, line.id, Match((Part(owing.registration_id, 10000, number),)), ACCOUNTANT)
        undone(owing, line)
        (payment,) = owing.account.of_payers.payments
        assert (payment.kept_cents, payment.undone_line) == (0, line.id)
        check_books(owing.ports.memory)

    def test_transfer_entered_by_hand_is_only_shown_no_more(self, owing: Student) -> None:
        payment = receive_payment(owing.ports, owing.registration_id, TRANSFER, ACCOUNTANT, "k")
        line = one_line(owing.ports, moved(60100))
        match = Match((Part(owing.registration_id, 60100, payment_id=payment.id),))
        match_line(owing.ports, line.id, match, ACCOUNTANT)
        before = len(owing.ports.memory.journal)
        done = undone(owing, line)
        assert (done.state, payment_of(owing).line_id) == (LineState.NEW, "")
        assert len(owing.ports.memory.journal) == before
        match_line(owing.ports, line.id, match, ACCOUNTANT)
        assert payment_of(owing).line_id == line.id

    def test_shown_transfer_of_a_line_in_suspense_goes_back_there(self, owing: Student) -> None:
        payment = receive_payment(owing.ports, owing.registration_id, TRANSFER, ACCOUNTANT, "k")
        line = one_line(owing.ports, moved(60100))
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        match = Match((Part(owing.registration_id, 60100, payment_id=payment.id),))
        match_line(owing.ports, line.id, match, ACCOUNTANT)
        assert undone(owing, line).state is LineState.SUSPENSE
        assert (book(owing.ports, Book.BANK), book(owing.ports, Book.SUSPENSE)) == (120200, -60100)
        assert undone(owing, line).state is LineState.NEW
        assert (book(owing.ports, Book.BANK), book(owing.ports, Book.SUSPENSE)) == (60100, 0)

    def test_what_was_undone_is_never_booked_by_itself(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100, reference=REFERENCE))
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        undone(owing, line)
        looks(owing.ports)
        assert lines(owing.ports)[0].state is LineState.PROPOSED


class TestRefused:
    def test_without_a_reason_or_an_explanation(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        with pytest.raises(LineNotExplained):
            undone(owing, line)
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        with pytest.raises(UndoUnreasoned):
            undone(owing, line, " ")

    def test_by_the_wrong_role_or_in_ones_own_file(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        done = match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        with pytest.raises(Forbidden):
            undo_line(owing.ports, line.id, WRONG, REGISTRAR, done.version)
        both = replace(owing.person, roles=owing.person.roles | {Role.ACCOUNTANT})
        with pytest.raises(OwnFile):
            undo_line(owing.ports, line.id, WRONG, both, done.version)

    def test_once_a_refund_of_it_is_approved_or_done(self, owing: Student, bank: Bank) -> None:
        line, out = bank.states(70000, -9900)
        match_line(owing.ports, line.id, whole(owing, 70000), ACCOUNTANT)
        what = asked(9900, 70000, RefundMethod.TRANSFER)
        prepared = prepares(owing, payment_of(owing), what)
        give_iban(owing.ports, owing.person.id, prepared.id, IBAN)
        approves(owing, prepared)
        with pytest.raises(LineOfLeavingPayment) as leaving:
            undone(owing, line)
        assert "99,00" in sentence(leaving.value)
        (file,) = make_transfer_files(owing.ports, seen(owing), ACCOUNTANT)
        settle_refunds(owing.ports, out.id, file.id, ACCOUNTANT)
        with pytest.raises(LineOfRefundedPayment):
            undone(owing, line)
        assert undone(owing, out).state is LineState.NEW, "the refunds stay done, and may be shown again"
        assert settle_refunds(owing.ports, out.id, file.id, ACCOUNTANT).state is LineState.MATCHED

    def test_once_the_bank_took_it_back(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        returns(owing.ports, payment_of(owing))
        with pytest.raises(LineOfTakenPayment):
            undone(owing, line)

    def test_a_refund_that_came_back(self, owing: Student, bank: Bank) -> None:
        approved(owing)
        (file,) = make_transfer_files(owing.ports, seen(owing), ACCOUNTANT)
        left, back = bank.states(-60100, 60100)
        settle_refunds(owing.ports, left.id, file.id, ACCOUNTANT)
        return_refund(owing.ports, back.id, file.refunds[0], ACCOUNTANT)
        with pytest.raises(LineOfReturnedRefund):
            undone(owing, back)


class TestOthers:
    def test_fee_goes_to_suspense_and_from_there_to_new(self, owing: Student, bank: Bank) -> None:
        (line,) = bank.states(-1250)
        explain_line(owing.ports, line.id, ExplanationKind.FEE, ACCOUNTANT)
        done = undone(owing, line)
        assert (done.state, done.open_cents) == (LineState.SUSPENSE, -1250)
        assert (book(owing.ports, Book.BANK_FEES), book(owing.ports, Book.SUSPENSE)) == (0, 1250)
        done = undone(owing, line)
        assert (done.state, done.owner, done.suspended_at) == (LineState.NEW, "", None)
        assert (book(owing.ports, Book.BANK), book(owing.ports, Book.SUSPENSE)) == (0, 0)
        assert explain_line(owing.ports, line.id, ExplanationKind.FEE, ACCOUNTANT).state is LineState.FEE
        check(owing)

    def test_entries_are_dated_in_open_months(self, owing: Student, bank: Bank) -> None:
        (line,) = bank.states(-1250)
        suspend_line(owing.ports, line.id, ACCOUNTANT)
        owing.is_at("2022-07-02 10:00")
        owing.ports.campaigns.change(
            replace(owing.ports.campaigns.current(), books_open_from=date(2022, 7, 1))
        )
        undone(owing, line)
        days = [each.dated_on for each in owing.ports.memory.journal.values()]
        assert days == [line.booked_on, date(2022, 7, 1)]

    def test_discarded_line_is_new_again(self, owing: Student, bank: Bank) -> None:
        (line,) = bank.states(-1250)
        explain_line(owing.ports, line.id, ExplanationKind.DISCARDED, ACCOUNTANT, "loyer")
        assert undone(owing, line).state is LineState.NEW
        assert not owing.ports.memory.journal

    @pytest.mark.parametrize("by_hand", [False, True])
    def test_slip_is_at_the_bank_again(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment], *, by_hand: bool
    ) -> None:
        bank.states()
        slip = at_the_bank(chris.ports, *two)
        if by_hand:
            credit(chris.ports, slip, 80100)
        chris.is_at("2022-06-28 10:00")
        (line,) = bank.states(80100)
        credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        done = undone(chris, line)
        kept = chris.ports.cheques.slip(slip.id)
        assert (kept.line, kept.credited_on is None) == ("", not by_hand)
        assert done.state is (LineState.NEW if by_hand else LineState.SUSPENSE)
        assert book(chris.ports, Book.CHEQUES) == (0 if by_hand else 80100)
        credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        assert (book(chris.ports, Book.CHEQUES), book(chris.ports, Book.BANK)) == (0, 80100)
        check_books(chris.ports.memory)
        ends_the_day(chris)
        assert runs(chris, "INP", Policy.BANK).closes

    def test_slip_in_suspense_whose_credit_was_by_hand(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment]
    ) -> None:
        slip = credit(chris.ports, at_the_bank(chris.ports, *two), 80100)
        (line,) = bank.states(80100)
        suspend_line(chris.ports, line.id, ACCOUNTANT)
        credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        assert undone(chris, line).state is LineState.SUSPENSE
        assert (book(chris.ports, Book.BANK), chris.ports.cheques.slip(slip.id).line) == (160200, "")

    def test_not_once_a_cheque_of_it_came_back(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment]
    ) -> None:
        slip = at_the_bank(chris.ports, *two)
        chris.is_at("2022-06-28 10:00")
        (line,) = bank.states(80100)
        credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        returns(chris.ports, two[0])
        with pytest.raises(LineOfReturnedCheque):
            undone(chris, line)

    def test_return_is_shown_no_more(self, chris: Student, bank: Bank, card: Payment) -> None:
        gone = taken_back(chris, card, DISPUTED)
        (line,) = bank.states(-60100)
        show_returns(chris.ports, line.id, [gone.id], ACCOUNTANT)
        assert undone(chris, line).state is LineState.NEW
        assert returns_for(chris.ports, chris.ports.statements.line(line.id))[0].id == gone.id

    def test_another_session_undoes_it_in_between(
        self, owing: Student, other: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line = one_line(owing.ports, moved(70000))
        parts = Part(owing.registration_id, 40000), Part(other.registration_id, 30000)
        done = match_line(owing.ports, line.id, Match(parts), ACCOUNTANT)
        commit = owing.ports.store.commit

        def after_another(changes: Changes) -> None:
            monkeypatch.undo()
            undone(owing, line)
            commit(changes)

        monkeypatch.setattr(owing.ports.store, "commit", after_another)
        with pytest.raises(ConcurrentUpdate):
            undo_line(owing.ports, line.id, WRONG, ACCOUNTANT, done.version)
        assert book(owing.ports, Book.SUSPENSE) == -70000
        check(owing)

    def test_eight_at_once_undo_once(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        done = match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        acts = [lambda: undo_line(owing.ports, line.id, WRONG, ACCOUNTANT, done.version)] * 8
        assert len(at_once(acts)) == 1
        assert book(owing.ports, Book.SUSPENSE) == -60100
        check(owing)


def test_remittance_is_on_its_way_again(takings: Bank, chris: Student) -> None:
    (line,) = takings.states(119900)
    credit_remittances(chris.ports, line.id, ("220624001",), ACCOUNTANT)
    known = dict(chris.ports.memory.remittances)
    chris.ports.memory.remittances.clear()
    with pytest.raises(NotFound):
        undone(chris, line)
    chris.ports.memory.remittances.update(known)
    undone(chris, line)
    assert (book(chris.ports, Book.CARDS), book(chris.ports, Book.BANK_FEES)) == (115200, 0)
    assert book(chris.ports, Book.SUSPENSE) == -119900
    credit_remittances(chris.ports, line.id, ("220624001",), ACCOUNTANT)
    assert (book(chris.ports, Book.SUSPENSE), book(chris.ports, Book.BANK_FEES)) == (0, 300)
    check_treasury(chris.ports.memory)


class TestMovementsOfTheBankAccount:
    """The état de rapprochement agrees after each undoing: what a line showed is underway again."""

    def test_transfer_that_a_line_showed_is_underway_again(
        self, owing: Student, bank: Bank, series: str
    ) -> None:
        bank.states()
        payment = receive_payment(owing.ports, owing.registration_id, TRANSFER, ACCOUNTANT, None)
        (line,) = later(bank, 60100)
        part = Part(owing.registration_id, 60100, payment_id=payment.id)
        match_line(owing.ports, line.id, Match((part,)), ACCOUNTANT)
        ends_the_day(owing)
        assert runs(owing, series, Policy.BANK).found == 0
        undone(owing, line)
        agrees(owing, series, 60100)

    @pytest.mark.parametrize("by_file", [False, True])
    def test_refund_that_a_line_showed_is_underway_again(
        self, chris: Student, bank: Bank, series: str, *, by_file: bool
    ) -> None:
        bank.states()
        refund = approved(chris)
        (file,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
        (line,) = later(bank, -60100)
        settle_refunds(chris.ports, line.id, file.id if by_file else refund.id, ACCOUNTANT)
        ends_the_day(chris)
        assert runs(chris, series, Policy.BANK).found == 0
        undone(chris, line)
        agrees(chris, series, -60100)

    def test_slip_that_a_line_showed_is_underway_again(
        self, chris: Student, bank: Bank, series: str, two: tuple[Payment, Payment]
    ) -> None:
        bank.states()
        slip = at_the_bank(chris.ports, *two)
        credit(chris.ports, slip, 80100)
        (line,) = later(bank, 80100)
        credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        ends_the_day(chris)
        assert runs(chris, series, Policy.BANK).found == 0
        undone(chris, line)
        agrees(chris, series, 80100)

    def test_payment_that_a_line_booked_never_waits_for_another(
        self, owing: Student, bank: Bank, series: str
    ) -> None:
        """Its movement was kept, and no run has looked at it with the line yet."""
        (line,) = bank.states(60100)
        match_line(owing.ports, line.id, whole(owing), ACCOUNTANT)
        ends_the_day(owing)
        gather_movements(owing.ports, series)
        undone(owing, line)
        agrees(owing, series)


def agrees(student: Student, series: str, *underway: int) -> None:
    standing = bank_standing(student.ports, series)
    assert standing
    assert tuple(each.cents for each in standing.movements) == underway
    assert prepared(standing, series, "1", ACCOUNTANT.id, student.ports.at).is_equal
