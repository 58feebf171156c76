"""Why the card of a plan cannot be debited on a day."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.payments import Evidence
from chalicelib.domain.plan.instalments import Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_cards import CardLack, can_be_debited, is_too_small, lack_on, plan_lack
from chalicelib.domain.plan.standing import place_of

NOW = datetime(2022, 6, 24, 10, tzinfo=PARIS)
MANDATE = Mandate("p-1", "p", "subscriber", "token", "2208", "44", "J'autorise", "hash", NOW, Evidence())
JULY = Instalment("p-1", "p", 2, date(2022, 7, 10), 20031, "hash", date(2022, 7, 10))
SEPTEMBER = replace(JULY, rank=3, due_on=date(2022, 9, 10), next_try_on=date(2022, 9, 10))


@pytest.mark.parametrize(
    ("token", "expires", "day", "lack"),
    [
        ("token", "2208", date(2022, 8, 31), None),  # a card is valid to the end of its month
        ("token", "2208", date(2022, 9, 1), CardLack.EXPIRES_BEFORE),
        ("token", "2301", date(2022, 12, 31), None),
        ("token", "2212", date(2023, 1, 1), CardLack.EXPIRES_BEFORE),
        ("", "2212", date(2022, 8, 10), CardLack.NO_TOKEN),
        ("", "2201", date(2022, 8, 10), CardLack.NO_TOKEN),
        ("token", "", date(2022, 8, 10), CardLack.NO_TOKEN),
    ],
)
def test_card_is_lacking_without_a_token_and_after_its_month(
    token: str, expires: str, day: date, lack: CardLack | None
) -> None:
    assert lack_on(replace(MANDATE, token=token, card_expires=expires), day) is lack


def test_plan_lacks_a_card_if_one_debit_to_come_does() -> None:
    assert plan_lack(MANDATE, [JULY]) is None
    assert plan_lack(MANDATE, [SEPTEMBER, JULY]) is CardLack.EXPIRES_BEFORE
    assert plan_lack(replace(MANDATE, token=""), [JULY]) is CardLack.NO_TOKEN


def test_plan_without_a_debit_to_come_or_without_a_mandate_lacks_none() -> None:
    paid = replace(SEPTEMBER, state=InstalmentState.PAID)
    assert plan_lack(MANDATE, [paid]) is None
    assert plan_lack(None, [SEPTEMBER]) is None


def test_only_what_waits_for_a_day_of_the_card_can_be_debited() -> None:
    assert can_be_debited(JULY, MANDATE)
    assert not can_be_debited(SEPTEMBER, MANDATE)
    assert not can_be_debited(replace(JULY, state=InstalmentState.PAID), MANDATE)
    assert not can_be_debited(JULY, None)
    assert can_be_debited(replace(JULY, amount_cents=100), MANDATE)
    assert not can_be_debited(replace(JULY, amount_cents=99), MANDATE)


@pytest.mark.parametrize(("cents", "is_small"), [(1, True), (99, True), (100, False)])
def test_part_of_less_than_a_euro_is_too_small(cents: int, is_small: bool) -> None:  # noqa: FBT001 - a case
    assert is_too_small(replace(JULY, amount_cents=cents)) is is_small


def test_place_counts_the_parts_that_stand() -> None:
    gone = replace(JULY, rank=1, state=InstalmentState.CANCELLED)
    assert [place_of(rank, (gone, JULY, SEPTEMBER)) for rank in (2, 3)] == [1, 2]
