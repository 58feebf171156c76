"""A statement line is explained by remittances: 512 what came, 627 what the bank kept, 5115 the whole."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, NotFound
from chalicelib.domain.reconciliation.policies import Policy
from chalicelib.domain.treasury.lines import ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.refusals import LineExplained
from chalicelib.domain.treasury.remittance_refusals import CreditNotOfRemittance, RemittanceCredited
from chalicelib.usecases.reconciliation.credit_remittances import credit_remittances
from chalicelib.usecases.reconciliation.fit_lines import fit_lines
from chalicelib.usecases.statements.suspend_line import suspend_line
from tests.proof.treasury import check_treasury
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.refund_steps import approves, asked, pays_twice, prepares
from tests.usecases.test_bank_reconciliation import Bank
from tests.usecases.test_reconciliations import ends_the_day, runs


@pytest.fixture(autouse=True)
def judged(chris: Student) -> Iterator[None]:
    """Each story ends with a treasury that its own rows explain."""
    yield
    check_treasury(chris.ports.memory)


@pytest.fixture
def bank(chris: Student) -> Bank:
    """Two days of card money on their way: 1 202,00 € and -50,00 €."""
    made = Bank(chris)
    made.states()
    paid = pays_twice(chris)
    ends_the_day(chris)
    approves(chris, prepares(chris, paid, asked(cents=5000)))
    ends_the_day(chris)
    runs(chris, "INP")
    return made


def takes(student: Student, line: StatementLine, *numbers: str) -> StatementLine:
    return credit_remittances(student.ports, line.id, numbers, ACCOUNTANT)


def balances(student: Student) -> Counter[Book]:
    totals: Counter[Book] = Counter()
    for entry in student.ports.memory.journal.values():
        for posting in entry.postings:
            totals[posting.book] += posting.cents
    return totals


def test_line_is_the_remittance_and_its_fee(bank: Bank, chris: Student) -> None:
    (line,) = bank.states(119900)
    done = takes(chris, line, "220624001")
    assert (done.state, done.explanations[0].kind) == (LineState.MATCHED, ExplanationKind.REMITTANCE)
    (entry,) = [each for each in chris.ports.memory.journal.values() if each.event is MoneyEvent.REMITTANCE]
    told = {each.book: each.cents for each in entry.postings}
    assert told == {Book.BANK: 119900, Book.BANK_FEES: 300, Book.CARDS: -120200}
    ends_the_day(chris)
    assert [runs(chris, "INP", policy).closes for policy in Policy] == [True, True, True]


def test_one_line_may_be_several_remittances(bank: Bank, chris: Student) -> None:
    (line,) = bank.states(115000)
    done = takes(chris, line, "220624001", "220625001", "220625001")
    assert done.state is LineState.SPLIT
    assert [each.cents for each in done.explanations] == [120200, -5200]
    assert (balances(chris)[Book.CARDS], balances(chris)[Book.BANK_FEES]) == (0, 200)
    assert chris.ports.reconciliations.open_remittances("INP") == ()


def test_line_that_waited_on_471_leaves_it(bank: Bank, chris: Student) -> None:
    (line,) = bank.states(120200)
    held = suspend_line(chris.ports, line.id, ACCOUNTANT)
    assert balances(chris)[Book.SUSPENSE] == -120200
    takes(chris, held, "220624001")
    assert (balances(chris)[Book.SUSPENSE], balances(chris)[Book.BANK]) == (0, 120200)


def test_lines_that_fit_are_offered_and_no_others(bank: Bank, chris: Student) -> None:
    close, exact, *_ = bank.states(119900, 120200, 60100, 120300, -5000)
    waiting = chris.ports.reconciliations.open_remittances("INP")
    found = fit_lines(chris.ports, chris.ports.campaigns.current(), waiting)
    assert [each.id for each in found["220624001"]] == [exact.id, close.id]
    assert [each.open_cents for each in found["220625001"]] == [-5000]


def test_what_does_not_fit_changes_nothing(bank: Bank, chris: Student) -> None:
    line, other = bank.states(60100, 120200)
    with pytest.raises(CreditNotOfRemittance):
        takes(chris, line, "220624001")
    with pytest.raises(NotFound):
        takes(chris, line, "999999001")
    with pytest.raises(ConcurrentUpdate):
        credit_remittances(chris.ports, line.id, ("220624001",), ACCOUNTANT, seen=7)
    with pytest.raises(Forbidden):
        credit_remittances(chris.ports, line.id, ("220624001",), REGISTRAR)
    done = takes(chris, other, "220624001")
    with pytest.raises(LineExplained):
        takes(chris, done, "220625001")
    ends_the_day(chris)
    (again,) = bank.states(120200)
    with pytest.raises(RemittanceCredited):
        takes(chris, again, "220624001")
    assert balances(chris)[Book.CARDS] == -5000


@pytest.mark.parametrize("broken", [{"cents": 1}, {"count": 1}, {"fee_cents": 1}, {"credited_on": None}])
def test_judge_of_the_treasury_sees_a_broken_rule(
    bank: Bank, chris: Student, broken: dict[str, object]
) -> None:
    (line,) = bank.states(119900)
    takes(chris, line, "220624001")
    kept = chris.ports.memory.remittances
    right = kept["INP", "220624001"]
    kept["INP", "220624001"] = replace(right, **broken)  # type: ignore[arg-type]  # its fields
    with pytest.raises(AssertionError):
        check_treasury(chris.ports.memory)
    kept["INP", "220624001"] = right
