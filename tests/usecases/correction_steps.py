"""The steps that stories about the registrar's corrections share."""

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import balances
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.credits import to_give_back
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.usecases.corrections.change_situation import (
    change_situation,
    preview_situation,
    situation_request,
)
from chalicelib.usecases.corrections.correct_registration import Preview
from tests.usecases.conftest import REGISTRAR, Student

REASON = "bourse notifiée en octobre"


def sees(student: Student, code: str = "02", reason: str = REASON) -> Preview:
    request = situation_request(student.registration_id, code, reason)
    return preview_situation(student.ports, request, REGISTRAR)


def changes(
    student: Student, code: str = "02", reason: str = REASON, key: str | None = None, seen: str | None = None
) -> Correction:
    request = situation_request(student.registration_id, code, reason, key, seen)
    return change_situation(student.ports, request, REGISTRAR)


def prepared(student: Student) -> list[Refund]:
    return [each for each in student.account.refunds if each.state is RefundState.PREPARED]


def judge(student: Student, owed_cents: int) -> None:
    """What holds after every correction: the books balance, and nothing asks for more than is owed."""
    account, file = student.account, student.file
    assert all(entry.is_balanced for entry in file.journal)
    books = balances(account.journal, account.invoices, account.payments)
    assert sum(books.values()) == 0
    if file.registration.has_order:
        assert file.charged_cents == owed_cents
        assert books[Book.FEES] + books[Book.TAX] == -owed_cents
    kept = sum(each.kept_cents for each in file.payments)
    allocated = sum(each.allocated_cents for each in file.payments)
    assert allocated <= max(owed_cents, 0)
    assert books[Book.CREDITS] == allocated - kept
    assert file.remaining_cents <= max(0, file.charged_cents - allocated)
    if request := file.plan_request:
        standing = [each for each in file.instalments if each.state is not InstalmentState.CANCELLED]
        assert sum(each.amount_cents - each.credited_cents for each in standing) <= request.total_cents
    waiting = to_give_back(file)
    live = [each for each in file.refunds if each.is_live]
    assert sum(each.refunding_cents for each in file.payments) == sum(each.amount_cents for each in live)
    leaving = sum(each.amount_cents for each in live if each.state is not RefundState.PREPARED)
    given = (waiting.amount_cents if waiting else 0) + sum(each.amount_cents for each in live) - leaving
    assert given == max(0, kept - leaving - owed_cents) or not file.registration.has_order
