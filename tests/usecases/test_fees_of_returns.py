"""The fee that the bank takes for a cheque that came back is 627, and its line names the cheque."""

from dataclasses import replace

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Role
from chalicelib.domain.treasury.lines import ExplanationKind, LineState
from chalicelib.domain.treasury.refusals import FeeOfNoReturn
from chalicelib.usecases.statements.explain_line import explain_line, returns_with_fee
from chalicelib.usecases.statements.undo_line import undo_line
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.statement_steps import book
from tests.usecases.test_bank_reconciliation import Bank
from tests.usecases.test_shown_returns import bank
from tests.usecases.test_slips import at_the_bank, lou, returns, two

__all__ = ["bank", "lou", "two"]
FEE = ExplanationKind.FEE


def test_fee_names_the_cheque_and_is_undone(chris: Student, bank: Bank, two: tuple[Payment, Payment]) -> None:
    at_the_bank(chris.ports, *two)
    gone = returns(chris.ports, two[0])
    line, back = bank.states(-1250, 1250)
    assert returns_with_fee(chris.ports, line) == (gone,)
    assert returns_with_fee(chris.ports, back) == ()
    done = explain_line(chris.ports, line.id, FEE, ACCOUNTANT, payment_id=gone.id)
    assert (done.state, done.explanations[0].subject) == (LineState.FEE, gone.id)
    assert (book(chris.ports, Book.BANK_FEES), book(chris.ports, Book.BANK)) == (1250, -1250)
    undo_line(chris.ports, line.id, "autre frais", ACCOUNTANT, done.version)
    assert (book(chris.ports, Book.BANK_FEES), book(chris.ports, Book.SUSPENSE)) == (0, 1250)


def test_no_fee_of_what_did_not_come_back_lately(
    chris: Student, bank: Bank, two: tuple[Payment, Payment]
) -> None:
    at_the_bank(chris.ports, *two)
    gone = returns(chris.ports, two[0])
    chris.is_at("2022-09-20 10:00")
    (late, back) = bank.states(-1250, 1250)
    assert returns_with_fee(chris.ports, late) == ()
    for line, payment_id in ((late, two[1].id), (late, gone.id), (late, "unknown"), (back, gone.id)):
        with pytest.raises(FeeOfNoReturn):
            explain_line(chris.ports, line.id, FEE, ACCOUNTANT, payment_id=payment_id)


def test_not_in_ones_own_file(chris: Student, bank: Bank, two: tuple[Payment, Payment]) -> None:
    at_the_bank(chris.ports, *two)
    gone = returns(chris.ports, two[0])
    (line,) = bank.states(-1250)
    both = replace(chris.person, roles=chris.person.roles | {Role.ACCOUNTANT})
    with pytest.raises(OwnFile):
        explain_line(chris.ports, line.id, FEE, both, payment_id=gone.id)
