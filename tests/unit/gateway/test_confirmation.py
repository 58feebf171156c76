"""An announced acceptance is looked for in our own account, by the message's own numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.payments import Answer, Outcome
from chalicelib.gateway.paybox import Paybox, Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.payments import Attempt
    from chalicelib.gateway.paybox import PayboxAccount

NOW = datetime(2022, 6, 24, 22, 30, 5, tzinfo=UTC)


@pytest.fixture
def confirm(account: PayboxAccount, scripted: Any, attempt: Attempt) -> Callable[..., Answer]:
    questions = count(7)
    announced = Answer(attempt.reference, attempt.amount_cents, Outcome.PAID, "00000", "34813567", "61548235")

    def asked(*replies: Callable[[dict[str, str]], Any]) -> Answer:
        scripted.replies = list(replies)
        line = replace(account, direct_urls=(f"{scripted.url}/PPPS.php",))
        paybox = Paybox(line, Timeouts(connect_seconds=20, read_seconds=20))
        return paybox.confirm(attempt, announced, lambda: next(questions), NOW)

    return asked


def test_second_try_is_asked_about_by_its_own_numbers(
    confirm: Callable[..., Answer], bank: Any, scripted: Any
) -> None:
    """00011 finds the first, refused try of the reference."""
    answer = confirm(bank.says(NUMTRANS="0000000001", NUMAPPEL="0000000002"), bank.says(STATUS="Capturé"))
    assert (answer.outcome, answer.transaction, answer.call) == (Outcome.PAID, "34813567", "61548235")
    assert [(each["TYPE"], each.get("NUMTRANS")) for each in scripted.asked] == [
        ("00011", None),
        ("00017", "0034813567"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("00018", "", Outcome.NOT_FOUND),
        ("00006", "", Outcome.UNKNOWN),
        ("00000", "00018", Outcome.NOT_FOUND),
        ("00000", "00099", Outcome.UNKNOWN),
    ],
)
def test_only_a_clear_answer_says_anything(
    confirm: Callable[..., Answer], bank: Any, first: str, second: str, outcome: Outcome
) -> None:
    replies = (bank.says(first), bank.says(second)) if second else (bank.says(first),)
    assert confirm(*replies).outcome is outcome


def test_silence_is_unknown(confirm: Callable[..., Answer], bank: Any) -> None:
    assert confirm(bank.sends(b"")).outcome is Outcome.UNKNOWN
    assert confirm(bank.says(), bank.sends(b"")).outcome is Outcome.UNKNOWN


def test_transaction_that_was_cancelled_was_given_back(confirm: Callable[..., Answer], bank: Any) -> None:
    answer = confirm(bank.says(), bank.says(STATUS="Annulé"))
    assert (answer.outcome, answer.refunded_cents) == (Outcome.PAID, answer.amount_cents)
