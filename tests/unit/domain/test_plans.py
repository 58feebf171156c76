"""Plans: the manual's golden figures, exact sums whatever the total, and the days that follow the first."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain import errors
from chalicelib.domain.campaign import Plan, Split, Text
from chalicelib.domain.plan.plans import (
    Schedule,
    amounts_of,
    consent,
    is_at_threshold,
    require_allowed,
    schedule,
    schedule_hash,
)

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
THREE, SIX = CAMPAIGN.plans["paybox-3"], CAMPAIGN.plans["paybox-6"]
MANUAL_DAY = date(2022, 6, 24)


def plan(split: Split, instalments: int, first_amount_cents: int | None = None) -> Plan:
    share = Decimal(100) / instalments
    shares = (round(share, 2),) * (instalments - 1)
    return Plan(
        code="any",
        label=Text("Au choix", "Any"),
        split=split,
        instalments=instalments,
        shares=(*shares, Decimal(100) - sum(shares)) if split is Split.PERCENT else (),
        first_amount_cents=first_amount_cents,
        minimum_total_cents=0,
        due_day=10,
        retry_after_days=(3, 7),
        notice_days=7,
    )


def test_golden_601_euros_in_three_is_the_manuals_table() -> None:
    agreed = schedule(THREE, 60100, MANUAL_DAY)
    assert [(part.rank, part.due_on, part.amount_cents) for part in agreed.parts] == [
        (1, date(2022, 6, 24), 20031),
        (2, date(2022, 7, 10), 20031),
        (3, date(2022, 8, 10), 20038),
    ]


def test_golden_3770_euros_in_six_has_five_equal_ones_after_the_first() -> None:
    amounts = amounts_of(SIX, 377000)
    assert amounts == (62835, 62833, 62833, 62833, 62833, 62833)
    assert sum(amounts) == 377000


def test_first_paid_on_a_10th_puts_the_next_on_the_following_one() -> None:
    days = [part.due_on for part in schedule(THREE, 60100, date(2022, 7, 10)).parts]
    assert days == [date(2022, 7, 10), date(2022, 8, 10), date(2022, 9, 10)]


def test_days_go_on_over_the_new_year() -> None:
    days = [part.due_on for part in schedule(THREE, 60100, date(2022, 11, 30)).parts]
    assert days == [date(2022, 11, 30), date(2022, 12, 10), date(2023, 1, 10)]


def test_equal_parts_differ_by_a_cent_at_most_the_larger_ones_last() -> None:
    assert amounts_of(plan(Split.EQUAL, 3), 60100) == (20033, 20033, 20034)
    assert amounts_of(plan(Split.EQUAL, 3), 60101) == (20033, 20034, 20034)


def test_fixed_first_amount_takes_the_cents_that_do_not_divide() -> None:
    assert amounts_of(plan(Split.FIXED_FIRST, 6, 100000), 377000) == (100000, *(55400,) * 5)
    assert amounts_of(plan(Split.FIXED_FIRST, 6, 100000), 377003) == (100003, *(55400,) * 5)


def test_fixed_first_amount_above_the_total_leaves_nothing_to_the_others() -> None:
    assert amounts_of(plan(Split.FIXED_FIRST, 3, 100000), 60100) == (60100, 0, 0)


splits = st.sampled_from([Split.PERCENT, Split.EQUAL, Split.FIXED_FIRST])
first_amounts = st.one_of(st.none(), st.integers(1, 10**7))


@given(splits, st.integers(1, 10**7), st.integers(1, 24), first_amounts)
def test_p6_parts_add_up_to_the_cent_and_none_is_negative(
    split: Split, total_cents: int, instalments: int, first: int | None
) -> None:
    amounts = amounts_of(plan(split, instalments, first), total_cents)
    assert len(amounts) == instalments
    assert sum(amounts) == total_cents
    assert min(amounts) >= 0


@given(st.integers(1, 10**7), st.integers(2, 24), first_amounts)
def test_p6_others_of_a_fixed_first_plan_are_exactly_equal(
    total_cents: int, instalments: int, first: int | None
) -> None:
    _, *others = amounts_of(plan(Split.FIXED_FIRST, instalments, first), total_cents)
    assert len(set(others)) == 1


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.integers(2, 24))
def test_p7_parts_after_the_first_fall_on_the_10th_of_each_month_that_follows(
    first_on: date, instalments: int
) -> None:
    parts = schedule(plan(Split.EQUAL, instalments), 10**6, first_on).parts
    months = [part.due_on.year * 12 + part.due_on.month for part in parts]
    assert months == list(range(months[0], months[0] + instalments))
    assert {part.due_on.day for part in parts[1:]} == {10}
    assert parts[0].due_on == first_on


def test_six_instalments_are_refused_below_a_thousand_euros() -> None:
    with pytest.raises(errors.PlanNotAllowed, match="minimum"):
        require_allowed(SIX, 99999)


def test_exactly_a_thousand_euros_is_allowed_and_flagged() -> None:
    require_allowed(SIX, 100000)
    assert is_at_threshold(SIX, 100000)
    assert not is_at_threshold(SIX, 100001)


def test_part_too_small_for_the_gateway_is_refused() -> None:
    with pytest.raises(errors.PlanNotAllowed, match="part"):
        require_allowed(THREE, 200)


def test_hash_changes_with_each_cent_the_plan_and_its_day_and_not_with_the_date() -> None:
    agreed = schedule(THREE, 60100, MANUAL_DAY)
    assert schedule(THREE, 60100, date(2023, 1, 31)).hash == agreed.hash
    amounts = amounts_of(THREE, 60100)
    others = {
        schedule_hash(THREE, (amounts[0] + 1, amounts[1] - 1, amounts[2])),
        schedule_hash(replace(THREE, due_day=11), amounts),
        schedule_hash(SIX, amounts),
    }
    assert agreed.hash not in others
    assert len(others) == 3


def test_consent_names_the_school_and_each_date_and_amount() -> None:
    text = consent(THREE, schedule(THREE, 60100, MANUAL_DAY), "École d'essai")
    assert "École d'essai" in text
    dates = (
        "200,31\N{NO-BREAK SPACE}€ le 24/06/2022, 200,31\N{NO-BREAK SPACE}€ le 10/07/2022, "
        "200,38\N{NO-BREAK SPACE}€ le 10/08/2022. "
    )
    assert f": {dates}Le jeton est effacé" in text


def test_last_late_instalment_agrees_to_no_further_debit() -> None:
    plan = load_shipped("clermont-auvergne-inp-2022").plans["paybox-3"]
    words = consent(plan, Schedule(plan.code, (), "hash"), "École imaginaire")
    assert "dernière échéance" in words
    assert "jeton" not in words
