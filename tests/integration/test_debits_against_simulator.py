"""Later instalments on real wires: what our side says of a debit, judged by the gateway's own books."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.payments import Answer, Outcome, PlanTerms
from chalicelib.domain.plan.instalments import Debit, Mandate

if TYPE_CHECKING:
    from collections.abc import Callable

ACCEPTED, E_CARD = "1111222233334444", "1111222233330021"
FIRST, LATER = 20031, 20038
TERMS = PlanTerms(
    rank=1,
    plan_code="paybox-3",
    schedule_hash="0" * 64,
    subscriber="1999888-32-registration-1-i1-1",
    last_due_on=date(2022, 8, 10),
    consent="J'accepte les prélèvements de cet échéancier.",
)


@dataclass
class Plan:
    """A plan whose first instalment was paid by card; `debit` is its next one."""

    counter: Any
    mandate: Mandate
    debit: Debit

    def take(self) -> Answer:
        answer: Answer = self.counter.paybox.debit(self.debit, self.mandate, self.counter.now)
        return answer

    def inquire(self) -> Answer:
        paybox, now = self.counter.paybox, self.counter.now
        answer: Answer = paybox.inquire_debit(self.debit, self.counter.next_question, now)
        return answer

    def forget(self) -> bool:
        gone: bool = self.counter.paybox.forget_card(
            self.mandate.subscriber, self.counter.next_question, self.counter.now
        )
        return gone

    def taken(self) -> list[int]:
        cents: list[int] = self.counter.captured(self.debit.reference)
        return cents


@pytest.fixture
def agree(counter: Any) -> Callable[[str], Plan]:
    """Pays the first instalment with a card."""

    def agreed(number: str) -> Plan:
        counter.attempt = replace(counter.attempt, amount_cents=FIRST, terms=TERMS)
        told = counter.accept(number)
        assert told.outcome is Outcome.PAID
        return Plan(counter, _mandate(counter, told), _debit(counter))

    return agreed


@pytest.fixture
def plan(agree: Callable[[str], Plan]) -> Plan:
    return agree(ACCEPTED)


def _mandate(counter: Any, told: Answer) -> Mandate:
    return Mandate(
        registration_id="registration-1",
        person_id="person-1",
        subscriber=TERMS.subscriber,
        token=told.token,
        card_expires=told.token_expires,
        card_last_digits=told.evidence.card_last_digits,
        consent=TERMS.consent,
        schedule_hash=TERMS.schedule_hash,
        agreed_at=counter.now,
        evidence=told.evidence,
    )


def _debit(counter: Any) -> Debit:
    return Debit(
        id="registration-1-i2-1",
        instalment_id="registration-1-i2",
        person_id="person-1",
        reference=counter.paybox.reference("registration-1-i2-1"),
        question=2_147_483_647,
        amount_cents=LATER,
        schedule_hash=TERMS.schedule_hash,
        planned_on=counter.now.date(),
        claimed_at=counter.now,
    )


def test_first_instalment_gives_the_token_of_a_known_payer(plan: Plan) -> None:
    (told,) = plan.counter.notified()

    assert (len(told.token), told.token_expires) == (11, "2812")
    assert (told.evidence.authenticated, told.evidence.card_last_digits) == ("Y", "44")
    assert plan.counter.captured(told.reference) == [FIRST]
    assert plan.counter.inquire().outcome is Outcome.PAID


def test_whole_payment_gives_no_token(counter: Any) -> None:
    assert counter.accept(ACCEPTED).token == ""


def test_card_that_does_not_last_is_turned_away(counter: Any) -> None:
    counter.attempt = replace(counter.attempt, terms=replace(TERMS, last_due_on=date(2029, 1, 10)))
    counter.pay(ACCEPTED)
    counter.attempt = replace(counter.attempt, terms=TERMS)
    counter.pay(E_CARD)

    assert [(told.code, told.token) for told in counter.notified()] == [("00021", ""), ("00021", "")]


def test_debit_is_booked_once_at_the_gateway_and_found_there(plan: Plan) -> None:
    answer, found = plan.take(), plan.inquire()

    assert (answer.outcome, answer.reference, answer.amount_cents) == (
        Outcome.PAID,
        plan.debit.reference,
        LATER,
    )
    assert answer.transaction
    assert found == answer
    assert plan.taken() == [LATER]


def test_same_question_again_is_unknown_and_takes_nothing_more(plan: Plan) -> None:
    plan.take()
    again = plan.take()

    assert (again.outcome, again.code) == (Outcome.UNKNOWN, "00039")
    assert plan.taken() == [LATER]


@pytest.mark.parametrize("effect", ["apply_then_drop", "wrong_echo"])
def test_answer_lost_after_the_charge_is_unknown_then_found_paid(plan: Plan, effect: str) -> None:
    plan.counter.disturb(match={"TYPE": "00053"}, effect=effect)
    answer = plan.take()

    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "")
    assert plan.taken() == [LATER]
    assert plan.inquire().outcome is Outcome.PAID


@pytest.mark.parametrize("effect", ["drop", "http_500"])
def test_debit_lost_on_its_way_is_unknown_then_not_found_and_may_be_sent_again(
    plan: Plan, effect: str
) -> None:
    plan.counter.disturb(match={"TYPE": "00053"}, effect=effect, times=1)

    assert plan.take().outcome is Outcome.UNKNOWN
    assert plan.inquire().outcome is Outcome.NOT_FOUND
    assert plan.taken() == []
    assert plan.take().outcome is Outcome.PAID
    assert plan.taken() == [LATER]


def test_debit_slower_than_our_patience_is_unknown_then_found_paid_once(plan: Plan) -> None:
    paybox = plan.counter.paybox
    plan.counter.disturb(match={"TYPE": "00053"}, effect="delay", seconds=0.5, times=1)
    plan.counter.paybox = replace(paybox, patience=replace(paybox.patience, debit_seconds=0.1))
    assert plan.take().outcome is Outcome.UNKNOWN

    plan.counter.paybox = paybox
    looks = (plan.inquire().outcome for _ in range(2000))
    assert next(each for each in looks if each is not Outcome.NOT_FOUND) is Outcome.PAID
    assert plan.take().outcome is Outcome.UNKNOWN
    assert plan.taken() == [LATER]


@pytest.mark.parametrize(
    ("number", "outcome", "code"),
    [
        ("1111222233330151", Outcome.REFUSED_SOFT, "00151"),
        ("1111222233330105", Outcome.REFUSED_SOFT, "00105"),
        ("1111222233330143", Outcome.REFUSED_HARD, "00143"),
        ("1111222233330154", Outcome.REFUSED_HARD, "00154"),
        ("1111222233330133", Outcome.REFUSED_HARD, "00133"),
        ("1111222233330101", Outcome.NEEDS_AUTHENTICATION, "001A1"),
    ],
)
def test_card_that_fails_later_tells_of_which_kind(
    agree: Callable[[str], Plan], number: str, outcome: Outcome, code: str
) -> None:
    plan = agree(number)
    answer, found = plan.take(), plan.inquire()

    assert (answer.outcome, answer.code) == (outcome, code)
    assert (found.outcome, found.code) == (Outcome.REFUSED_SOFT, "REFUSE")
    assert plan.taken() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subscriber": "1999888-32-nobody"}, "00017"),
        ({"token": "AAAAAAAAAAA"}, "00004"),
        ({"card_expires": "2811"}, "00008"),
    ],
)
def test_card_that_the_gateway_does_not_know_is_refused_for_good(
    plan: Plan, changes: dict[str, Any], code: str
) -> None:
    answer = replace(plan, mandate=replace(plan.mandate, **changes)).take()

    assert (answer.outcome, answer.code) == (Outcome.REFUSED_HARD, code)
    assert plan.taken() == []


def test_forgotten_card_cannot_be_debited_and_may_be_forgotten_again(plan: Plan) -> None:
    assert plan.forget()
    assert plan.forget()

    answer = plan.take()
    assert (answer.outcome, answer.code) == (Outcome.REFUSED_HARD, "00017")


@pytest.mark.parametrize("effect", ["drop", "apply_then_drop", "http_500", "wrong_echo"])
def test_card_is_not_taken_for_forgotten_without_a_clear_answer(plan: Plan, effect: str) -> None:
    plan.counter.disturb(match={"TYPE": "00058"}, effect=effect)

    assert not plan.forget()
