"""The steps that stories about refunds share."""

from dataclasses import replace

from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.preparation import Asked
from chalicelib.domain.refunds.refund import Refund, RefundMethod
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from chalicelib.usecases.refunds.reconcile_refunds import RefundReconciliation, reconcile_refunds
from tests.usecases.conftest import ACCOUNTANT, Student, accepted

SECOND = replace(
    ACCOUNTANT, id="00000000000000a2", email="accountant2@demo.test", first_name="Camille", last_name="TESTAD"
)
REASON = "payé deux fois"


def pays_twice(student: Student) -> Payment:
    """Two pages paid: 601,00 € pay the order, and 601,00 € are a credit. Return the payment of the credit."""
    student.declares("01")
    first, second = student.keeps_a_page(), student.keeps_a_page()
    takes(student, first, "7001")
    takes(student, second, "7002")
    return payment(student, "7002")


def pays_once(student: Student) -> Payment:
    student.declares("01")
    takes(student, student.opens_the_page(), "7001")
    return payment(student, "7001")


def takes(student: Student, page: object, transaction: str) -> None:
    answer = replace(accepted(page, transaction), call=f"9{transaction}")  # type: ignore[arg-type]
    record_notification(student.ports, student.ports.gateway.says(transaction.encode(), answer))


def payment(student: Student, transaction: str) -> Payment:
    return next(each for each in student.account.payments if each.transaction == transaction)


def asked(
    cents: int = 60100, seen: int = 60100, method: RefundMethod = RefundMethod.CARD, reason: str = REASON
) -> Asked:
    return Asked(cents, seen, method, reason)


def prepares(
    student: Student,
    paid: Payment,
    what: Asked | None = None,
    key: str | None = None,
    by: Person = ACCOUNTANT,
) -> Refund:
    return prepare_refund(student.ports, paid.id, what or asked(), key, by)


def approves(student: Student, refund: Refund, by: Person = SECOND, sheet_hash: str | None = None) -> Refund:
    return decide_refund(student.ports, refund.id, by, "", sheet_hash, is_approved=True)


def declines(student: Student, refund: Refund, by: Person = SECOND, reason: str = "pas dû") -> Refund:
    return decide_refund(student.ports, refund.id, by, reason, None, is_approved=False)


def refund(student: Student, known: Refund) -> Refund:
    found = student.account.refund(known.id)
    assert found is not None
    return found


def reconciles(student: Student, **later: float) -> RefundReconciliation:
    student.ports.move(**later)
    return reconcile_refunds(student.ports)


def given(student: Student) -> list[int]:
    """What the gateway's own books show as given back."""
    return [each.amount_cents for each in student.ports.gateway.vault.books]
