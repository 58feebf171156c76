"""Cents spread over instalments, in their order: no more than is left of each, and all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.books.allocation import spread
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from tests.fakes.ports import MANUAL_DAY

DAY = MANUAL_DAY.date()


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=4),
    st.integers(-50, 1300),
)
def test_sum_is_spread_whole_and_leaves_no_small_rest_where_it_can(left: list[int], cents: int) -> None:
    instalments = [Instalment("r", "p", rank, DAY, amount, "", DAY) for rank, amount in enumerate(left)]
    parts = [part for _, part in spread(cents, instalments)]
    rests = [before - part for before, part in zip(left, parts, strict=True)]
    assert sum(parts) == max(0, min(cents, sum(left)))
    assert all(0 <= rest <= before for rest, before in zip(rests, left, strict=True))
    small = [rest for rest, part in zip(rests, parts, strict=True) if part and 0 < rest < SMALLEST_PART_CENTS]
    assert len(small) <= 1


@pytest.mark.parametrize(("last", "parts"), [(31, [20000, 0]), (131, [19938, 62])])
def test_small_rest_stays_where_the_last_part_cannot_take_the_difference(last: int, parts: list[int]) -> None:
    instalments = [Instalment("r", "p", rank, DAY, cents, "", DAY) for rank, cents in ((3, 20038), (2, last))]
    assert [part for _, part in spread(20000, instalments)] == parts
