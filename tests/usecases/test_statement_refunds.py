"""Transfers of refunds on the statement: done once they left, a credit again if they came back."""

from dataclasses import replace

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import Topic
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.refunds.transfer_files import TransferFile
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.lines import ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.refusals import ExplanationUnequal, LineExplained
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.verify_journal import verify_journal
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.statements.settle_refunds import return_refund, settle_refunds
from chalicelib.usecases.statements.suspend_line import suspend_line
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.statement_steps import arrives, book, lines, moved
from tests.usecases.test_transfer_files import approved, seen


@pytest.fixture
def file(chris: Student) -> TransferFile:
    """Two transfers that left, of which one came back, on one statement."""
    approved(chris)
    (made,) = make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
    arrives(chris.ports, moved(-60100, made.id), moved(60100, "RETOUR"))
    return made


def line(student: Student, cents: int) -> StatementLine:
    return next(each for each in lines(student.ports) if each.cents == cents)


@pytest.mark.parametrize("suspended", [False, True])
@pytest.mark.parametrize("by_file", [False, True])
def test_refunds_are_done_when_the_statement_shows_them(
    chris: Student, file: TransferFile, *, suspended: bool, by_file: bool
) -> None:
    left = line(chris, -60100)
    if suspended:
        suspend_line(chris.ports, left.id, ACCOUNTANT)
    with pytest.raises(ConcurrentUpdate):
        settle_refunds(chris.ports, left.id, file.id, ACCOUNTANT, seen=7)
    done = settle_refunds(chris.ports, left.id, file.id if by_file else file.refunds[0], ACCOUNTANT)
    (refund,) = chris.account.refunds
    assert (done.state, refund.state) == (LineState.MATCHED, RefundState.DONE)
    assert done.explanations[0].kind is ExplanationKind.TRANSFER_FILE
    assert (book(chris.ports, Book.BANK), book(chris.ports, Book.SUSPENSE)) == (-60100, 0)
    with pytest.raises(LineExplained):
        settle_refunds(chris.ports, left.id, file.id, ACCOUNTANT)


@pytest.mark.parametrize("suspended", [False, True])
def test_transfer_that_came_back_is_a_credit_again(
    chris: Student, file: TransferFile, *, suspended: bool
) -> None:
    settle_refunds(chris.ports, line(chris, -60100).id, file.id, ACCOUNTANT)
    back = line(chris, 60100)
    if suspended:
        suspend_line(chris.ports, back.id, ACCOUNTANT)
    done = return_refund(chris.ports, back.id, file.refunds[0], ACCOUNTANT)
    (refund,) = chris.account.refunds
    assert (done.state, refund.state, refund.code) == (
        LineState.REFUND_RETURNED,
        RefundState.REFUSED,
        "returned",
    )
    assert (book(chris.ports, Book.BANK), book(chris.ports, Book.SUSPENSE)) == (0, 0)
    assert book(chris.ports, Book.CREDITS) == -60100
    assert Topic.REFUND_FAILED in {topic for topic, _ in chris.mails()}
    told = [each for each in chris.ports.memory.audit_waiting.values() if each.act is Act.REFUND_REFUSED]
    assert [each.details["line"] for each in told] == [back.id]
    chris.ports.move(days=1)
    number_journal(chris.ports)
    seal_audit(chris.ports)
    assert verify_journal(chris.ports) == ()
    with pytest.raises(RefundNotReady):
        return_refund(chris.ports, back.id, file.refunds[0], ACCOUNTANT)


def test_what_does_not_fit_changes_nothing(chris: Student, file: TransferFile) -> None:
    arrives(chris.ports, moved(-1, "A"), moved(1, "B"))
    refund_id, left = file.refunds[0], line(chris, -60100)
    with pytest.raises(RefundNotReady):  # it did not leave yet
        return_refund(chris.ports, line(chris, 60100).id, refund_id, ACCOUNTANT)
    with pytest.raises(ExplanationUnequal):
        settle_refunds(chris.ports, line(chris, -1).id, file.id, ACCOUNTANT)
    with pytest.raises(RefundNotReady):
        return_refund(chris.ports, line(chris, 60100).id, f"{refund_id}0", ACCOUNTANT)
    settle_refunds(chris.ports, left.id, file.id, ACCOUNTANT)
    with pytest.raises(ExplanationUnequal):
        return_refund(chris.ports, line(chris, 1).id, refund_id, ACCOUNTANT)
    return_refund(chris.ports, line(chris, 60100).id, refund_id, ACCOUNTANT)
    arrives(chris.ports, moved(-60100, "C"))
    again = next(each for each in lines(chris.ports, LineState.NEW) if each.label == "C")
    with pytest.raises(RefundNotReady):
        settle_refunds(chris.ports, again.id, file.id, ACCOUNTANT)


def test_refund_noted_as_done_by_hand_is_shown_by_its_line(chris: Student, file: TransferFile) -> None:
    finish_transfer(chris.ports, file.refunds[0], ACCOUNTANT, is_done=True)
    settle_refunds(chris.ports, line(chris, -60100).id, file.id, ACCOUNTANT)
    assert book(chris.ports, Book.BANK) == -60100


def test_own_refund_is_left_to_a_colleague(chris: Student, file: TransferFile) -> None:
    own = replace(ACCOUNTANT, id=chris.person.id)
    with pytest.raises(OwnFile):
        settle_refunds(chris.ports, line(chris, -60100).id, file.id, own)
