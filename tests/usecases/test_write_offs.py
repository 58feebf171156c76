"""A rest below 1,00 € is written off by accounting with a reason, and nothing above."""

from dataclasses import replace

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent, balances
from chalicelib.domain.books.receivables import receivable_cents
from chalicelib.domain.corrections.refusals import (
    CreditNoteAboveCharged,
    NothingToWriteOff,
    RestAboveWriteOff,
    RestChanged,
    WriteOffUnreasoned,
)
from chalicelib.domain.corrections.write_offs import may_be_written_off, rest_to_write_off
from chalicelib.domain.errors import Forbidden
from chalicelib.domain.fees import is_complete
from chalicelib.domain.guidance.next_step import NextStep, Todo, next_step
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payers.naming import WHOLE
from chalicelib.domain.refunds.refund import RefundMethod
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.corrections.write_off_rest import write_off_rest
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.show_account import open_file
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student
from tests.usecases.payer_steps import invoices, names
from tests.usecases.plan_acts import entries
from tests.usecases.refund_steps import approves, asked, declines, prepares
from tests.usecases.test_iban_links import IBAN
from tests.usecases.test_paid_before_ordering import costs
from tests.usecases.test_received_at_the_desk import CHEQUE
from tests.usecases.test_refunds_at_once import at_once

WHY = "arrondi"


def pays(student: Student, cents: int) -> None:
    cheque = replace(CHEQUE, amount_cents=cents)
    receive_payment(student.ports, student.registration_id, cheque, ACCOUNTANT, None)


def pays_but(student: Student, rest: int) -> None:
    student.declares("01")
    pays(student, 60100 - rest)


def writes_off(student: Student, seen: int, reason: str = WHY, by: object = ACCOUNTANT) -> None:
    write_off_rest(student.ports, student.registration_id, seen, reason, by)  # type: ignore[arg-type]


def rest(student: Student) -> int:
    return owed_cents(open_file(student.ports, student.account, student.registration_id))


class TestMoneyBeforeAnyOrder:
    """A cheque came before the declaration: it leaves less than a page asks for, and nothing is ordered."""

    @pytest.fixture
    def early(self, chris: Student) -> Student:
        pays(chris, 60050)
        chris.declares("01")
        decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
        assert chris.account.orders == ()
        return chris

    def test_is_ordered_and_written_off_by_one_act(self, early: Student) -> None:
        assert next_step(early.file, early.ports.now()) == NextStep(Todo.SMALL_REST, 50)
        assert may_be_written_off(early.file)
        writes_off(early, 50)
        (invoice,) = early.account.invoices
        assert (invoice.totals.total_cents, invoice.paid_cents, invoice.settled_on) == (60100, 60050, None)
        assert (rest(early), early.balance_cents, early.registration.part_paid) == (0, 0, False)
        assert is_complete(early.file)
        books = balances(early.account.journal, early.account.invoices, early.account.payments)
        assert (books[Book.WRITE_OFFS], books[Book.RECEIVABLE], books[Book.CREDITS]) == (50, 0, 0)
        check_books(early.ports.memory)

    def test_of_eight_at_once_one_is_written(self, early: Student) -> None:
        assert len(at_once([lambda: writes_off(early, 50)] * 8)) == 1
        assert len(early.account.invoices) == 1

    def test_rest_of_a_price_that_rose_after_the_validation_is_one_as_well(self, early: Student) -> None:
        costs(early, 60149)
        writes_off(early, 99)
        assert (early.file.charged_cents, early.balance_cents) == (60050, 0)

    def test_at_one_euro_it_is_refused_and_nothing_is_ordered(self, early: Student) -> None:
        costs(early, 60150)
        with pytest.raises(RestAboveWriteOff):
            writes_off(early, 100)
        assert early.account.orders == ()

    def test_money_reserved_for_a_refund_is_allocated_once_that_is_declined(self, early: Student) -> None:
        (paid,) = early.account.payments
        refund = prepares(early, paid, asked(10000, 60050, RefundMethod.TRANSFER))
        writes_off(early, 50)
        assert (early.registration.part_paid, is_complete(early.file)) == (True, False)
        declines(early, refund)
        assert (early.balance_cents, is_complete(early.file)) == (0, True)
        check_books(early.ports.memory)


def test_is_not_credited_once_more_to_the_student_or_a_payer(chris: Student) -> None:
    pays_but(chris, 99)
    writes_off(chris, 99)
    number = chris.account.invoices[0].number
    with pytest.raises(CreditNoteAboveCharged) as refused:
        issue_credit_note(chris.ports, CreditOrder(number, 60100, WHY), ACCOUNTANT)
    assert refused.value.left_cents == 60001
    assert names(chris, share_cents=WHOLE).facts.share_cents == 60001
    invoices(chris)
    assert (chris.file.charged_cents, chris.balance_cents) == (0, -60001)


