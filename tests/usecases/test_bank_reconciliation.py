"""Statement lines against 512: what no line shows, what no entry explains, and what is left over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.books.journaling import recorded
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.reconciliation.policies import FindingKind, Policy, Reconciliation
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, LineState, StatementLine, explain
from chalicelib.domain.treasury.statements import BankStatement, StatementFormat
from chalicelib.usecases.cheques.credit_slip import BankCredit, credit_slip
from chalicelib.usecases.cheques.credit_slips import credit_slips
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.sum_journal import sum_journal
from chalicelib.usecases.reconciliation.bank_standing import bank_standing, first_of
from chalicelib.usecases.reconciliation.reconcile_day import reconcile_day
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.statements.settle_refunds import return_refund, settle_refunds
from chalicelib.usecases.statements.show_returns import show_returns
from tests.fakes.ports import MANUAL_DAY, FakePorts
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.payer_steps import invoices, is_paid_by, names
from tests.usecases.refund_steps import SECOND
from tests.usecases.test_reconciliations import ends_the_day, runs
from tests.usecases.test_slips import at_the_bank, lou, returns, two
from tests.usecases.test_transfer_files import approved, seen

__all__ = ["lou", "two"]

OPENING = 1_000_000
KEPT = MANUAL_DAY.replace(year=2033)


@pytest.fixture
def series(chris: Student) -> str:
    return chris.ports.campaigns.get(chris.registration.campaign_id).numbering.series


class Bank:
    """The school's account: each statement is of one day, and chained to the one before."""

    def __init__(self, student: Student) -> None:
        account = student.ports.campaigns.current().bank_account
        assert account
        self.student, self.iban, self.balance, self.lines = student, account.iban, OPENING, 0

    def states(self, *cents: int) -> list[StatementLine]:
        ports, day = self.student.ports, paris_day(self.student.ports.now())
        opening, self.balance = self.balance, self.balance + sum(cents)
        statement = BankStatement(
            f"s-{day}", self.iban, StatementFormat.CFONB_120, "", day, opening, day, self.balance,
            len(cents), len(cents), "0" * 64, ACCOUNTANT.id, ports.now(), KEPT, len(cents),
        )  # fmt: skip
        made = [self._line(statement, each) for each in cents]
        ports.store.commit(Changes((ports.statements.chain(self.iban).after(statement), statement, *made)))
        return made

    def _line(self, statement: BankStatement, cents: int) -> StatementLine:
        self.lines += 1
        day = statement.closing_on
        name = f"{day:%Y%m%d}-{self.lines:016x}-1"
        return StatementLine(name, self.iban, statement.id, day, day, cents, "VIR", KEPT)

    def explains(self, line: StatementLine, kind: ExplanationKind, subject: str) -> StatementLine:
        """Explain a whole line; a fee and money in suspense have the entry that the act would write."""
        ports = self.student.ports
        done = explain(line, (Explanation(kind, subject, line.open_cents),), ACCOUNTANT.id, ports.now())
        book, event = {
            ExplanationKind.FEE: (Book.BANK_FEES, MoneyEvent.BANK_FEE),
            ExplanationKind.SUSPENSE: (Book.SUSPENSE, MoneyEvent.SUSPENSE),
        }.get(kind, (None, None))
        changes = Changes((done,), self.student.trace)
        if book and event:
            ledger = Ledger("INP", DEFAULT_CHART, ports.now())
            moved = {Book.BANK: line.cents, book: -line.cents}
            changes = recorded(
                changes, (treasury_entry(event, line.id, paris_day(ports.now()), moved, ledger),)
            )
        ports.store.commit(changes)
        return done


@pytest.fixture
def bank(chris: Student) -> Bank:
    chris.declares("01")
    return Bank(chris)


def receives(student: Student, cents: int = 60100) -> Payment:
    day = paris_day(student.ports.now())
    received = ReceivedMoney(PaymentMethod.TRANSFER, cents, f"VIR {day}", day)
    return receive_payment(student.ports, student.registration_id, received, ACCOUNTANT, None)


def found(run: Reconciliation) -> list[tuple[FindingKind, int]]:
    return [(each.kind, each.cents) for each in run.findings]


