"""P1 and P2 for money out: a process dies before or after each I/O of one refund's life, once and twice.

The gateway's own books judge: nothing is given back twice, and what was given back is booked. A death between
a refusal and its booking leaves the refund unclear, for its question could still arrive: a person closes it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import balances
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.refusals import GatewayStillUnclear
from chalicelib.usecases.refunds.close_refund import close_refund
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from chalicelib.usecases.refunds.reconcile_refunds import reconcile_refunds
from tests.fakes.copying import copied
from tests.fakes.ports import FakePorts, enrol_student
from tests.fakes.refunds import Reply
from tests.proof.deaths import Deaths, pairs
from tests.proof.interception import tap
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.refund_steps import SECOND, asked, pays_twice

RUNS = 8
PARTS = (60100, 10000)
COURSES = {
    "given": ((), RefundState.DONE),
    "refused": ((Reply.REFUSE,) * 9, RefundState.REFUSED),
    "given, answer lost": ((Reply.LOSE_ANSWER,), RefundState.DONE),
    "never arrived": ((Reply.DROP,), RefundState.DONE),
    "arrived after it was sent again": ((Reply.LATE,), RefundState.DONE),
}


def _paid_twice() -> tuple[FakePorts, Payment]:
    ports = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id)
    return ports, pays_twice(Student(ports, CHRIS, registration.id))


PAID_TWICE = _paid_twice()
LIVES = [(name, cents) for name in COURSES for cents in PARTS]


@dataclass
class Life:
    """One refund from its preparation to its end, dying at the points named `fatal`."""

    script: tuple[Reply, ...]
    end: RefundState
    cents: int
    fatal: tuple[int, ...] = ()
    refund: Refund | None = None

    def __post_init__(self) -> None:
        self.deaths = Deaths(self.fatal)
        self.ports, self.paid = copied(PAID_TWICE)
        self.vault = self.ports.gateway.vault
        self.vault.script.extend(self.script)
        self.accounts = self.ports.accounts
        tap(self.ports, self._call)

    def live(self) -> "Life":
        """Repeat everything until a run after the end writes nothing: those after it would find the same."""
        for _ in range(RUNS):
            before = self.deaths.changes
            self.deaths.survives(self._prepare)
            if self.refund:
                self.deaths.survives(self._approve)
            self.ports.move(minutes=7)
            self.deaths.survives(lambda: reconcile_refunds(self.ports))
            if self._is_over() and self.deaths.changes == before:
                break
        self.deaths.stop()
        if self.fatal and self.end is RefundState.REFUSED:
            self._close_what_is_unclear()
        self._judge_end()
        return self

    def _is_over(self) -> bool:
        return [each.state for each in self.ports.memory.refunds.values()] == [self.end]

    def _close_what_is_unclear(self) -> None:
        """Let an accountant close, on a later day, what the gateway does not know; until then it is held."""
        (refund,) = self.ports.memory.refunds.values()
        if refund.state is not RefundState.UNKNOWN:
            return
        _, payment = self.ports.memory.payments["7002"]
        assert payment.refunding_cents == self.cents
        with pytest.raises(GatewayStillUnclear):
            close_refund(self.ports, refund.id, "not known to the gateway", SECOND)
        self.ports.move(days=1)
        reconcile_refunds(self.ports)
        close_refund(self.ports, refund.id, "not known to the gateway", SECOND)

    def _prepare(self) -> None:
        what = asked(self.cents)
        self.refund = prepare_refund(self.ports, self.paid.id, what, "one click", ACCOUNTANT)

    def _approve(self) -> None:
        assert self.refund
        with suppress(QuittanceError):
            decide_refund(self.ports, self.refund.id, SECOND, "", None, is_approved=True)

    def _call(self, point: str, call: Callable[[], Any]) -> Any:
        return self.deaths.call(point, call, self._check)

    def _check(self) -> None:
        assert len(self.vault.books) <= 1, "given back twice"

    def _judge_end(self) -> None:
        (refund,) = self.ports.memory.refunds.values()
        given = sum(each.amount_cents for each in self.vault.books)
        assert refund.state is self.end
        assert given == (self.cents if self.end is RefundState.DONE else 0)
        _, payment = self.ports.memory.payments["7002"]
        assert (payment.refunded_cents, payment.refunding_cents) == (given, 0)
        account = self.accounts.account(CHRIS.id)
        books = balances(account.journal, account.invoices, account.payments)
        assert books[Book.CARDS] == 2 * 60100 - given, "P31: the books are not the gateway's"
        assert sum(books.values()) == 0


@pytest.mark.parametrize(("name", "cents"), LIVES)
def test_p1_p2_death_at_any_point_gives_back_once_and_books_it(name: str, cents: int) -> None:
    for point in range(Life(*COURSES[name], cents).live().deaths.points):
        Life(*COURSES[name], cents, (point,)).live()


@pytest.mark.parametrize("name", COURSES)
def test_p1_p2_death_at_any_two_points_in_turn_gives_back_once_and_books_it(name: str) -> None:
    def live(fatal: tuple[int, ...]) -> Life:
        return Life(*COURSES[name], 60100, fatal).live()

    for fatal in pairs(live):
        live(fatal)
