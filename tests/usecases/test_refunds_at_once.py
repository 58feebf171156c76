"""P21 and P1 for money out: whoever acts at once, on how many tabs, one refund is made."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from chalicelib.domain.causes import PaymentRunning
from chalicelib.domain.errors import NotFound, QuittanceError
from chalicelib.domain.privacy.erasure import require_settled
from chalicelib.domain.refunds.refund import RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import IbanMissing, RefundLapsed, RefundNotReady
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.refund_steps import (
    SECOND,
    approves,
    asked,
    given,
    payment,
    pays_once,
    pays_twice,
    prepares,
    reconciles,
    refund,
)

IBAN = "FR7630006000011234567890189"


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    done: list[object] = []

    def attempt(act: Callable[[], object]) -> None:
        with suppress(QuittanceError):
            done.append(act())

    threads = [threading.Thread(target=attempt, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_eight_that_prepare_the_whole_at_once_prepare_one(chris: Student) -> None:
    paid = pays_twice(chris)
    people = [ACCOUNTANT, SECOND] * 4
    done = at_once([lambda by=by: prepares(chris, paid, by=by) for by in people])  # type: ignore[misc]
    assert len(done) == 1
    assert len(chris.account.refunds) == 1
    assert payment(chris, "7002").refunding_cents == 60100


def test_eight_that_send_one_form_prepare_one_and_have_one_answer(chris: Student) -> None:
    paid = pays_twice(chris)
    done = at_once([lambda: prepares(chris, paid, key="one form")] * 8)
    assert len(done) == 8
    assert len(set(map(id_of, done))) == 1
    assert len(chris.account.refunds) == 1


def id_of(made: object) -> str:
    return str(getattr(made, "id", made))


def test_eight_that_approve_at_once_give_back_once(chris: Student) -> None:
    prepared = prepares(chris, pays_twice(chris))
    at_once([lambda by=by: approves(chris, prepared, by=by) for by in [SECOND, ACCOUNTANT] * 4])  # type: ignore[misc]
    assert given(chris) == [60100]
    ended = refund(chris, prepared)
    assert (ended.state, ended.decided_by) == (RefundState.DONE, SECOND.id)


def test_person_is_not_erased_while_money_is_on_its_way(chris: Student) -> None:
    prepares(chris, pays_once(chris))
    with pytest.raises(PaymentRunning):
        require_settled(chris.account)


class TestByTransfer:
    def test_leaves_the_bank_once_the_statement_shows_it(self, chris: Student) -> None:
        prepared = prepares(chris, pays_twice(chris), asked(method=RefundMethod.TRANSFER))
        approved = approves(chris, prepared)
        assert (approved.state, given(chris)) == (RefundState.APPROVED, [])
        with pytest.raises(IbanMissing):
            mark_transferred(chris.ports, prepared.id, ACCOUNTANT)
        with pytest.raises(NotFound):
            give_iban(chris.ports, ACCOUNTANT.id, prepared.id, IBAN)
        assert IBAN not in repr(give_iban(chris.ports, CHRIS.id, prepared.id, IBAN))
        with pytest.raises(RefundNotReady):
            finish_transfer(chris.ports, prepared.id, ACCOUNTANT, is_done=True)
        mark_transferred(chris.ports, prepared.id, ACCOUNTANT)
        assert payment(chris, "7002").refunded_cents == 0
        for late in (
            lambda: give_iban(chris.ports, CHRIS.id, prepared.id, IBAN),
            lambda: mark_transferred(chris.ports, prepared.id, ACCOUNTANT),
        ):
            with pytest.raises(RefundNotReady):
                late()
        done = finish_transfer(chris.ports, prepared.id, ACCOUNTANT, is_done=True)
        assert done.state is RefundState.DONE
        paid = payment(chris, "7002")
        assert (paid.refunded_cents, paid.transferred_cents) == (60100, 60100)
        assert chris.balance_cents == 0

    def test_that_the_bank_returns_is_free_again(self, chris: Student) -> None:
        prepared = prepares(chris, pays_twice(chris), asked(method=RefundMethod.TRANSFER))
        give_iban(chris.ports, CHRIS.id, prepared.id, IBAN)
        approves(chris, prepared)
        mark_transferred(chris.ports, prepared.id, ACCOUNTANT)
        returned = finish_transfer(chris.ports, prepared.id, ACCOUNTANT, is_done=False)
        assert returned.state is RefundState.REFUSED
        assert payment(chris, "7002").refundable_cents == 60100

    def test_lapses_if_the_bank_gave_the_payment_back_meanwhile(self, chris: Student) -> None:
        paid = pays_twice(chris)
        prepared = prepares(chris, paid, asked(method=RefundMethod.TRANSFER))
        give_iban(chris.ports, CHRIS.id, prepared.id, IBAN)
        approves(chris, prepared)
        assert reconciles(chris, minutes=5).sent == 0
        memory = chris.ports.memory
        memory.payments["7002"] = (CHRIS.id, replace(payment(chris, "7002"), refunding_cents=0))
        with pytest.raises(RefundLapsed):
            mark_transferred(chris.ports, prepared.id, ACCOUNTANT)

    def test_card_refund_takes_no_iban(self, chris: Student) -> None:
        prepared = prepares(chris, pays_twice(chris))
        with pytest.raises(RefundNotReady):
            give_iban(chris.ports, CHRIS.id, prepared.id, IBAN)