def test_balances_the_account_in_the_journal_with_its_reason(chris: Student) -> None:
    pays_but(chris, 99)
    assert may_be_written_off(open_file(chris.ports, chris.account, chris.registration_id))
    writes_off(chris, 99)
    account = chris.account
    books = balances(account.journal, account.invoices, account.payments)
    assert (books[Book.WRITE_OFFS], books[Book.RECEIVABLE], sum(books.values())) == (99, 0, 0)
    (entry,) = [each for each in account.journal if each.event is MoneyEvent.WRITE_OFF]
    assert [(each.account, each.cents) for each in entry.postings] == [("658", 99), ("411", -99)]
    assert (rest(chris), chris.balance_cents) == (0, 0)
    assert (chris.registration.part_paid, chris.registration.is_paid) == (False, True)
    order = account.orders[0]
    assert account.settled_on(order.number, order.totals.total_cents) is not None
    check_books(chris.ports.memory)
    act = next(e for e in chris.ports.memory.audit_waiting.values() if e.act is Act.REST_WRITTEN_OFF)
    assert (act.reason, act.details["amount_cents"], act.by) == (WHY, "99", ACCOUNTANT.id)


def test_may_be_one_cent(chris: Student) -> None:
    pays_but(chris, 1)
    writes_off(chris, 1)
    assert (rest(chris), chris.balance_cents) == (0, 0)


def test_account_of_a_release_without_a_journal_gets_its_entries_first(chris: Student) -> None:
    pays_but(chris, 99)
    chris.ports.memory.journal.clear()
    writes_off(chris, 99)
    assert sum(receivable_cents(each) for each in chris.account.journal) == 0
    check_books(chris.ports.memory)


def test_of_eight_at_once_one_is_written(chris: Student) -> None:
    pays_but(chris, 50)
    assert len(at_once([lambda: writes_off(chris, 50)] * 8)) == 1
    assert chris.registration.written_off_cents == 50


def test_instalments_that_stood_for_it_are_cancelled(chris: Student) -> None:
    chris.starts_the_plan()
    left = sum(each.remaining_cents for each in chris.account.instalments)
    pays(chris, left - 50)
    writes_off(chris, 50)
    assert [each.remaining_cents for each in chris.account.instalments] == [0, 0, 0]
    assert rest(chris) == 0
    (forgotten,) = entries(chris, Topic.FORGET_CARD)
    assert forgotten.registration_id == chris.registration_id


def test_at_one_euro_and_above_it_is_refused_with_the_limit(chris: Student) -> None:
    pays_but(chris, 100)
    with pytest.raises(RestAboveWriteOff) as refused:
        writes_off(chris, 100)
    assert (refused.value.owed_cents, refused.value.limit_cents) == (100, 100)
    assert not may_be_written_off(open_file(chris.ports, chris.account, chris.registration_id))


def test_needs_a_rest_the_amount_seen_a_reason_and_another_persons_file(chris: Student) -> None:
    with pytest.raises(NothingToWriteOff):
        writes_off(chris, 1)
    pays_but(chris, 50)
    with pytest.raises(RestChanged):
        writes_off(chris, 49)
    with pytest.raises(WriteOffUnreasoned):
        writes_off(chris, 50, " ")
    with pytest.raises(Forbidden):
        writes_off(chris, 50, by=CHRIS)
    writes_off(chris, 50)
    with pytest.raises(NothingToWriteOff):
        writes_off(chris, 50)


@pytest.mark.parametrize("cents", [10000, 20])
def test_money_that_is_leaving_is_owed_again_and_counts(chris: Student, cents: int) -> None:
    """An approved refund takes of what is paid: the rest is not written off as if that were there."""
    pays_but(chris, 50)
    (paid,) = chris.account.payments
    leaving = prepares(chris, paid, asked(cents, paid.refundable_cents, RefundMethod.TRANSFER))
    approves(chris, leaving)
    with pytest.raises(RestAboveWriteOff if cents > 50 else RestChanged):
        writes_off(chris, 50)
    assert chris.registration.part_paid
    file = open_file(chris.ports, chris.account, chris.registration_id)
    assert (rest_to_write_off(file), may_be_written_off(file)) == (50 + cents, cents < 50)
    if may_be_written_off(file):
        writes_off(chris, 50 + cents)
        give_iban(chris.ports, CHRIS.id, leaving.id, IBAN)
        mark_transferred(chris.ports, leaving.id, ACCOUNTANT)
        finish_transfer(chris.ports, leaving.id, ACCOUNTANT, is_done=True)
        assert (chris.balance_cents, chris.registration.is_paid) == (0, True)
    check_books(chris.ports.memory)
