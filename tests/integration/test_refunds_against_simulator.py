"""Refunds and voids on the wire: what the gateway's own ledger shows is what we read from its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.payments import Answer, Outcome, Payment, PaymentMethod
from chalicelib.domain.refunds.refund import Operation, Refund, RefundMethod, Sheet

ACCEPTED = "1111222233334444"


@pytest.fixture
def paid(counter: Any) -> Payment:
    counter.pay(ACCEPTED)
    (told,) = counter.notified()
    return Payment(
        id="person-t1",
        registration_id="registration-1",
        method=PaymentMethod.CARD,
        amount_cents=60100,
        allocated_cents=0,
        received_at=counter.now,
        attempt_id="attempt-1",
        transaction=told.transaction,
        call=told.call,
    )


def refund_of(
    counter: Any, paid: Payment, cents: int = 60100, operation: Operation = Operation.REFUND
) -> Refund:
    card = RefundMethod.CARD
    return Refund(
        id="registration-1-r1",
        registration_id="registration-1",
        person_id="person",
        payment_id=paid.id,
        method=card,
        amount_cents=cents,
        reason="x",
        sheet=Sheet("x", "registration-1", paid.id, card, cents, 60100, 0, 0, 1),
        prepared_by="a",
        preparer="A",
        prepared_at=counter.now,
        request_hash="",
        reference=counter.paybox.reference("registration-1-r1"),
        question=900_001,
        operation=operation,
        sent_at=counter.now,
    )


def asks(counter: Any, refund: Refund, paid: Payment, *, is_debit: bool = False) -> Answer:
    answer: Answer = counter.paybox.refund(
        refund, paid, counter.next_question, counter.now, is_debit=is_debit
    )
    return answer


def inquires(counter: Any, refund: Refund, paid: Payment) -> Answer:
    answer: Answer = counter.paybox.inquire_refund(refund, paid, counter.next_question, counter.now)
    return answer


def given(counter: Any) -> list[int]:
    operations = counter.http.get("/_ledger").json()["operations"]
    return [each["amount_cents"] for each in operations if each["type"] in {"refund", "cancel"}]


OPERATIONS = [(Operation.REFUND, False), (Operation.VOID, False), (Operation.VOID, True)]


@pytest.mark.parametrize(("operation", "is_debit"), OPERATIONS)
def test_whole_is_given_back_once_and_confirmed(
    counter: Any,
    paid: Payment,
    operation: Operation,
    is_debit: bool,  # noqa: FBT001 - a case
) -> None:
    refund = refund_of(counter, paid, operation=operation)
    held = counter.paybox.holding(paid, counter.next_question, counter.now)
    assert (held.outcome, held.is_given_back, held.is_remitted) == (Outcome.PAID, False, False)
    assert inquires(counter, refund, paid).outcome is Outcome.NOT_FOUND
    done = asks(counter, refund, paid, is_debit=is_debit)
    assert (done.outcome, done.call) == (Outcome.PAID, paid.call)
    assert asks(counter, refund, paid, is_debit=is_debit).outcome is not Outcome.PAID
    assert given(counter) == [60100]
    assert inquires(counter, refund, paid).outcome is Outcome.PAID
    assert counter.paybox.holding(paid, counter.next_question, counter.now).is_given_back


def test_part_has_its_own_number_and_is_found_by_its_own_reference(counter: Any, paid: Payment) -> None:
    refund = refund_of(counter, paid, 10000)
    done = asks(counter, refund, paid)
    assert done.outcome is Outcome.PAID
    assert done.transaction != paid.transaction
    assert not counter.paybox.holding(paid, counter.next_question, counter.now).is_given_back
    assert inquires(counter, refund, paid).transaction == done.transaction


def test_more_than_is_held_is_refused(counter: Any, paid: Payment) -> None:
    assert asks(counter, refund_of(counter, paid, 60101), paid).outcome is Outcome.CONFIGURATION
    assert given(counter) == []


def test_payment_that_we_do_not_hold_is_not_found(counter: Any, paid: Payment) -> None:
    strange = replace(paid, transaction="999999999")
    assert counter.paybox.holding(strange, counter.next_question, counter.now).outcome is Outcome.NOT_FOUND
    assert asks(counter, refund_of(counter, paid), strange).outcome is Outcome.UNKNOWN
    void = refund_of(counter, paid, operation=Operation.VOID)
    assert inquires(counter, void, strange).outcome is Outcome.UNKNOWN


def test_part_of_a_payment_that_another_hand_gave_back_whole_is_unknown(counter: Any, paid: Payment) -> None:
    asks(counter, replace(refund_of(counter, paid), reference="elsewhere", question=900_009), paid)
    assert inquires(counter, refund_of(counter, paid, 10000), paid).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("effect", ["drop", "apply_then_drop", "http_500", "wrong_echo"])
def test_disturbed_refund_is_unknown_and_then_found_or_not(
    counter: Any, paid: Payment, effect: str, operation: Operation
) -> None:
    refund = refund_of(counter, paid, operation=operation)
    kind = "00014" if operation is Operation.REFUND else "00005"
    counter.disturb(match={"TYPE": kind}, effect=effect, times=1)
    assert asks(counter, refund, paid).outcome is Outcome.UNKNOWN
    is_given = bool(given(counter))
    assert inquires(counter, refund, paid).outcome is (Outcome.PAID if is_given else Outcome.NOT_FOUND)


@pytest.mark.parametrize("operation", Operation)
def test_accepted_refund_that_is_not_confirmed_is_unknown(
    counter: Any, paid: Payment, operation: Operation
) -> None:
    counter.disturb(match={"TYPE": "00017"}, effect="drop")
    assert asks(counter, refund_of(counter, paid, operation=operation), paid).outcome is Outcome.UNKNOWN
    assert given(counter) == [60100]
    assert inquires(counter, refund_of(counter, paid), paid).outcome is Outcome.UNKNOWN
    counter.disturb(match={"TYPE": "00011"}, effect="drop")
    assert inquires(counter, refund_of(counter, paid), paid).outcome is Outcome.UNKNOWN
