"""What the gateway says of a card movement on the wire, before and after its remittance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.refunds.refund import Operation
from chalicelib.domain.treasury.remittances import CardMovement, GatewayWord, Told
from tests.integration.test_refunds_against_simulator import asks, paid, refund_of

if TYPE_CHECKING:
    from chalicelib.domain.payments import Payment

__all__ = ["paid"]


def movement(counter: Any, paid: Payment, **changes: Any) -> CardMovement:
    numbers = {"reference": counter.paybox.reference("attempt-1"), "transaction": paid.transaction}
    facts = {"cents": 60100, "call": paid.call} | numbers | changes
    return CardMovement("m1", "INP", "registration-1", paid.id, day=paris_day(counter.now), **facts)


def told(counter: Any, each: CardMovement) -> Told:
    answer: Told = counter.paybox.tell(each, counter.next_question, counter.now)
    return answer


def test_payment_is_taken_and_then_remitted(counter: Any, paid: Payment) -> None:
    one = movement(counter, paid)
    assert told(counter, one) == Told(GatewayWord.TAKEN)
    number = f"{one.day:%y%m%d}001"
    counter.moves(days=1)
    assert told(counter, one) == Told(GatewayWord.TAKEN, number)


def test_refund_is_found_by_its_own_number(counter: Any, paid: Payment) -> None:
    refund = refund_of(counter, paid, 5000)
    answer = asks(counter, refund, paid)
    one = movement(counter, paid, cents=-5000, reference=refund.reference, transaction=answer.transaction)
    counter.moves(days=1)
    assert told(counter, one) == Told(GatewayWord.GIVEN_BACK, f"{one.day:%y%m%d}001")
    assert told(counter, movement(counter, paid)).word is GatewayWord.TAKEN


def test_void_leaves_no_remittance(counter: Any, paid: Payment) -> None:
    asks(counter, refund_of(counter, paid, operation=Operation.VOID), paid)
    counter.moves(days=1)
    assert told(counter, movement(counter, paid)) == Told(GatewayWord.CANCELLED)


def test_unknown_number_is_not_found_and_silence_is_no_answer(counter: Any, paid: Payment) -> None:
    assert told(counter, movement(counter, paid, transaction="1")) == Told(GatewayWord.NOT_FOUND)
    for effect in ("drop", "wrong_echo", "http_500"):
        counter.disturb(match={"TYPE": "00017"}, effect=effect)
        assert told(counter, movement(counter, paid)) == Told(GatewayWord.NO_ANSWER)


@pytest.mark.parametrize("code", ["00001", "00097", "00099"])
def test_fault_of_the_gateway_is_no_answer(counter: Any, paid: Payment, code: str) -> None:
    counter.disturb(match={"TYPE": "00017"}, effect="refuse", code=code)
    assert told(counter, movement(counter, paid)) == Told(GatewayWord.NO_ANSWER)
