"""A month closes in two steps: writers leave it first, and it closes once all of it is numbered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.ledger import ledger_of
from chalicelib.domain.books.period_refusals import (
    PeriodAlreadyClosed,
    PeriodBeingClosed,
    PeriodClosed,
    PeriodNotEnded,
    PeriodNotNext,
)
from chalicelib.domain.books.periods import Closing, closed, last_day
from chalicelib.domain.errors import Forbidden
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.usecases.cheques.credit_slip import BankCredit, credit_slip
from chalicelib.usecases.closing.begin_closing import begin_closing
from chalicelib.usecases.closing.close_periods import ClosingRun, close_periods
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.sum_journal import sum_journal
from tests.fakes.ports import MANUAL_DAY, FakePorts
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.test_received_at_the_desk import CHEQUE, receives
from tests.usecases.test_slips import at_the_bank

JULY = date(2022, 7, 1)


def begins(ports: FakePorts, month: str = "2022-06") -> Closing:
    return begin_closing(ports, "INP", month, ACCOUNTANT)


def hour(ports: FakePorts) -> ClosingRun:
    """One hourly run, as the schedule makes it."""
    number_journal(ports)
    sum_journal(ports)
    return close_periods(ports)


def close(student: Student, month: str = "2022-06", at: str = "2022-07-04 10:00") -> None:
    student.is_at(at)
    begins(student.ports, month)
    student.ports.move(hours=1)
    assert hour(student.ports).closed == 1


@pytest.fixture
def paid(chris: Student) -> Student:
    chris.declares("01")
    receives(chris)
    return chris


class TestSteps:
    def test_month_is_left_at_once_and_closed_by_the_run_an_hour_later(self, paid: Student) -> None:
        ports = paid.ports
        paid.is_at("2022-07-04 10:00")
        closing = begins(ports)
        assert (closing.closing_to, closing.closed_to, closing.open_from) == (date(2022, 6, 30), None, JULY)
        assert ports.campaigns.current().books_open_from == JULY
        assert hour(ports).closed == 0
        ports.move(minutes=59)
        assert hour(ports).closed == 0
        ports.move(minutes=1)
        assert hour(ports).closed == 1
        (period,) = ports.periods.closed("INP")
        assert (period.month, period.closed_by, period.last_number) == ("2022-06", ACCOUNTANT.id, 2)
        assert period.balances == {Book.FEES: -60100, Book.CHEQUES: 60100}
        (told,) = (e for e in ports.memory.audit_waiting.values() if e.act is Act.PERIOD_CLOSED)
        assert (told.target, told.details["last"]) == ("INP-2022-06", "2")
        assert ports.periods.closing("INP") == Closing("INP", date(2022, 6, 30), version=2)
        assert hour(ports).closed == 0

    def test_next_month_opens_with_the_balances_and_closes_next(self, paid: Student) -> None:
        close(paid)
        with pytest.raises(PeriodNotEnded):
            begins(paid.ports, "2022-07")
        with pytest.raises(PeriodAlreadyClosed):
            begins(paid.ports, "2022-06")
        paid.is_at("2022-09-01 10:00")
        with pytest.raises(PeriodNotNext) as refused:
            begins(paid.ports, "2022-08")
        assert refused.value.month == "2022-07"
        close(paid, "2022-07", "2022-09-01 10:00")
        first, second = paid.ports.periods.closed("INP")
        assert (second.month, second.balances) == ("2022-07", first.balances)

    def test_one_month_at_a_time_by_accounting_alone(self, paid: Student) -> None:
        paid.is_at("2022-08-04 10:00")
        begins(paid.ports)
        with pytest.raises(PeriodBeingClosed):
            begins(paid.ports, "2022-07")
        with pytest.raises(Forbidden):
            begin_closing(paid.ports, "INP", "2022-07", REGISTRAR)

    def test_month_waits_for_an_entry_without_a_number(self, paid: Student) -> None:
        paid.is_at("2022-07-04 10:00")
        begins(paid.ports)
        paid.ports.move(hours=2)
        assert close_periods(paid.ports).closed == 0, "nothing is numbered"
        number_journal(paid.ports)
        assert close_periods(paid.ports).closed == 0, "nothing is added up"
        sum_journal(paid.ports)
        assert close_periods(paid.ports).closed == 1

    def test_months_of_two_series_are_counted_together(self, paid: Student) -> None:
        paid.is_at("2022-07-04 10:00")
        begins(paid.ports)
        closings = paid.ports.memory.closings
        closings["OTHER"] = replace(closings["INP"], series="OTHER")
        paid.ports.move(hours=2)
        number_journal(paid.ports)
        sum_journal(paid.ports)
        assert close_periods(paid.ports).closed == 2

    def test_days_of_months(self) -> None:
        assert [last_day(each) for each in ("2022-12", "2024-02")] == [date(2022, 12, 31), date(2024, 2, 29)]
        with pytest.raises(ValueError, match="no month"):
            closed(Closing("INP"), (), MANUAL_DAY)


class TestWriters:
    def test_writer_that_read_before_and_writes_within_the_hour_is_in_the_month(self, paid: Student) -> None:
        """It read at 23:59 and commits after the month was left: it is numbered before the closing."""
        paid.is_at("2022-06-30 23:59")
        ledger = ledger_of(paid.ports.campaigns.current(), paid.ports.at)
        late = treasury_entry(
            MoneyEvent.BANK_FEE, "line", date(2022, 6, 30), {Book.BANK: -500, Book.BANK_FEES: 500}, ledger
        )
        paid.is_at("2022-07-01 00:00")
        begins(paid.ports)
        paid.ports.memory.journal[late.id] = late
        paid.ports.move(hours=1)
        assert hour(paid.ports).closed == 1
        assert paid.ports.periods.closed("INP")[0].balances[Book.BANK] == -500

    def test_entry_that_gets_into_a_closed_month_all_the_same_is_told(self, paid: Student) -> None:
        close(paid)
        first = next(iter(paid.ports.memory.journal.values()))
        paid.ports.memory.journal["late"] = replace(first, id="late", number=0, version=1)
        paid.ports.alarms.expects_failures = True
        close_periods(paid.ports)
        assert paid.ports.alarms.raised == [
            "failure journal entry dated in a closed month EntryInClosedMonth"
        ]

    def test_payment_is_dated_the_first_open_day_and_never_refused(
        self, chris: Student, frozen_june: Callable[[Student], None]
    ) -> None:
        """A page opened before, confirmed for a day that is closed by then."""
        chris.declares("01")
        attempt = chris.opens_the_page()
        frozen_june(chris)
        chris.pays(attempt)
        assert {each.dated_on for each in chris.ports.memory.journal.values()} == {JULY}
        check_books(chris.ports.memory)

    def test_bank_day_of_a_line_is_moved_and_a_day_that_a_person_gave_refused(self, paid: Student) -> None:
        ports = paid.ports
        slip = at_the_bank(ports, paid.account.payments[0])
        close(paid)
        with pytest.raises(PeriodClosed) as refused:
            credit_slip(ports, slip.id, BankCredit(60100, date(2022, 6, 27)), ACCOUNTANT)
        assert refused.value.open_from == JULY
        credit_slip(ports, slip.id, BankCredit(60100, date(2022, 6, 27), "line"), ACCOUNTANT)
        (entry,) = (each for each in ports.memory.journal.values() if each.event is MoneyEvent.DEPOSIT)
        assert entry.dated_on == JULY
        assert ports.cheques.slip(slip.id).credited_on == date(2022, 6, 27)

    def test_documents_without_entries_are_dated_the_first_open_day(self, paid: Student) -> None:
        paid.ports.memory.journal.clear()
        close(paid)
        receives(paid, replace(CHEQUE, reference="7777"))
        found: list[JournalEntry] = list(paid.ports.memory.journal.values())
        assert min(each.dated_on for each in found) == JULY


@pytest.fixture
def frozen_june() -> Callable[[Student], None]:
    """Let a month be closed while the clock still shows its last evening: the latest of late writers."""

    def close_it(student: Student) -> None:
        close(student)
        student.is_at("2022-06-30 23:59")

    return close_it
