"""What an answer of the gateway, or none, makes of a refund; and which payments a surplus is taken from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.credits import Refundable, _parts
from chalicelib.domain.payments import Answer, Outcome, Payment, PaymentMethod
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState, Sheet, answered, looked

NOW = datetime(2022, 6, 24, 10, tzinfo=UTC)
SENT = Refund(
    "r",
    "p-1",
    "p",
    "p-t1",
    RefundMethod.CARD,
    100,
    "why",
    Sheet("", "p-1", "p-t1", RefundMethod.CARD, 100, 0, 0, 0, 1),
    "a",
    "A",
    NOW,
    "",
    RefundState.SENT,
)


def test_one_that_is_not_found_is_unknown_and_counted() -> None:
    found = looked(SENT)
    assert (found.state, found.not_found, found.version) == (RefundState.UNKNOWN, 1, SENT.version + 1)


@pytest.mark.parametrize(
    ("outcome", "state", "ended_at"),
    [
        (Outcome.PAID, RefundState.DONE, NOW),
        (Outcome.REFUSED_HARD, RefundState.REFUSED, NOW),
        (Outcome.UNKNOWN, RefundState.UNKNOWN, None),
        (Outcome.NOT_FOUND, RefundState.UNKNOWN, None),
    ],
)
def test_one_that_is_unclear_has_not_ended(
    outcome: Outcome, state: RefundState, ended_at: datetime | None
) -> None:
    said = answered(SENT, Answer("r", 100, outcome, "00000", "7001", "8001"), NOW)
    assert (said.state, said.ended_at) == (state, ended_at)


def test_surplus_is_taken_of_the_newest_payments_and_no_more() -> None:
    older = Payment("p-t1", "p-1", PaymentMethod.CARD, 100, 0, NOW)
    newer = replace(older, id="p-t2", received_at=NOW + timedelta(days=1))
    assert tuple(_parts((older, newer), 150)) == (Refundable(newer, 100), Refundable(older, 50))
