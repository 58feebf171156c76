"""P1 and P2 for money out by transfer: a process dies at each I/O of one transfer's life, once and twice.

The frozen files judge, as the bank would carry them out: no refund is in two of them, and what they hold is
what the account says.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import balances
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.usecases.delivery.deliver_outbox import NotDelivered, deliver_outbox
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.give_iban import give_iban_by_link
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from chalicelib.usecases.refunds.select_transfers import select_transfers
from tests.fakes.ports import FakePorts, enrol_student
from tests.proof.deaths import Deaths, pairs
from tests.proof.interception import tap
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.refund_steps import SECOND, asked, pays_twice

RUNS = 4
IBANS = ("FR7630006000011234567890189", "DE89370400440532013000")


@dataclass
class Life:
    """One transfer from its preparation to the statement, dying at the points named `fatal`."""

    fatal: tuple[int, ...] = ()
    refund: Refund | None = None

    def __post_init__(self) -> None:
        self.deaths = Deaths(self.fatal)
        self.ports = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
        registration = enrol_student(self.ports, CHRIS, "I2223_Y1_1A", self.ports.campaigns.current().id)
        self.paid = pays_twice(Student(self.ports, CHRIS, registration.id))
        self.memory, self.accounts, self.mailer = self.ports.memory, self.ports.accounts, self.ports.mailer
        self.memory.entries.clear()
        tap(self.ports, self._call)

    def live(self) -> "Life":
        for _ in range(RUNS):
            for act in (self._prepare, self._approve, self._deliver, self._give, self._file, self._finish):
                with suppress(QuittanceError, NotDelivered):
                    self.deaths.survives(act)
            self.ports.move(minutes=20)
        self.deaths.stop()
        self._judge_end()
        return self

    def _prepare(self) -> None:
        what = asked(method=RefundMethod.TRANSFER)
        self.refund = prepare_refund(self.ports, self.paid.id, what, "one click", ACCOUNTANT)

    def _approve(self) -> None:
        if self.refund:
            decide_refund(self.ports, self.refund.id, SECOND, "", None, is_approved=True)

    def _deliver(self) -> None:
        for entry in [each for each in self.memory.entries.values() if each.topic is Topic.IBAN_NEEDED]:
            deliver_outbox(self.ports, entry.id)

    def _give(self) -> None:
        """Use each mail that arrived, with another account each time: one of them counts."""
        for rank, token in enumerate(self.mailer.tokens):
            with suppress(QuittanceError):
                give_iban_by_link(self.ports, token, IBANS[rank % 2])

    def _file(self) -> None:
        """Two accountants who saw the same list make a file one after the other, and the first again."""
        seen = select_transfers(self.ports, ACCOUNTANT).digest
        for by in (ACCOUNTANT, SECOND, ACCOUNTANT):
            self._make(seen, by)

    def _make(self, seen: str, by: Person) -> None:
        with suppress(QuittanceError):
            make_transfer_files(self.ports, seen, by)

    def _finish(self) -> None:
        if self.refund and self.memory.transfer_files:
            finish_transfer(self.ports, self.refund.id, ACCOUNTANT, is_done=True)

    def _call(self, point: str, call: Callable[[], Any]) -> Any:
        return self.deaths.call(point, call, self._check)

    def _check(self) -> None:
        """Judge after every I/O: in one file at most, and sent if and only if in one."""
        filed = [each for file in self.memory.transfer_files.values() for each in file.refunds]
        assert len(filed) <= 1, "in two files"
        for refund in self.memory.refunds.values():
            is_sent = refund.state in {RefundState.SENT, RefundState.DONE}
            assert is_sent == (refund.id in filed), "sent without a file, or filed and not sent"

    def _judge_end(self) -> None:
        (refund,), (file,) = self.memory.refunds.values(), self.memory.transfer_files.values()
        assert refund.state is RefundState.DONE
        text = self.memory.transfer_texts[file.id].text
        assert text == f"{file.id}-001 {refund.iban} 60100"
        (sequence,) = self.memory.transfer_sequences.values()
        assert (file.number, sequence.last_number) == (1, 1)
        _, payment = self.memory.payments["7002"]
        assert (payment.refunded_cents, payment.refunding_cents) == (60100, 0)
        given = [each for each in self.memory.audit_waiting.values() if each.act == "iban_given"]
        assert len(given) == 1
        account = self.accounts.account(CHRIS.id)
        books = balances(account.journal, account.invoices, account.payments)
        assert (books[Book.CARDS], books[Book.BANK]) == (2 * 60100, -60100)
        assert sum(books.values()) == 0


def test_p1_p2_death_at_any_point_transfers_once_and_books_it() -> None:
    for point in range(Life().live().deaths.points):
        Life((point,)).live()


def test_p1_p2_death_at_any_two_points_in_turn_transfers_once_and_books_it() -> None:
    for fatal in pairs(lambda fatal: Life(fatal).live()):
        Life(fatal).live()
