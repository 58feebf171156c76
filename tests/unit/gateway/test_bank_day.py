"""The gateway's own day: read in each form the manuals know, None for anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payments import Outcome
from chalicelib.gateway.bank_day import processing_day, remittance_day
from chalicelib.gateway.paybox import Paybox
from tests.unit.gateway.test_notification import PAID

if TYPE_CHECKING:
    from chalicelib.domain.payments import Answer
    from chalicelib.gateway.paybox import PayboxAccount

GARBAGE = [
    *("", "0", "00000000", "99999999", "31022022", "2022-08-31", "31/08/2022", "3108202", "310820221"),
    *("20221301", "20220230", "31081922", "19220831", "٣١٠٨٢٠٢٢", "abcdefgh", " 31082022", "31082022\n"),
]


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("31082022", date(2022, 8, 31)),
        ("20220831", date(2022, 8, 31)),
        ("20122022", date(2022, 12, 20)),
        ("29022024", date(2024, 2, 29)),
        ("20240229", date(2024, 2, 29)),
        *((told, None) for told in GARBAGE),
    ],
)
def test_day_of_a_notification_is_read_in_both_forms(told: str, day: date | None) -> None:
    assert processing_day(told) == day


@given(st.dates(min_value=date(2013, 1, 1), max_value=date(2099, 12, 31)))
def test_no_day_of_a_notification_is_mistaken_for_another(day: date) -> None:
    assert processing_day(f"{day:%d%m%Y}") == processing_day(f"{day:%Y%m%d}") == day


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert processing_day(text) is None or len(text) == 8
    assert remittance_day(text) is None or len(text) >= 6


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("220831001", date(2022, 8, 31)),
        ("220831", date(2022, 8, 31)),
        ("220231001", None),
        ("509625112", None),
        ("000000000", None),
        ("22083", None),
        ("", None),
        ("remise", None),
    ],
)
def test_day_of_a_remittance_is_read_from_its_number(told: str, day: date | None) -> None:
    assert remittance_day(told) == day


@pytest.mark.parametrize("told", [*GARBAGE[:-1], "24062022"])
def test_unreadable_day_costs_no_payment(account: PayboxAccount, signer: Any, told: str) -> None:
    signed = PAID + b"&Day=" + quote(told).encode()
    answer = Paybox(account).read_notification(signer.body(signed))
    assert (answer.outcome, answer.banked_on) == (Outcome.PAID, processing_day(told))


def test_notification_without_a_day_tells_none(account: PayboxAccount, signer: Any) -> None:
    assert Paybox(account).read_notification(signer.body(PAID)).banked_on is None


@pytest.fixture
def inquired(account: PayboxAccount, scripted: Any, attempt: Any) -> Any:
    questions = count(7)

    def asked(*replies: Any) -> Answer:
        scripted.replies = list(replies)
        paybox = Paybox(replace(account, direct_urls=(f"{scripted.url}/PPPS.php",)))
        now = datetime(2022, 9, 2, 8, 0, tzinfo=UTC)
        return paybox.inquire(attempt, lambda: next(questions), now)

    return asked


@pytest.mark.parametrize(
    ("told", "day"), [("220831001", date(2022, 8, 31)), ("remise", None), ("", None), (None, None)]
)
def test_inquiry_tells_the_day_of_the_remittance(
    inquired: Any, bank: Any, told: str | None, day: date | None
) -> None:
    answer = inquired(bank.says(), bank.says(STATUS="Capturé", REMISE=told))
    assert (answer.outcome, answer.banked_on) == (Outcome.PAID, day)


def test_amount_given_back_is_told_with_the_status(inquired: Any, bank: Any) -> None:
    answer = inquired(bank.says(), bank.says(STATUS="Remboursé", REMISE="220831001"))
    assert (answer.outcome, answer.refunded_cents, answer.transaction) == (Outcome.PAID, 60100, "34813567")
    assert answer.banked_on == date(2022, 8, 31)
    assert inquired(bank.says(), bank.says(STATUS="Capturé")).refunded_cents == 0
    cancelled = inquired(bank.says(), bank.says(STATUS="Annulé"))
    assert (cancelled.outcome, cancelled.refunded_cents) == (Outcome.PAID, 60100)
