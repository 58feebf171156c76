"""A refund meets what the bank took back, and money that came otherwise than by card."""

from dataclasses import replace

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.collection.disputes import DisputeStage
from chalicelib.domain.collection.refusals import RefundUnderWay
from chalicelib.domain.privacy.erasure import PersonalFile, redactions_of_erasure
from chalicelib.domain.refunds.refund import RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import RefundDisputed, RefundLapsed
from chalicelib.usecases.collection.take_back_payment import stage_dispute
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from tests.fakes.refunds import Reply
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.refund_steps import (
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
from tests.usecases.test_received_at_the_desk import CHEQUE, receives
from tests.usecases.test_refunds import books
from tests.usecases.test_taken_back_by_the_bank import DISPUTED, taken_back

IBAN = "FR7630006000011234567890189"


def test_nothing_is_given_back_of_a_disputed_payment(chris: Student) -> None:
    paid = pays_once(chris)
    taken_back(chris, paid, DISPUTED)
    with pytest.raises(RefundDisputed):
        prepares(chris, paid, asked(60100, 0))
    assert given(chris) == []


def test_refund_prepared_before_the_dispute_is_not_sent(chris: Student) -> None:
    paid = pays_twice(chris)
    prepared = prepares(chris, paid)
    taken_back(chris, paid, DISPUTED)
    assert payment(chris, "7002").refunding_cents == 0
    with pytest.raises(RefundLapsed):
        approves(chris, prepared)
    assert (refund(chris, prepared).state, given(chris)) == (RefundState.LAPSED, [])
    assert (payment(chris, "7002").kept_cents, chris.balance_cents) == (0, 0)
    check_books(chris.ports.memory)


def test_refund_that_waited_through_a_dispute_takes_nothing_from_the_next(chris: Student) -> None:
    paid = pays_twice(chris)
    waiting = prepares(chris, paid, asked(10000))
    taken_back(chris, paid, DISPUTED)
    assert refund(chris, waiting).state is RefundState.LAPSED
    stage_dispute(chris.ports, paid.id, DisputeStage.WON, "", ACCOUNTANT)
    chris.ports.gateway.vault.script.append(Reply.LOSE_ANSWER)
    approves(chris, prepares(chris, payment(chris, "7002"), asked(30000)))
    reconciles(chris, minutes=7)
    assert given(chris) == [30000]
    assert payment(chris, "7002").kept_cents == 30100
    check_books(chris.ports.memory)


def test_nothing_is_taken_back_while_a_refund_is_at_the_gateway(chris: Student) -> None:
    """Booked as disputed meanwhile, the refund that was done all the same would be in no book."""
    paid = pays_twice(chris)
    prepared = prepares(chris, paid)
    chris.ports.memory.refunds[prepared.id] = replace(refund(chris, prepared), state=RefundState.UNKNOWN)
    with pytest.raises(RefundUnderWay):
        taken_back(chris, paid, DISPUTED)
    assert payment(chris, "7002").bounced_cents == 0


def test_erasure_takes_holder_account_and_reasons_from_a_refund(chris: Student) -> None:
    chris.declares("01")
    receives(chris)
    paid = receives(chris, replace(CHEQUE, reference="2"))
    approved = approves(chris, prepares(chris, paid, asked(method=RefundMethod.TRANSFER)))
    give_iban(chris.ports, chris.account.person.id, approved.id, IBAN)
    mark_transferred(chris.ports, approved.id, ACCOUNTANT)
    finish_transfer(chris.ports, approved.id, ACCOUNTANT, is_done=True)

    left = redactions_of_erasure(PersonalFile(chris.account)).refunds

    assert [(each.iban, each.reason, each.decision_reason) for each in left] == [("", "", "")]
    assert chris.account.person.last_name not in str(left)
    assert [each.amount_cents for each in left] == [60100], "the books are kept"


def test_cheque_is_given_back_by_transfer_from_the_bank_account(chris: Student) -> None:
    chris.declares("01")
    receives(chris)
    paid = receives(chris, replace(CHEQUE, reference="2"))
    approved = approves(chris, prepares(chris, paid, asked(method=RefundMethod.TRANSFER)))
    give_iban(chris.ports, chris.account.person.id, approved.id, IBAN)
    mark_transferred(chris.ports, approved.id, ACCOUNTANT)
    finish_transfer(chris.ports, approved.id, ACCOUNTANT, is_done=True)
    after = books(chris)
    assert (after[Book.CHEQUES], after[Book.BANK], after[Book.CREDITS]) == (120200, -60100, 0)
    assert chris.balance_cents == 0
    check_books(chris.ports.memory)
