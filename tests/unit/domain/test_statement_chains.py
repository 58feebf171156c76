"""Which movements are new, in files that repeat, overlap, follow and lack days."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.domain.treasury.chaining import new_lines, stored_line
from chalicelib.domain.treasury.reading import ReadLine, ReadStatement
from chalicelib.domain.treasury.refusals import StatementContradicts, StatementDaysRepeated, StatementGap
from chalicelib.domain.treasury.statements import StatementChain, StatementFormat
from tests.fakes.ports import MANUAL_DAY

if TYPE_CHECKING:
    from chalicelib.domain.treasury.lines import StatementLine

IBAN = "FR76"
FIRST = date(2022, 6, 1)


def line(day: int, cents: int = 100, label: str = "VIR") -> ReadLine:
    on = FIRST + timedelta(days=day - 1)
    return ReadLine(on, on, cents, label)


def read(opening: int, *lines: ReadLine, until: int = 0, since: int = 0) -> ReadStatement:
    closing = opening + sum(each.cents for each in lines)
    days = [each.booked_on for each in lines]
    last = FIRST + timedelta(days=until - 1) if until else max(days)
    first = FIRST + timedelta(days=since - 1) if since else min(days, default=last)
    return ReadStatement(IBAN, StatementFormat.CSV, first, opening, last, closing, lines)


class Account:
    """An account whose statements are taken as the system takes them."""

    def __init__(self) -> None:
        self.chain = StatementChain(IBAN)
        self.lines: dict[str, StatementLine] = {}

    def takes(self, statement: ReadStatement) -> int:
        """Take a statement; return how many of its lines are new."""
        present = [e for e in self.lines.values() if statement.first_on <= e.booked_on]
        placed = new_lines(statement, self.chain, present)
        for each in placed:
            made = stored_line(each, IBAN, statement.id, MANUAL_DAY)
            assert made.id not in self.lines
            self.lines[made.id] = made
        closing = self.chain.closing_on
        if placed or closing is None or statement.closing_on > closing:
            later = max(statement.closing_on, closing or statement.closing_on)
            self.chain = replace(self.chain, closing_on=later, closing_cents=statement.closing_cents)
        return len(placed)

    @property
    def cents(self) -> int:
        return sum(each.cents for each in self.lines.values())


@pytest.fixture
def account() -> Account:
    return Account()


def test_same_statement_twice_changes_nothing(account: Account) -> None:
    once = read(0, line(1), line(1), line(2, -50))
    assert [account.takes(once), account.takes(once)] == [3, 0]


def test_two_equal_lines_of_a_day_are_two(account: Account) -> None:
    assert account.takes(read(0, line(1), line(1))) == 2
    assert [each.occurrence for each in account.lines.values()] == [1, 2]


def test_overlapping_days_add_what_is_new_alone(account: Account) -> None:
    account.takes(read(0, line(1), line(2), line(2)))
    assert account.takes(read(100, line(2), line(2), line(3), line(3))) == 2
    assert account.cents == 500


def test_equal_line_in_the_next_statement_of_the_same_day_is_another(account: Account) -> None:
    account.takes(read(0, line(1)))
    assert account.takes(read(100, line(1))) == 1
    assert account.takes(read(200, line(1), line(1, 5))) == 2
    assert sorted(each.occurrence for each in account.lines.values() if each.cents == 100) == [1, 2, 3]
    assert account.cents == 305


def test_day_that_was_cut_is_completed_by_the_whole_one(account: Account) -> None:
    account.takes(read(0, line(1), line(1, 7)))
    assert account.takes(read(0, line(1), line(1, 7), line(1), line(1, 9))) == 2
    assert account.cents == 216


def test_older_known_statement_changes_nothing(account: Account) -> None:
    account.takes(read(0, line(1), line(2)))
    account.takes(read(200, line(3)))
    assert account.takes(read(0, line(1), line(2))) == 0
    assert account.chain.closing_cents == 300


def test_days_without_movements_only_move_the_end(account: Account) -> None:
    account.takes(read(0, line(1)))
    assert account.takes(read(100, until=5)) == 0
    assert account.chain.closing_on == date(2022, 6, 5)


@pytest.mark.parametrize(
    "statement",
    [
        read(500, line(9)),  # days are missing
        read(0, line(2, 3)),  # a movement inside known days that leads elsewhere
        read(-100, line(1, 99), until=1),  # older than the first
        read(500, until=9),
    ],
)
def test_what_does_not_follow_is_refused_with_both_balances(
    account: Account, statement: ReadStatement
) -> None:
    account.takes(read(0, line(2), line(3)))
    with pytest.raises(StatementGap) as refused:
        account.takes(statement)
    assert (refused.value.last_cents, refused.value.opening_cents) == (200, statement.opening_cents)
    assert account.cents == 200


@pytest.mark.parametrize(
    "statement",
    [
        read(7, line(2)),  # its movement is known, its balances are not those of the account
        read(777, until=3),
        read(777, until=2),
        read(0, line(1), line(3, 50), until=3),  # without the movement between
        read(100, line(1), line(3, 50), line(4, 9)),  # the same, and it leads on
    ],
)
def test_known_movements_with_other_balances_are_a_gap(account: Account, statement: ReadStatement) -> None:
    account.takes(read(0, line(1), line(2), line(3, 50)))
    with pytest.raises(StatementContradicts):
        account.takes(statement)
    assert account.cents == 250


def test_part_of_a_known_day_is_known_by_the_statements_of_the_day(account: Account) -> None:
    account.takes(read(0, line(1), line(1, 7)))
    account.takes(read(107, line(1, 3)))
    account.takes(read(110, line(2)))
    assert account.takes(read(107, line(1, 3), since=1)) == 0
    assert account.takes(read(0, line(1, 7), line(1), until=1)) == 0
    with pytest.raises(StatementContradicts):
        account.takes(read(104, line(1, 3)))


def test_equal_balances_are_no_reason_where_the_days_are(account: Account) -> None:
    account.takes(read(0, line(2), line(3)))
    with pytest.raises(StatementDaysRepeated) as refused:
        account.takes(read(200, line(2, 7)))
    assert (refused.value.first_on, refused.value.last_on) == (date(2022, 6, 2), date(2022, 6, 3))


def test_lines_of_two_accounts_never_share_an_id() -> None:
    (placed,) = new_lines(read(0, line(1)), StatementChain(IBAN), ())
    ids = {stored_line(placed, iban, "s", MANUAL_DAY).id for iban in ("FR76", "FR77")}
    assert len(ids) == 2


DAYS = st.lists(
    st.lists(st.sampled_from([(100, "A"), (100, "B"), (-30, "A"), (7, "C")]), max_size=4),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)
@given(DAYS, st.data())
def test_any_cutting_into_overlapping_files_gives_the_account_of_the_bank(
    days: list[list[tuple[int, str]]], data: st.DataObject
) -> None:
    """Files of whole days that overlap at will, each perhaps twice, in order: every movement once."""
    account, end = Account(), 0
    balances = [0]
    for day in days:
        balances.append(balances[-1] + sum(cents for cents, _ in day))
    while end < len(days):
        begin = data.draw(st.integers(0, end))
        end = data.draw(st.integers(max(end, begin) + 1, len(days)))
        moved = [line(place + 1, cents, label) for place in range(begin, end) for cents, label in days[place]]
        statement = read(balances[begin], *moved, until=end, since=begin + 1)
        for _ in range(data.draw(st.integers(1, 2))):
            account.takes(statement)
    assert account.cents == balances[-1]
    assert len(account.lines) == sum(len(day) for day in days)
    shift = data.draw(st.integers(-300, 300).filter(bool))
    first = data.draw(st.integers(0, len(days) - 1))
    moved = [
        line(place + 1, cents, label) for place in range(first, len(days)) for cents, label in days[place]
    ]
    strange = read(balances[first] + shift, *moved, until=len(days), since=first + 1)
    assume(strange.opening_cents != account.chain.closing_cents)
    with pytest.raises(StatementGap):
        account.takes(strange)
