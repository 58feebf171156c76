"""The figures of money: folds of the journal at an evening, however far the sums by day have come."""

from datetime import date

import pytest

from chalicelib.domain.books.as_of import DayToCome
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.daily_sums import Figures, Flows, JournalSums, with_entries
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.payments import PaymentMethod
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.show_figures import show_figures
from chalicelib.usecases.journal.sum_journal import sum_journal
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT, Student


def figures(chris: Student, as_of: date | None = None) -> Figures:
    return show_figures(chris.ports, chris.ports.campaigns.current(), as_of)


def night(ports: FakePorts) -> None:
    number_journal(ports)
    sum_journal(ports)


@pytest.fixture
def season(chris: Student) -> Student:
    """A first instalment on the 24th, a credit note on the 1st, a cheque on the 2nd, unpaid on the 4th."""
    chris.starts_the_plan()
    chris.is_at("2022-07-01 10:00")
    issue_credit_note(chris.ports, CreditOrder(chris.account.invoices[0].number, 10000, "essai"), ACCOUNTANT)
    chris.is_at("2022-07-02 10:00")
    cheque = ReceivedMoney(PaymentMethod.CHEQUE, 5000, "0012345", date(2022, 7, 2))
    receive_payment(chris.ports, chris.registration_id, cheque, ACCOUNTANT, None)
    chris.is_at("2022-07-04 10:00")
    (paid,) = [each for each in chris.account.payments if each.method is PaymentMethod.CHEQUE]
    take_back_payment(chris.ports, paid.id, BankReturn(5000, "sans provision"), ACCOUNTANT)
    return chris


def test_evening_knows_what_was_dated_by_then(season: Student) -> None:
    first = figures(season, date(2022, 6, 24)).total
    assert (first.invoiced_cents, first.received_cents, first.owed_cents) == (60100, 20031, 40069)
    third = figures(season, date(2022, 7, 3)).total
    assert (third.credited_cents, third.received[Book.CHEQUES], third.owed_cents) == (10000, 5000, 25069)
    last = figures(season).total
    assert (last.taken_back_cents, last.owed_cents, last.credit_cents) == (5000, 30069, 0)
    assert last.owed_cents == season.account.position(date.max).balance_cents


@pytest.mark.parametrize("day", ["2022-06-23", "2022-06-30", "2022-07-02", "2022-07-04"])
def test_sums_by_day_change_no_figure(season: Student, day: str) -> None:
    evening = date.fromisoformat(day)
    before = figures(season, evening)
    number_journal(season.ports)
    assert figures(season, evening) == before, "numbered, and not added up yet"
    sum_journal(season.ports)
    assert figures(season, evening) == before
    season.is_at("2022-07-05 10:00")
    night(season.ports)
    night(season.ports)
    assert figures(season, evening) == before
    (sums,) = season.ports.memory.journal_sums.values()
    assert sums.last == len(season.ports.memory.journal), "nothing is read twice any more"
    assert sums.version == 2, "a night without entries writes nothing"


def test_what_the_index_tells_too_early_waits_for_what_comes_before(season: Student) -> None:
    season.is_at("2022-07-05 10:00")
    number_journal(season.ports)
    series = season.ports.campaigns.current().numbering.series
    first, second, *rest = season.ports.journal.numbered(series, 2022)
    gap = with_entries(JournalSums(series, 2022), (first, *rest))
    assert gap.last == 1
    whole = with_entries(JournalSums(series, 2022), (first, second, *rest))
    assert with_entries(gap, (second, *rest)).days == whole.days
    empty = JournalSums(series, 2022)
    assert with_entries(empty, rest) is empty


def test_night_in_which_the_index_lags_behind_writes_nothing(
    season: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    season.is_at("2022-07-05 10:00")
    number_journal(season.ports)
    monkeypatch.setattr(season.ports.journal, "numbered", lambda *_place: ())
    sum_journal(season.ports)
    assert not season.ports.memory.journal_sums


def test_each_of_the_last_days_has_its_own(season: Student) -> None:
    days = dict(figures(season, date(2022, 7, 4)).days)
    assert len(days) == 28
    assert days[date(2022, 7, 2)].received[Book.CHEQUES] == 5000
    assert days[date(2022, 7, 4)].taken_back_cents == 5000
    nothing = dict.fromkeys((Book.CARDS, Book.CHEQUES, Book.BANK), 0)
    assert days[date(2022, 7, 3)] == Flows(0, 0, nothing, 0, 0, 0, 0)


def test_day_to_come_has_no_evening(season: Student) -> None:
    with pytest.raises(DayToCome):
        figures(season, date(2022, 7, 5))
