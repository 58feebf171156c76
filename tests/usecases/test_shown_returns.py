"""A statement line shows what the bank took back, where its return is booked already."""

from dataclasses import replace

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.collection.disputes import DisputeStage
from chalicelib.domain.payments import Payment
from chalicelib.domain.reconciliation.policies import Policy
from chalicelib.domain.treasury.lines import ExplanationKind, LineState
from chalicelib.domain.treasury.refusals import ExplanationUnequal, LineExplained, ReceiptAlreadyShown
from chalicelib.usecases.collection.take_back_payment import stage_dispute
from chalicelib.usecases.statements.show_returns import at_bank_cents, returns_for, show_returns
from chalicelib.usecases.statements.suspend_line import suspend_line
from chalicelib.usecases.statements.undo_line import undo_line
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.test_bank_reconciliation import Bank
from tests.usecases.test_reconciliations import ends_the_day, runs
from tests.usecases.test_slips import at_the_bank, booked, credit, lou, returns, two
from tests.usecases.test_taken_back_by_the_bank import DISPUTED, card, taken_back

__all__ = ["card", "lou", "two"]


@pytest.fixture
def bank(chris: Student) -> Bank:
    return Bank(chris)


def test_line_shows_a_cheque_that_came_back(chris: Student, bank: Bank, two: tuple[Payment, Payment]) -> None:
    credit(chris.ports, at_the_bank(chris.ports, *two), 80100)
    gone = returns(chris.ports, two[0])
    line, twice, other = bank.states(-60100, -60100, -20000)
    before = len(chris.ports.memory.journal)
    assert returns_for(chris.ports, line) == (gone,)
    assert returns_for(chris.ports, other) == returns_for(chris.ports, replace(line, cents=60100)) == ()
    with pytest.raises(ExplanationUnequal):
        show_returns(chris.ports, other.id, [gone.id], ACCOUNTANT)
    done = show_returns(chris.ports, line.id, [gone.id], ACCOUNTANT)
    (part,) = done.explanations
    assert (done.state, part.kind, part.subject) == (LineState.MATCHED, ExplanationKind.BOUNCE, gone.id)
    assert len(chris.ports.memory.journal) == before
    assert returns_for(chris.ports, twice) == ()
    with pytest.raises(ReceiptAlreadyShown):
        show_returns(chris.ports, twice.id, [gone.id], ACCOUNTANT)
    with pytest.raises(LineExplained):
        show_returns(chris.ports, line.id, [gone.id], ACCOUNTANT)
    for unknown in (f"{CHRIS.id}-unknown", "00000000000000fe-m1"):
        with pytest.raises(ExplanationUnequal):
            show_returns(chris.ports, twice.id, [unknown], ACCOUNTANT)
    check_books(chris.ports.memory)


def test_one_line_of_a_paper_for_two_files_leaves_suspense(
    chris: Student, bank: Bank, two: tuple[Payment, Payment]
) -> None:
    credit(chris.ports, at_the_bank(chris.ports, *two), 80100)
    gone = [returns(chris.ports, each) for each in two]
    (line,) = bank.states(-80100)
    suspend_line(chris.ports, line.id, ACCOUNTANT)
    show_returns(chris.ports, line.id, [each.id for each in gone], ACCOUNTANT)
    assert booked(chris.ports, MoneyEvent.SUSPENSE)[1] == {Book.SUSPENSE: -80100, Book.BANK: 80100}
    check_books(chris.ports.memory)


def test_cheque_that_was_never_credited_is_on_no_line(
    chris: Student, bank: Bank, two: tuple[Payment, Payment]
) -> None:
    at_the_bank(chris.ports, *two)
    gone = returns(chris.ports, two[0])
    (line,) = bank.states(-60100)
    assert (at_bank_cents(gone), returns_for(chris.ports, line)) == (0, ())
    with pytest.raises(ExplanationUnequal):
        show_returns(chris.ports, line.id, [gone.id], ACCOUNTANT)


def test_line_shows_a_card_payment_that_is_disputed(chris: Student, bank: Bank, card: Payment) -> None:
    gone = taken_back(chris, card, DISPUTED)
    (line,) = bank.states(-60100)
    assert returns_for(chris.ports, line) == (gone,)
    (part,) = show_returns(chris.ports, line.id, [gone.id], ACCOUNTANT).explanations
    assert (part.kind, part.cents) == (ExplanationKind.CHARGEBACK, -60100)
    check_books(chris.ports.memory)


def test_line_shows_the_money_of_a_dispute_that_was_won(chris: Student, bank: Bank, card: Payment) -> None:
    gone = taken_back(chris, card, DISPUTED)
    left, early, twice = bank.states(-60100, 60100, 60100)
    show_returns(chris.ports, left.id, [gone.id], ACCOUNTANT)
    with pytest.raises(ExplanationUnequal):
        show_returns(chris.ports, early.id, [gone.id], ACCOUNTANT)
    won = stage_dispute(chris.ports, card.id, DisputeStage.WON, "", ACCOUNTANT)
    before = len(chris.ports.memory.journal)
    assert returns_for(chris.ports, early) == (won,)
    assert returns_for(chris.ports, replace(early, cents=0)) == ()
    suspend_line(chris.ports, early.id, ACCOUNTANT)
    done = show_returns(chris.ports, early.id, [won.id], ACCOUNTANT)
    (part,) = done.explanations
    assert (done.state, part.kind, part.cents) == (LineState.MATCHED, ExplanationKind.CHARGEBACK, 60100)
    assert len(chris.ports.memory.journal) == before + 2, "only in and out of suspense"
    assert returns_for(chris.ports, twice) == ()
    with pytest.raises(ReceiptAlreadyShown):
        show_returns(chris.ports, twice.id, [won.id], ACCOUNTANT)
    undo_line(chris.ports, early.id, "autre ligne", ACCOUNTANT, done.version)
    assert show_returns(chris.ports, twice.id, [won.id], ACCOUNTANT).state is LineState.MATCHED
    assert chris.account.payments[0].return_line == left.id


def test_a_day_with_a_dispute_won_closes(chris: Student, bank: Bank, card: Payment) -> None:
    gone = taken_back(chris, card, DISPUTED)
    stage_dispute(chris.ports, card.id, DisputeStage.WON, "", ACCOUNTANT)
    left, back = bank.states(-60100, 60100)
    show_returns(chris.ports, left.id, [gone.id], ACCOUNTANT)
    show_returns(chris.ports, back.id, [gone.id], ACCOUNTANT)
    ends_the_day(chris)
    assert runs(chris, "INP", Policy.BANK).closes
