"""What refunds and reminders do at the edges: lost races, pages of rows, rows of before, midnight."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.refunds.booking import ended
from chalicelib.domain.refunds.preparation import payment_of
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.usecases.collection.remind_arrears import list_arrears
from chalicelib.usecases.races import again
from chalicelib.usecases.refunds import acts, send_refund
from chalicelib.usecases.refunds.reconcile_refunds import _all as every_refund
from chalicelib.usecases.refunds.reconcile_refunds import _look
from tests.usecases.conftest import Student
from tests.usecases.refund_steps import pays_twice, prepares

MIDNIGHT = datetime(2022, 7, 2, tzinfo=PARIS)


def two_pages(*_: object) -> tuple[tuple[int], str | None]:
    return ((1,), "next") if _[-1] is None else ((2,), None)


def prepared(student: Student) -> tuple[Any, Refund]:
    refund = prepares(student, pays_twice(student))
    return acts.open_refund(student.ports, refund.id), refund


def test_refund_of_a_payment_that_holds_it_no_more_is_not_booked_twice(chris: Student) -> None:
    """The bank's own word was booked first."""
    opened, refund = prepared(chris)
    bare = replace(opened.file, payments=tuple(replace(p, refunding_cents=0) for p in opened.file.payments))

    changes = ended(bare, replace(refund, state=RefundState.DONE), chris.ports.now())

    assert [type(row).__name__ for row in changes.rows] == ["Refund", "Registration"]


def test_payment_of_another_file_is_not_found(chris: Student) -> None:
    opened, _ = prepared(chris)
    with pytest.raises(NotFound):
        payment_of(opened.file, "none")


def test_loser_of_a_race_looks_again() -> None:
    tries = iter([ConcurrentUpdate, None])

    def act() -> str:
        if refusal := next(tries):
            raise refusal
        return "done"

    assert again(act) == "done"


def test_race_that_is_always_lost_is_told() -> None:
    def act() -> str:
        raise ConcurrentUpdate

    with pytest.raises(ConcurrentUpdate):
        again(act)


def test_every_page_of_refunds_is_read() -> None:
    ports = cast("Any", SimpleNamespace(refunds=SimpleNamespace(of_state=two_pages)))
    assert list(every_refund(ports, RefundState.SENT)) == [1, 2]


def test_refund_that_another_writer_settled_is_left(chris: Student) -> None:
    _, refund = prepared(chris)
    looked: list[object] = []
    outdated = replace(refund, version=refund.version + 1)

    _look(chris.ports, cast("Any", None), lambda *all_: looked.append(all_), outdated)

    assert looked == []


def test_file_with_nothing_late_is_not_listed(chris: Student) -> None:
    chris.declares("01")
    known = chris.ports.memory.registrations_by_id
    for id_, registration in list(known.items()):
        known[id_] = replace(registration, part_paid=True)
    assert list_arrears(chris.ports) == ()


@pytest.mark.parametrize(
    "sent_at", [None, MIDNIGHT - timedelta(hours=3), MIDNIGHT - timedelta(seconds=1)], ids=str
)
def test_refund_is_not_asked_for_late_nor_on_another_day(sent_at: datetime | None, chris: Student) -> None:
    """A question's number counts for one day at the gateway: on another it would be a second refund."""
    opened, refund = prepared(chris)
    ports = cast("Any", SimpleNamespace(now=lambda: MIDNIGHT + timedelta(seconds=1)))  # and no gateway

    send_refund.ask(ports, opened, replace(refund, state=RefundState.SENT, sent_at=sent_at))
