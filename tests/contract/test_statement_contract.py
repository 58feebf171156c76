"""Statements of the bank and their lines: found by id, by day and by state."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, LineState, StatementLine, explain
from chalicelib.domain.treasury.statements import BankStatement, StatementChain, StatementFormat
from tests.contract.conftest import Store
from tests.fakes.ports import MANUAL_DAY

IBAN = "FR7630001007941234567890185"
KEPT = MANUAL_DAY.replace(year=2033)


def line(day: date, rank: int = 1, iban: str = IBAN) -> StatementLine:
    name = f"{day:%Y%m%d}-{rank:016x}-1"
    return StatementLine(name, iban, "s1", day, day, 60100, "VIR SEPA", KEPT)


def statement(number: int, iban: str = IBAN) -> BankStatement:
    day = date(2022, 6, number)
    kind = StatementFormat.CFONB_120
    return BankStatement(f"s{number}", iban, kind, "", day, 0, day, 0, 0, 0, "0" * 64, "a1", MANUAL_DAY, KEPT)


def test_lines_are_found_by_id_and_by_day_across_months(store: Store) -> None:
    days = (date(2021, 12, 31), date(2022, 1, 1), date(2022, 2, 28), date(2022, 3, 1))
    lines = [line(day) for day in days]
    store.commit(Changes((*lines, line(days[1], 2, "FR76OTHER"))))
    assert store.statements.line(lines[1].id) == lines[1]
    assert list(store.statements.lines(IBAN, days[0], days[2])) == lines[:3]
    assert list(store.statements.lines(IBAN, days[3], days[3])) == lines[3:]
    with pytest.raises(NotFound):
        store.statements.line("20220101-0-1")


def test_line_moves_from_the_list_of_one_state_to_that_of_another(store: Store) -> None:
    first, second = line(date(2022, 6, 1)), line(date(2022, 6, 2))
    store.commit(Changes((second, first)))
    assert store.statements.of_state(LineState.NEW) == ((first, second), None)
    part = Explanation(ExplanationKind.SUSPENSE, first.id, 60100)
    held = explain(first, (part,), "a1", MANUAL_DAY)
    store.commit(Changes((held,)))
    assert store.statements.of_state(LineState.NEW) == ((second,), None)
    assert store.statements.of_state(LineState.SUSPENSE) == ((held,), None)


def test_list_of_lines_pages(store: Store) -> None:
    lines = [line(date(2022, 6, 1), rank) for rank in range(1, 61)]
    store.commit(Changes(tuple(lines)))
    page, cursor = store.statements.of_state(LineState.NEW)
    rest, end = store.statements.of_state(LineState.NEW, cursor)
    assert ([*page, *rest], end) == (lines, None)


def test_statements_are_listed_by_account_and_day(store: Store) -> None:
    made = [statement(2), statement(1), statement(3, "FR75")]
    store.commit(Changes(tuple(made)))
    assert store.statements.listed() == ((made[2], made[1], made[0]), None)
    assert store.statements.find("s1") == made[1]
    assert store.statements.find("s9") is None


def test_two_statements_never_follow_the_same_end(store: Store) -> None:
    end = store.statements.chain(IBAN)
    assert end == StatementChain(IBAN)
    after = end.after(replace(statement(5), closing_cents=100))
    store.commit(Changes((after,)))
    assert store.statements.chain(IBAN) == StatementChain(IBAN, date(2022, 6, 5), 100, 1, "", 1)
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((end.begun("s6"),)))
