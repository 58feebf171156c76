from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.money import FeeLine, euros, percent_of, totals


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00\N{NO-BREAK SPACE}€"),
        (5, "0,05\N{NO-BREAK SPACE}€"),
        (377000, "3\N{NARROW NO-BREAK SPACE}770,00\N{NO-BREAK SPACE}€"),
        (-60100, "-601,00\N{NO-BREAK SPACE}€"),
        (123456789, "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,89\N{NO-BREAK SPACE}€"),
    ],
)
def test_amounts_are_written_the_french_way(cents: int, written: str) -> None:
    assert euros(cents) == written


@pytest.mark.parametrize(
    ("cents", "percent", "share"), [(60100, "33.33", 20031), (1, "50", 1), (3, "50", 2), (100, "0", 0)]
)
def test_shares_are_rounded_half_up_to_the_cent(cents: int, percent: str, share: int) -> None:
    assert percent_of(cents, Decimal(percent)) == share


def test_line_takes_its_discount_before_its_tax() -> None:
    line = FeeLine("Atelier", 2, 5000, vat_rate=Decimal(20), discount_percent=Decimal(10))
    assert (line.total_excl_tax_cents, line.tax_cents, line.total_cents) == (9000, 1800, 10800)


lines = st.builds(
    FeeLine,
    product=st.just("x"),
    quantity=st.integers(0, 20),
    unit_price_cents=st.integers(0, 10**7),
    vat_rate=st.decimals(0, 100, places=2),
    discount_percent=st.decimals(0, 100, places=2),
)


@given(st.lists(lines, max_size=6))
def test_totals_are_the_sum_of_the_lines_to_the_cent(some: list[FeeLine]) -> None:
    assert totals(some).total_cents == sum(line.total_cents for line in some)


@given(lines)
def test_line_total_is_its_parts_and_never_negative(line: FeeLine) -> None:
    assert line.total_cents == line.total_excl_tax_cents + line.tax_cents >= 0
