"""What a third-party payer owes is given up by two people: nobody is asked for it again."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.causes import SamePerson
from chalicelib.domain.corrections.refusals import NothingToWriteOff, RestChanged, WaiverInPart, WaiverWaiting
from chalicelib.domain.corrections.waiver import WaiverKind
from chalicelib.domain.corrections.waivers import may_be_waived
from chalicelib.domain.errors import NotFound
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payers.payer import PayerState
from chalicelib.domain.payers.refusals import PayerCreditTooLarge, PayerReceiptTooLarge
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from chalicelib.usecases.payers.remind_payers import remind_payers
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.payer_steps import gives_up, invoices, is_paid_by, names
from tests.usecases.plan_acts import entries
from tests.usecases.refund_steps import SECOND
from tests.usecases.test_taken_back_by_the_bank import RETURNED
from tests.usecases.test_waivers import ASKED, approves, proposes

SHARE = 40000
WHOLE = replace(
    ASKED, kind=WaiverKind.UNCOLLECTABLE, amount_cents=SHARE, owed_seen_cents=SHARE, invoice_number=9196
)
PART = replace(WHOLE, kind=WaiverKind.REMISSION, amount_cents=15000)


@pytest.fixture
def invoiced(chris: Student) -> Student:
    """The company owes 400,00 € of 601,00 €, by invoice 9196."""
    chris.declares("01")
    names(chris)
    invoices(chris)
    return chris


def state(student: Student) -> PayerState:
    return student.file.payers[-1].state


def books(student: Student) -> Counter[tuple[Book, str]]:
    held: Counter[tuple[Book, str]] = Counter()
    for entry in student.ports.memory.journal.values():
        for posting in entry.postings:
            held[posting.book, entry.payer_id] += posting.cents
    return held


def test_whole_debt_is_given_up_once_a_second_person_approves(invoiced: Student) -> None:
    waiver = proposes(invoiced, WHOLE)
    assert (waiver.holder, state(invoiced)) == ("Société de démonstration", PayerState.INVOICED)
    with pytest.raises(SamePerson):
        approves(invoiced, waiver, ACCOUNTANT)
    approves(invoiced, waiver)
    payer = invoiced.file.payers[-1]
    assert (payer.state, invoiced.file.of_payers.owed_cents) == (PayerState.PAID, 0)
    held = books(invoiced)
    assert (held[Book.RECEIVABLE, payer.id], held[Book.UNCOLLECTABLE, payer.id]) == (0, SHARE)
    check_books(invoiced.ports.memory)


def test_student_owes_none_of_it(invoiced: Student) -> None:
    approves(invoiced, proposes(invoiced, WHOLE))
    assert invoiced.opens_the_page().amount_cents == 20100
    invoiced.pays(invoiced.opens_the_page())
    assert (owed_cents(invoiced.file), invoiced.balance_cents) == (0, 0)
    assert not may_be_waived(invoiced.file)
    check_books(invoiced.ports.memory)


def test_reminders_are_of_the_rest_and_end_with_it(invoiced: Student) -> None:
    approves(invoiced, proposes(invoiced, PART))
    due = invoiced.file.payers[-1].due_on
    assert due
    invoiced.is_at(f"{date.fromordinal(due.toordinal() + 9)} 06:00")
    remind_payers(invoiced.ports)
    assert [each.amount_cents for each in entries(invoiced, Topic.PAYER_REMINDER)] == [25000]
    approves(invoiced, proposes(invoiced, replace(WHOLE, amount_cents=25000, owed_seen_cents=25000)))
    invoiced.ports.move(days=60)
    remind_payers(invoiced.ports)
    assert len(entries(invoiced, Topic.PAYER_REMINDER)) == 1


def test_rest_is_paid_and_no_more_is_received_or_credited(invoiced: Student) -> None:
    approves(invoiced, proposes(invoiced, PART))
    for act in (lambda: is_paid_by(invoiced, 25001), lambda: gives_up(invoiced, 25001)):
        with pytest.raises((PayerReceiptTooLarge, PayerCreditTooLarge)):
            act()
    is_paid_by(invoiced, 25000)
    assert state(invoiced) is PayerState.PAID
    with pytest.raises(NothingToWriteOff):
        proposes(invoiced, PART)
    check_books(invoiced.ports.memory)


def test_bounce_after_it_opens_what_was_paid_alone(invoiced: Student) -> None:
    approves(invoiced, proposes(invoiced, PART))
    paid = is_paid_by(invoiced, 25000)
    take_back_payment(invoiced.ports, paid.id, replace(RETURNED, amount_cents=25000), ACCOUNTANT)
    assert (state(invoiced), invoiced.file.of_payers.owed_cents) == (PayerState.INVOICED, 25000)
    check_books(invoiced.ports.memory)


def test_what_changed_meanwhile_is_not_given_up(invoiced: Student) -> None:
    waiver = proposes(invoiced, WHOLE)
    with pytest.raises(WaiverWaiting):
        proposes(invoiced, WHOLE)
    is_paid_by(invoiced, 100)
    with pytest.raises(RestChanged):
        approves(invoiced, waiver)


def test_what_cannot_be_proposed(invoiced: Student) -> None:
    with pytest.raises(NotFound):
        proposes(invoiced, replace(WHOLE, invoice_number=9))
    with pytest.raises(RestChanged):
        proposes(invoiced, replace(PART, owed_seen_cents=1))
    with pytest.raises(WaiverInPart):
        proposes(invoiced, replace(WHOLE, amount_cents=100))


def test_debt_of_the_student_beside_it_is_another(invoiced: Student) -> None:
    invoiced.pays(invoiced.opens_the_page())
    with pytest.raises(NothingToWriteOff):
        proposes(invoiced, replace(WHOLE, invoice_number=None))
    approves(invoiced, proposes(invoiced, WHOLE), SECOND)
    assert invoiced.registration.written_off_cents == 0