def test_before_the_first_statement_nothing_is_compared(chris: Student, series: str) -> None:
    chris.declares("01")
    receives(chris)
    ends_the_day(chris, days=9)
    run = runs(chris, series, Policy.BANK)
    assert (run.checked, run.found, run.closes) == (0, 0, True)


def test_transfer_that_a_line_shows_is_no_difference(bank: Bank, chris: Student, series: str) -> None:
    bank.states()
    paid = receives(chris)
    ends_the_day(chris)
    assert runs(chris, series, Policy.BANK).closes  # on its way
    (line,) = bank.states(60100)
    ends_the_day(chris)
    assert found(runs(chris, series, Policy.BANK)) == [(FindingKind.LINE_UNEXPLAINED, -60100)]
    bank.explains(line, ExplanationKind.PAYMENT, paid.id)
    ends_the_day(chris, days=9)
    assert runs(chris, series, Policy.BANK).found == 0
    assert chris.ports.reconciliations.unshown(series) == ()


def test_transfer_that_no_line_shows_is_found_after_five_days(
    bank: Bank, chris: Student, series: str
) -> None:
    bank.states()
    receives(chris)
    ends_the_day(chris)
    assert runs(chris, series, Policy.BANK).found == 0
    ends_the_day(chris, days=5)
    run = runs(chris, series, Policy.BANK)
    assert found(run) == [(FindingKind.NO_LINE, 60100)]
    assert run.findings[0].registration_id == chris.registration_id


def test_fee_and_suspense_are_booked_and_suspense_waits_for_its_owner(
    bank: Bank, chris: Student, series: str
) -> None:
    fee, unknown = bank.states(-1250, 30000)
    bank.explains(fee, ExplanationKind.FEE, fee.id)
    held = bank.explains(unknown, ExplanationKind.SUSPENSE, unknown.id)
    assert held.state is LineState.SUSPENSE
    for _ in range(2):  # before its entry is numbered, and after
        ends_the_day(chris)
        assert found(runs(chris, series, Policy.BANK)) == [(FindingKind.LINE_SUSPENDED, -30000)]


def test_line_that_is_discarded_is_not_in_the_books(bank: Bank, chris: Student, series: str) -> None:
    (line,) = bank.states(500)
    bank.explains(line, ExplanationKind.DISCARDED, line.id)
    ends_the_day(chris)
    assert runs(chris, series, Policy.BANK).closes


