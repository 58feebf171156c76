"""A debt that comes back to the student needs a credit that was approved to go: it lapses in that commit."""

import pytest

from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, preview_credit_note
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.correction_steps import judge
from tests.usecases.payer_steps import REASON, gives_up, invoices, names
from tests.usecases.plan_acts import entries
from tests.usecases.refund_steps import asked, prepares, refund
from tests.usecases.test_covered_refunds import approved, receives, refuses
from tests.usecases.test_withdrawals import reopens

PAID, SHARE = 60100, 40000


@pytest.fixture
def going(chris: Student) -> Refund:
    """601,00 € came by cheque; a company takes 400,00 € of it, which are approved to go back."""
    chris.declares("01")
    paid = receives(chris, PAID, "1")
    names(chris)
    invoices(chris)
    return approved(chris, prepares(chris, paid, asked(SHARE, PAID, RefundMethod.TRANSFER)))


def test_credit_that_the_payer_gives_up_stays(chris: Student, going: Refund) -> None:
    gives_up(chris, SHARE)
    assert refund(chris, going).state is RefundState.LAPSED
    assert [each.refunding_cents for each in chris.account.payments] == [0]
    assert [each.amount_cents for each in entries(chris, Topic.REFUND_CANCELLED)] == [SHARE]
    assert owed_cents(chris.file) == 0
    judge(chris, PAID)


def test_nothing_but_what_is_needed_lapses(chris: Student) -> None:
    chris.declares("01")
    first, second = receives(chris, PAID, "1"), receives(chris, 5000, "2")
    names(chris)
    invoices(chris)
    older = approved(chris, prepares(chris, first, asked(SHARE, PAID, RefundMethod.TRANSFER)))
    newer = approved(chris, prepares(chris, second, asked(5000, 5000, RefundMethod.TRANSFER)))
    gives_up(chris, 5000)
    states = {each.id: each.state for each in chris.account.refunds}
    assert states == {older.id: RefundState.APPROVED, newer.id: RefundState.LAPSED}
    assert owed_cents(chris.file) == -SHARE


def test_preview_names_what_does_not_leave(chris: Student, going: Refund) -> None:
    number = chris.file.payers[-1].invoice_number or 0
    draft = preview_credit_note(chris.ports, CreditOrder(number, SHARE, REASON), ACCOUNTANT)
    assert [each.state for each in draft.after.refunds] == [RefundState.LAPSED]
    assert refund(chris, going).state is RefundState.APPROVED


def test_what_a_payer_gave_up_of_a_refused_file_stays_once_it_is_open_again(
    chris: Student, going: Refund
) -> None:
    refuses(chris, PAID - SHARE)
    gives_up(chris, SHARE)
    assert refund(chris, going).state is RefundState.APPROVED
    reopens(chris)
    assert refund(chris, going).state is RefundState.LAPSED
    assert [each.amount_cents for each in entries(chris, Topic.REFUND_CANCELLED)] == [SHARE]
    judge(chris, PAID)
