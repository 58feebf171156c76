"""How far the books of each school are closed, and its closed months in their order."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.periods import Closing, Period
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from tests.contract.conftest import Store, audit
from tests.fakes.ports import MANUAL_DAY

CLOSING = Closing("INP", date(2022, 5, 31), date(2022, 6, 30), "by", MANUAL_DAY, 1)


def month(name: str) -> Period:
    return Period("INP", name, "by", MANUAL_DAY, MANUAL_DAY, 12, {Book.BANK: 500, Book.FEES: -500})


def test_closing_moves_from_version_to_version(store: Store) -> None:
    assert store.periods.closing("INP") == Closing("INP")
    assert store.periods.closings() == ()
    store.commit(Changes((CLOSING,), audit("one")))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((CLOSING,), audit("again")))
    after = replace(CLOSING, closed_to=CLOSING.closing_to, closing_to=None, version=2)
    store.commit(Changes((after,), audit("two")))
    assert store.periods.closing("INP") == after
    assert store.periods.closings() == (after,)


def test_closed_months_are_listed_in_their_order_and_written_once(store: Store) -> None:
    store.commit(Changes((month("2022-06"), month("2022-05")), audit("both")))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((month("2022-06"),), audit("again")))
    assert store.periods.closed("INP") == (month("2022-05"), month("2022-06"))
    assert store.periods.closed("XXX") == ()
