"""Our side of the wire against the other: what we post is taken, what it tells is read and found again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.errors import GatewayUnavailable, SignatureMismatch
from chalicelib.domain.payments import Outcome

ACCEPTED, CHALLENGED, BAD = "1111222233334444", "4012001037141112", "1111222233335555"


def test_accepted_card_is_notified_and_found_paid(counter: Any) -> None:
    back = counter.pay(ACCEPTED)
    (told,) = counter.notified()
    found = counter.inquire()

    assert re.search(r'<a href="[^"]+/payments/return/effectue\?', back.text)
    assert (told.outcome, told.amount_cents) == (Outcome.PAID, 60100)
    assert counter.paybox.attempt_id(told.reference) == "attempt-1"
    assert (told.evidence.card_last_digits, told.evidence.card_expires) == ("44", "2812")
    assert told.is_test
    assert found.outcome is Outcome.PAID
    assert (found.transaction, found.call) == (told.transaction, told.call)
    assert found.transaction


def test_challenged_card_is_paid_once_the_payer_is_known(counter: Any) -> None:
    counter.give_code(counter.pay(CHALLENGED))
    (told,) = counter.notified()

    assert told.outcome is Outcome.PAID
    assert (told.evidence.authenticated, told.evidence.guaranteed) == ("Y", "O")


def test_payer_without_address_is_challenged(counter: Any) -> None:
    counter.attempt = replace(counter.attempt, address=None)
    challenge = counter.pay(ACCEPTED)

    assert 'name="CODE"' in challenge.text
    counter.give_code(challenge)
    assert counter.notified()[0].outcome is Outcome.PAID


def test_refusal_then_acceptance_on_one_page_ends_paid(counter: Any) -> None:
    page = counter.open_page()
    counter.type_card(page, BAD)
    assert counter.inquire().outcome is not Outcome.PAID
    counter.type_card(page, ACCEPTED)

    assert [told.outcome for told in counter.notified()] == [Outcome.REFUSED_HARD, Outcome.PAID]
    assert counter.inquire().outcome is Outcome.PAID


def test_announced_acceptance_is_confirmed_by_its_own_numbers(counter: Any) -> None:
    page = counter.open_page()
    counter.type_card(page, BAD)
    counter.type_card(page, ACCEPTED)
    refused, told = counter.notified()

    assert counter.confirm(told).outcome is Outcome.PAID
    assert counter.confirm(told).transaction == told.transaction
    assert counter.confirm(replace(told, call="")).outcome is Outcome.PAID
    assert counter.confirm(replace(told, transaction="999999999")).outcome is Outcome.NOT_FOUND
    assert counter.confirm(replace(refused, call="1")).outcome is Outcome.NOT_FOUND


def test_announced_acceptance_of_a_reference_that_we_do_not_hold_is_not_found(counter: Any) -> None:
    counter.pay(ACCEPTED)
    (told,) = counter.notified()
    counter.attempt = replace(counter.attempt, reference=f"{counter.attempt.reference}9")
    assert counter.confirm(told).outcome is Outcome.NOT_FOUND


def test_page_that_nobody_paid_is_not_found(counter: Any) -> None:
    counter.open_page()

    assert counter.inquire().outcome is Outcome.NOT_FOUND
    assert counter.notified() == []


def test_payment_whose_notification_was_lost_is_found(counter: Any) -> None:
    counter.disturb(match={"notification": True}, effect="drop")
    counter.pay(ACCEPTED)

    assert counter.notified() == []
    assert counter.inquire().outcome is Outcome.PAID


def test_forged_notification_is_not_read(counter: Any) -> None:
    counter.disturb(match={"notification": True}, effect="bad_signature")
    counter.pay(ACCEPTED)

    with pytest.raises(SignatureMismatch):
        counter.notified()


@pytest.mark.parametrize("effect", ["drop", "apply_then_drop", "http_500", "wrong_echo"])
@pytest.mark.parametrize("kind", ["00011", "00017"])
def test_disturbed_inquiry_is_unknown(counter: Any, effect: str, kind: str) -> None:
    counter.pay(ACCEPTED)
    counter.disturb(match={"TYPE": kind}, effect=effect)

    assert counter.inquire().outcome is Outcome.UNKNOWN


def test_gateway_that_is_down_shows_no_page(counter: Any) -> None:
    counter.disturb(match={"page": "load.html"}, effect="http_500")

    with pytest.raises(GatewayUnavailable):
        counter.open_page()
