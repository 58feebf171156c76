"""P20 and the notification's half of P1: die before or after every I/O, recover, and count documents."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.payments import AttemptState
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.registrations.show_account import show_account
from tests.fakes.ports import FakePorts, enrol_student
from tests.usecases.conftest import CHRIS, Student, accepted

STORAGE = ("accounts", "notifications", "people", "registrations", "questions", "store")


class Died(Exception):
    """The process ended here."""


class DyingAdapter:
    """Counts each call of an adapter and dies before the nth, or after it when its answer is lost."""

    def __init__(self, adapter: Any, points: Iterator[None]) -> None:
        self._adapter = adapter
        self._points = points

    def __getattr__(self, name: str) -> Any:
        call: Callable[..., Any] = getattr(self._adapter, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            next(self._points)
            answer = call(*arguments, **named)
            next(self._points)
            return answer

        return counted


def _points(fatal: int) -> Iterator[None]:
    position = 0
    while True:
        if position == fatal:
            raise Died
        position += 1
        yield


def _dying_at(ports: FakePorts, fatal: int) -> None:
    points = _points(fatal)
    for name in STORAGE:
        setattr(ports, name, DyingAdapter(getattr(ports, name), points))


def _paid_student() -> tuple[Student, bytes]:
    ports = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id)
    student = Student(ports, CHRIS, registration.id)
    student.declares("05")
    attempt = student.opens_the_page()
    ports.gateway.answers[attempt.reference] = accepted(attempt)
    return student, ports.gateway.says(b"paid", accepted(attempt))


def _io_points() -> int:
    student, body = _paid_student()
    counted = iter(range(10**6))
    points = (None for _ in counted)
    for name in STORAGE:
        setattr(student.ports, name, DyingAdapter(getattr(student.ports, name), points))
    record_notification(student.ports, body)
    return next(counted)


def _die(student: Student, body: bytes, fatal: int) -> None:
    alive = {name: getattr(student.ports, name) for name in STORAGE}
    _dying_at(student.ports, fatal)
    with pytest.raises(Died):
        record_notification(student.ports, body)
    for name, adapter in alive.items():
        setattr(student.ports, name, adapter)


def _recovered(student: Student) -> None:
    student.ports.move(minutes=42)
    reconcile_payments(student.ports)
    account = show_account(student.ports, CHRIS.id)
    assert [each.state for each in account.attempts] == [AttemptState.PAID]
    assert [each.number for each in account.orders] == [9357]
    assert [each.number for each in account.invoices] == [9196]
    assert [each.amount_cents for each in account.payments] == [377000]
    sequence = student.ports.accounts.sequence(student.ports.campaigns.current())
    assert (sequence.next_order, sequence.next_invoice) == (9358, 9197)


def test_enumeration_covers_every_storage_call_of_a_paid_notification() -> None:
    """Record, account, question, sequence, settle: a new call widens the enumeration and shows here."""
    assert _io_points() == 2 * 5


@pytest.mark.parametrize("fatal", range(_io_points()))
def test_p20_death_at_any_point_leaves_no_hole_and_no_double(fatal: int) -> None:
    student, body = _paid_student()
    _die(student, body, fatal)
    _recovered(student)


@pytest.mark.parametrize("fatal", range(_io_points()))
def test_p20_death_then_the_same_message_again_books_once(fatal: int) -> None:
    student, body = _paid_student()
    _die(student, body, fatal)
    record_notification(student.ports, body)
    _recovered(student)
