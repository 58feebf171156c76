"""What explains a line adds up to it, and moves the money from where it is held."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.treasury.lines import (
    Explanation,
    ExplanationKind,
    LineDetail,
    LineState,
    StatementLine,
    explain,
)
from chalicelib.domain.treasury.proposals import clues_of
from chalicelib.domain.treasury.rapprochement import Rapprochement, digest_of
from chalicelib.domain.treasury.refusals import ExplanationUnequal, LineExplained
from tests.fakes.ports import MANUAL_DAY

K = ExplanationKind
LINE = StatementLine(
    "20220624-0-1", "FR76", "s1", date(2022, 6, 24), date(2022, 6, 24), 60100, "VIR", MANUAL_DAY
)


def part(kind: ExplanationKind, cents: int, subject: str = "x") -> Explanation:
    return Explanation(kind, subject, cents)


def test_each_transaction_of_a_batch_is_looked_for_with_its_own_amount() -> None:
    details = (LineDetail(40000, "UN"), LineDetail(20100, "DEUX"), LineDetail(-100, "FRAIS", is_fee=True))
    assert [each.cents for each in clues_of(LINE)] == [60100]
    clues = clues_of(replace(LINE, cents=60000, details=details))
    assert [(each.cents, each.words) for each in clues] == [(40000, {"un"}), (20100, {"deux"})]


STANDING = Rapprochement(
    "1", "INP", "FR76", date(2022, 6, 1), 1, date(2022, 6, 30), 2, 3, (), (), "accountant", MANUAL_DAY
)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "2"},
        {"iban": "FR77"},
        {"opened_on": date(2022, 6, 2)},
        {"closing_on": date(2022, 6, 29)},
        {"opening_cents": 0},
        {"statement_cents": 0},
        {"book_cents": 0},
        {"prepared_by": "other"},
    ],
    ids=str,
)
def test_digest_of_a_rapprochement_tells_all_that_it_says(change: dict[str, Any]) -> None:
    assert digest_of(replace(STANDING, **change)) != digest_of(STANDING)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (K.PAYMENT, LineState.MATCHED),
        (K.REMITTANCE, LineState.MATCHED),
        (K.FEE, LineState.FEE),
        (K.REFUND_RETURNED, LineState.REFUND_RETURNED),
        (K.SUSPENSE, LineState.SUSPENSE),
        (K.DISCARDED, LineState.DISCARDED),
    ],
)
def test_state_follows_from_what_the_line_is(kind: ExplanationKind, state: LineState) -> None:
    told = explain(LINE, (part(kind, 60100),), "a1", MANUAL_DAY, "why")
    assert (told.state, told.version, told.reason, told.decided_by) == (state, 2, "why", "a1")


def test_line_of_two_parts_is_split_even_with_a_fee_against_it() -> None:
    parts = (part(K.REMITTANCE, 60900), part(K.FEE, -800))
    assert explain(LINE, parts, "a1", MANUAL_DAY).state is LineState.SPLIT


@pytest.mark.parametrize("cents", [(), (60099,), (60101,), (60100, 0), (-60100,)])
def test_parts_that_do_not_add_up_explain_nothing(cents: tuple[int, ...]) -> None:
    with pytest.raises(ExplanationUnequal):
        explain(LINE, [part(K.PAYMENT, each) for each in cents], "a1", MANUAL_DAY)


def test_suspense_is_explained_part_by_part_and_never_twice() -> None:
    held = explain(LINE, (part(K.SUSPENSE, 60100, LINE.id),), "a1", MANUAL_DAY)
    assert (LINE.held_in, held.held_in, held.open_cents) == (Book.BANK, Book.SUSPENSE, 60100)
    assert (held.owner, held.suspended_at) == ("a1", MANUAL_DAY)
    parts = (part(K.PAYMENT, 10000, "p1"), part(K.SUSPENSE, 50100, LINE.id))
    later = explain(held, parts, "a2", MANUAL_DAY + timedelta(days=3))
    assert (later.state, later.open_cents, later.owner) == (LineState.SUSPENSE, 50100, "a1")
    assert later.suspended_at == MANUAL_DAY
    with pytest.raises(ExplanationUnequal):
        explain(later, (part(K.PAYMENT, 60100, "p2"),), "a1", MANUAL_DAY)
    ended = explain(later, (part(K.PAYMENT, 50100, "p1"),), "a1", MANUAL_DAY)
    assert (ended.state, ended.open_cents) == (LineState.MATCHED, 0)
    assert ended.explanations == (part(K.PAYMENT, 60100, "p1"),)
    with pytest.raises(LineExplained):
        explain(ended, (part(K.FEE, 60100),), "a1", MANUAL_DAY)


def test_proposed_line_is_open_as_a_new_one() -> None:
    assert replace(LINE, state=LineState.PROPOSED).open_cents == 60100
