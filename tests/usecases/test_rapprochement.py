"""The état de rapprochement: both sides with what they lack, equal or not, prepared and checked by two."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.causes import SamePerson
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.payments import Payment
from chalicelib.domain.treasury.lines import ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.rapprochement import Rapprochement, checked, prepared
from chalicelib.domain.treasury.rapprochement_refusals import (
    RapprochementChanged,
    RapprochementChecked,
    RapprochementImpossible,
    RapprochementTooLong,
    RapprochementUnequal,
)
from chalicelib.domain.treasury.refusals import ExplanationUnequal, LineExplained
from chalicelib.domain.treasury.slip_refusals import SlipAlreadyCredited, SlipMisdatedEarly
from chalicelib.domain.treasury.slips import SlipState
from chalicelib.usecases.cheques.credit_slips import credit_slips, lines_for, slips_for
from chalicelib.usecases.cheques.deposit_slip import deposit_slip
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.sum_journal import sum_journal
from chalicelib.usecases.rapprochement.prepare_rapprochement import (
    check_rapprochement,
    prepare_rapprochement,
    print_rapprochement,
)
from chalicelib.usecases.reconciliation.bank_standing import bank_standing
from chalicelib.usecases.statements.suspend_line import suspend_line
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.refund_steps import SECOND
from tests.usecases.test_bank_reconciliation import OPENING, Bank
from tests.usecases.test_received_at_the_desk import TRANSFER, receives
from tests.usecases.test_slips import at_the_bank, booked, credit, lou, slip_of, two

__all__ = ["lou", "two"]


@pytest.fixture
def bank(chris: Student) -> Bank:
    return Bank(chris)


def next_day(student: Student) -> None:
    student.ports.move(days=1)
    number_journal(student.ports)
    sum_journal(student.ports)


def prepares(student: Student) -> Rapprochement:
    return prepare_rapprochement(student.ports, "INP", ACCOUNTANT)


class TestSlipLine:
    def test_line_credits_its_slip_on_the_bank_day(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment]
    ) -> None:
        slip = at_the_bank(chris.ports, *two)
        chris.ports.move(days=3)
        (line,) = bank.states(80100)
        assert lines_for(chris.ports, slip) == (line,)
        done = credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        assert (done.state, done.explanations[0].kind) == (LineState.MATCHED, ExplanationKind.DEPOSIT)
        after = chris.ports.cheques.slip(slip.id)
        assert (after.state, after.credited_on, after.line) == (SlipState.CREDITED, line.booked_on, line.id)
        assert booked(chris.ports, MoneyEvent.DEPOSIT) == [{Book.BANK: 80100, Book.CHEQUES: -80100}]
        with pytest.raises(LineExplained):
            credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        check_books(chris.ports.memory)

    def test_line_of_two_slips_or_of_another_sum(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment]
    ) -> None:
        first, second = (at_the_bank(chris.ports, each) for each in two)
        both, less = bank.states(80100, 60000)
        with pytest.raises(ExplanationUnequal):
            credit_slips(chris.ports, less.id, [first.id], ACCOUNTANT)
        done = credit_slips(chris.ports, both.id, [first.id, second.id], ACCOUNTANT)
        assert (done.state, len(done.explanations)) == (LineState.SPLIT, 2)
        with pytest.raises(SlipAlreadyCredited):
            credit_slips(chris.ports, less.id, [first.id], ACCOUNTANT)

    def test_line_before_the_deposit_and_line_in_suspense(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment]
    ) -> None:
        (early,) = bank.states(80100)
        chris.ports.move(days=1)
        slip = deposit_slip(chris.ports, slip_of(chris.ports, *two).id, date(2022, 6, 25), ACCOUNTANT).id
        with pytest.raises(SlipMisdatedEarly):
            credit_slips(chris.ports, early.id, [slip], ACCOUNTANT)
        (line,) = bank.states(80100)
        suspend_line(chris.ports, line.id, ACCOUNTANT)
        credit_slips(chris.ports, line.id, [slip], ACCOUNTANT)
        assert booked(chris.ports, MoneyEvent.DEPOSIT) == [{Book.SUSPENSE: 80100, Book.CHEQUES: -80100}]

    def test_line_only_shows_a_slip_that_a_person_credited(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment]
    ) -> None:
        slips = [at_the_bank(chris.ports, each) for each in two]
        credit(chris.ports, slips[0], 60100)
        (line,) = bank.states(80100)
        suspend_line(chris.ports, line.id, ACCOUNTANT)
        done = credit_slips(chris.ports, line.id, [each.id for each in slips], ACCOUNTANT)
        assert (done.state, [each.cents for each in done.explanations]) == (LineState.SPLIT, [60100, 20000])
        assert booked(chris.ports, MoneyEvent.DEPOSIT) == [
            {Book.BANK: 60100, Book.CHEQUES: -60100},
            {Book.SUSPENSE: 20000, Book.CHEQUES: -20000},
        ]
        assert booked(chris.ports, MoneyEvent.SUSPENSE) == [
            {Book.BANK: 80100, Book.SUSPENSE: -80100},
            {Book.BANK: -60100, Book.SUSPENSE: 60100},
        ]
        assert {chris.ports.cheques.slip(each.id).line for each in slips} == {line.id}
        (again,) = bank_after(bank, 60100)
        with pytest.raises(SlipAlreadyCredited):
            credit_slips(chris.ports, again.id, [slips[0].id], ACCOUNTANT)
        check_books(chris.ports.memory)

    def test_slips_are_proposed_by_their_sum_or_by_their_number(
        self, chris: Student, bank: Bank, two: tuple[Payment, Payment]
    ) -> None:
        first, second = (at_the_bank(chris.ports, each) for each in two)
        line, other, gone = bank.states(60100, 20000, -60100)
        assert slips_for(chris.ports, line) == (first,)
        assert slips_for(chris.ports, gone) == ()
        by_hand = credit(chris.ports, second, 20000)
        assert slips_for(chris.ports, other) == ()
        named = replace(other, label=f"REMISE CHEQUES {second.id.lower()} XYZ-000009")
        assert slips_for(chris.ports, named) == (by_hand,)
        assert slips_for(chris.ports, replace(line, label=f"REMISE {second.id} {first.id}")) == (first,)


def bank_after(bank: Bank, *cents: int) -> list[StatementLine]:
    bank.student.ports.move(days=1)
    return bank.states(*cents)


class TestRapprochement:
    def test_without_a_statement_there_is_nothing_to_compare(self, chris: Student) -> None:
        assert bank_standing(chris.ports, "INP") is None
        with pytest.raises(RapprochementImpossible):
            prepares(chris)

    def test_both_sides_with_what_they_lack_are_equal(self, chris: Student, bank: Bank) -> None:
        """A transfer that no line shows yet, a line that nobody explained yet."""
        chris.declares("01")
        receives(chris, TRANSFER)
        bank.states(-1250)
        next_day(chris)
        found = prepares(chris)
        assert (found.book_cents, found.statement_cents, found.opening_cents) == (
            60100,
            OPENING - 1250,
            OPENING,
        )
        assert [(each.label, each.cents) for each in found.unshown] == [("payment", 60100)]
        assert [(each.label, each.cents) for each in found.unbooked] == [("new", -1250)]
        assert (found.adjusted_book_cents, found.adjusted_statement_cents) == (58850, 58850)
        assert found.is_equal
        assert chris.ports.rapprochements.find(found.id) == found

    def test_another_person_checks_what_was_seen(self, chris: Student, bank: Bank) -> None:
        bank.states(-1250)
        found = prepares(chris)
        with pytest.raises(SamePerson):
            check_rapprochement(chris.ports, found.id, found.digest, ACCOUNTANT)
        with pytest.raises(RapprochementChanged):
            check_rapprochement(chris.ports, found.id, "0" * 64, SECOND)
        done = check_rapprochement(chris.ports, found.id, found.digest, SECOND)
        assert (done.checked_by, done.version) == (SECOND.id, 2)
        with pytest.raises(RapprochementChecked):
            check_rapprochement(chris.ports, found.id, found.digest, SECOND)
        document, link = print_rapprochement(chris.ports, found.id)
        assert SECOND.id in chris.ports.documents.get(document.key).decode()
        assert document.key in link

    def test_difference_is_signed_by_nobody(self, chris: Student, bank: Bank) -> None:
        bank.states(100)
        standing = bank_standing(chris.ports, "INP")
        assert standing is not None
        found = prepared(replace(standing, book_cents=7), "INP", "1", ACCOUNTANT.id, chris.ports.at)
        assert (found.difference_cents, found.is_equal) == (7, False)
        with pytest.raises(RapprochementUnequal):
            checked(found, found.digest, SECOND.id, chris.ports.at)
        altered = replace(found, book_cents=0)
        with pytest.raises(RapprochementChanged):
            checked(altered, altered.digest, SECOND.id, chris.ports.at)

    def test_too_much_in_suspense_and_who_may(
        self, chris: Student, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bank.states(100, 200)
        monkeypatch.setattr("chalicelib.domain.treasury.rapprochement.MOST_ITEMS", 1)
        with pytest.raises(RapprochementTooLong):
            prepares(chris)
        with pytest.raises(Forbidden):
            prepare_rapprochement(chris.ports, "INP", REGISTRAR)
        with pytest.raises(NotFound):
            print_rapprochement(chris.ports, "INP-9")
        assert chris.ports.rapprochements.listed() == ((), None)

    def test_day_is_that_of_the_last_statement(self, chris: Student, bank: Bank) -> None:
        bank.states(100)
        chris.ports.move(days=6)
        bank.states(200)
        assert prepares(chris).closing_on == date(2022, 6, 30)