def test_transfers_that_left_are_shown_by_the_line_of_their_file(
    bank: Bank, chris: Student, series: str
) -> None:
    bank.states()
    known = approved(chris)
    (file,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    finish_transfer(chris.ports, known.id, SECOND, is_done=True)
    (line,) = later(bank, -60100)
    ends_the_day(chris)
    assert found(runs(chris, series, Policy.BANK)) == [(FindingKind.LINE_UNEXPLAINED, 60100)]
    bank.explains(line, ExplanationKind.TRANSFER_FILE, file.id)
    ends_the_day(chris, days=9)
    assert runs(chris, series, Policy.BANK).found == 0


@pytest.mark.parametrize("gathered", [False, True])
def test_one_transfer_that_left_and_came_back_is_shown_by_its_lines(
    bank: Bank, chris: Student, series: str, *, gathered: bool
) -> None:
    """A line may name one refund, without a file; the return is gathered with its refund or after it."""
    bank.states()
    refund = approved(chris)
    make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    (left,) = later(bank, -60100)
    settle_refunds(chris.ports, left.id, refund.id, ACCOUNTANT)
    if gathered:
        ends_the_day(chris)
        assert runs(chris, series, Policy.BANK).found == 0
    (back,) = later(bank, 60100)
    return_refund(chris.ports, back.id, refund.id, ACCOUNTANT)
    standing = bank_standing(chris.ports, series)
    assert standing
    assert standing.movements == ()
    ends_the_day(chris, days=9)
    assert runs(chris, series, Policy.BANK).found == 0
    assert chris.ports.reconciliations.unshown(series) == ()


def test_line_that_is_worked_off_months_later_shows_what_it_books(
    bank: Bank, chris: Student, series: str
) -> None:
    bank.states()
    refund = approved(chris)
    make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    (left,) = later(bank, -60100)
    chris.ports.move(days=90)
    settle_refunds(chris.ports, left.id, refund.id, ACCOUNTANT)
    standing = bank_standing(chris.ports, series)
    assert standing
    assert standing.movements == ()


@pytest.mark.parametrize("later_by", [0, 1])
def test_first_of_the_statements_of_a_day_is_the_one_that_follows_none(
    bank: Bank, chris: Student, later_by: int
) -> None:
    bank.states(500)
    (first,) = chris.ports.memory.statements.values()
    at, cents = first.imported_at + timedelta(seconds=later_by), first.closing_cents
    second = replace(first, id="a", opening_cents=cents, closing_cents=cents + 100, imported_at=at)
    other_day = replace(first, id="b", closing_on=first.closing_on + timedelta(days=1))
    assert first_of([second, first, other_day]) == first
    assert first_of([]) is None


def test_transfer_of_a_third_party_payer_counts_before_it_has_a_number(
    bank: Bank, chris: Student, series: str
) -> None:
    bank.states()
    names(chris)
    invoices(chris)
    is_paid_by(chris, 15000)
    standing = bank_standing(chris.ports, series)
    assert standing
    assert [each.cents for each in standing.movements] == [15000]


def later(bank: Bank, *cents: int) -> list[StatementLine]:
    ends_the_day(bank.student)
    return bank.states(*cents)


def test_balance_that_neither_lines_nor_entries_tell_is_found(
    bank: Bank, chris: Student, series: str
) -> None:
    """The rule broken: a line is explained, and its entry was never written."""
    (line,) = bank.states(60100)
    done = explain(
        line, (Explanation(ExplanationKind.FEE, line.id, 60100),), ACCOUNTANT.id, chris.ports.now()
    )
    chris.ports.store.commit(Changes((done,)))
    ends_the_day(chris)
    assert found(runs(chris, series, Policy.BANK)) == [(FindingKind.BANK_BALANCE, -60100)]


def test_money_from_before_the_first_statement_is_in_its_opening_balance(
    bank: Bank, chris: Student, series: str
) -> None:
    receives(chris)
    ends_the_day(chris, days=9)
    bank.states()
    ends_the_day(chris)
    assert runs(chris, series, Policy.BANK).found == 0


def test_statements_of_another_account_are_not_ours(bank: Bank, chris: Student, series: str) -> None:
    bank.iban = "FR7630004000031234567890143"
    bank.states(60100)
    ends_the_day(chris)
    assert runs(chris, series, Policy.BANK).checked == 0


def test_more_lines_than_a_page_are_all_found(bank: Bank, chris: Student, series: str) -> None:
    bank.states(*range(1, 61))
    ends_the_day(chris)
    run = runs(chris, series, Policy.BANK)
    assert (run.found, run.found_cents) == (60, -sum(range(1, 61)))


def test_statements_without_the_first_one_compare_nothing(bank: Bank, chris: Student, series: str) -> None:
    bank.states(60100)
    chris.ports.memory.statements.clear()
    ends_the_day(chris)
    assert runs(chris, series, Policy.BANK).checked == 0


def test_campaign_without_an_account_compares_nothing(bank: Bank, chris: Student, series: str) -> None:
    current = chris.ports.campaigns.current()
    bare = replace(current, bank_account=None)
    chris.ports.campaigns.every = lambda: (bare,)  # type: ignore[method-assign]  # a fake is there to be bent
    ends_the_day(chris)
    assert runs(chris, series, Policy.BANK, date(2022, 6, 24)).checked == 0
    assert date(2022, 6, 24) + timedelta(days=1) == paris_day(chris.ports.now())


class TestSlipsAndReturns:
    def test_slip_credited_by_hand_waits_for_its_line(
        self, bank: Bank, chris: Student, series: str, two: tuple[Payment, Payment]
    ) -> None:
        bank.states()
        slip = at_the_bank(chris.ports, *two)
        credit_slip(chris.ports, slip.id, BankCredit(80100, paris_day(chris.ports.now())), ACCOUNTANT)
        standing = bank_standing(chris.ports, series)  # before its entry is numbered
        assert standing
        assert [(each.event, each.cents) for each in standing.movements] == [(MoneyEvent.DEPOSIT, 80100)]
        ends_the_day(chris)
        assert runs(chris, series, Policy.BANK).closes  # on its way
        ends_the_day(chris, days=5)
        assert found(runs(chris, series, Policy.BANK)) == [(FindingKind.NO_LINE, 80100)]
        (line,) = bank.states(80100)
        credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        ends_the_day(chris)
        assert runs(chris, series, Policy.BANK).closes
        assert chris.ports.reconciliations.unshown(series) == ()

    def test_slip_and_return_that_lines_tell_close_the_day(
        self, bank: Bank, chris: Student, series: str, two: tuple[Payment, Payment]
    ) -> None:
        slip = at_the_bank(chris.ports, *two)
        (line,) = bank.states(80100)
        credit_slips(chris.ports, line.id, [slip.id], ACCOUNTANT)
        ends_the_day(chris)
        gone = returns(chris.ports, two[0])
        ends_the_day(chris, days=6)
        assert found(runs(chris, series, Policy.BANK)) == [(FindingKind.NO_LINE, -60100)]
        (back,) = bank.states(-60100)
        show_returns(chris.ports, back.id, [gone.id], ACCOUNTANT)
        ends_the_day(chris)
        assert runs(chris, series, Policy.BANK).closes
        assert chris.ports.reconciliations.unshown(series) == ()


class TestPastDay:
    def test_day_is_compared_without_what_came_later(self, bank: Bank, chris: Student, series: str) -> None:
        first = paris_day(chris.ports.now())
        bank.states()
        ends_the_day(chris)
        bank.states(60100)
        receives(chris)
        ends_the_day(chris, days=6)
        later = runs(chris, series, Policy.BANK)
        assert found(later) == [(FindingKind.LINE_UNEXPLAINED, -60100), (FindingKind.NO_LINE, 60100)]
        past = runs(chris, series, Policy.BANK, first)
        assert (past.found, past.closes) == (0, True)
        known = chris.ports.reconciliations.open_differences(series)
        assert len(known) == 2, "a run of an earlier day settles nothing that is of a later one"
        before = runs(chris, series, Policy.BANK, first - timedelta(days=1))
        assert before.checked == 0

    def test_day_closes_though_its_line_was_booked_on_the_next(
        self, bank: Bank, chris: Student, series: str
    ) -> None:
        day = paris_day(chris.ports.now())
        (fee,) = bank.states(-1250)
        chris.ports.move(days=1)
        assert found(runs(chris, series, Policy.BANK, day)) == [(FindingKind.LINE_UNEXPLAINED, 1250)]
        bank.explains(fee, ExplanationKind.FEE, fee.id)
        assert runs(chris, series, Policy.BANK, day).closes

    @pytest.mark.parametrize("steps", [(), (number_journal,), (number_journal, sum_journal)])
    def test_result_does_not_hang_on_numbers(
        self, bank: Bank, chris: Student, series: str, steps: tuple[Callable[[FakePorts], object], ...]
    ) -> None:
        bank.states()
        receives(chris)
        chris.ports.move(days=6)
        for step in steps:
            step(chris.ports)
        run = runs(chris, series, Policy.BANK)
        assert found(run) == [(FindingKind.NO_LINE, 60100)]
        assert bank_standing(chris.ports, series).book_cents == 60100  # type: ignore[union-attr]

    def test_entries_that_were_not_gathered_count_with_their_movements(
        self, bank: Bank, chris: Student, series: str
    ) -> None:
        bank.states()
        receives(chris)
        ends_the_day(chris, days=6)
        run = reconcile_day(
            chris.ports, series, Policy.BANK, paris_day(chris.ports.now()) - timedelta(days=1),
            ACCOUNTANT.id, lambda: False,
        )  # fmt: skip
        assert found(run) == [(FindingKind.NO_LINE, 60100)]
        assert not run.is_complete
