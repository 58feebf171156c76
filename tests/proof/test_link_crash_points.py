"""P1, P25: a process dies before or after each I/O of a share paid by a link, once and twice.

Whoever died tries again: the student makes a link until they have one, the payer opens and leaves until the
gateway has their money, its message comes again, the runs are repeated. The gateway's books are the judge.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payment_links.link import WantedLink
from chalicelib.domain.payments import Attempt
from chalicelib.usecases.delivery.deliver_outbox import NotDelivered, deliver_outbox
from chalicelib.usecases.payment_links.make_link import MadeLink, make_link
from chalicelib.usecases.payment_links.pay_by_link import asked_cents, pay_by_link, show_link
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from tests.fakes.ports import FakePorts, enrol_student
from tests.proof.bank import Bank
from tests.proof.books import check_books
from tests.proof.interception import READS, Died, tap
from tests.proof.judges import Judges
from tests.usecases.conftest import CHRIS
from tests.usecases.link_steps import OTHER_PARENT, PARENT, PHONE, UNTIL

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
TRIES = 4
SHARE = 30000


@dataclass
class Share:
    """A life of a link, dying at the points named `fatal`; `points` counts those that were met."""

    fatal: tuple[int, ...] = ()
    points: int = 0
    made: list[MadeLink] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ports = FakePorts(CAMPAIGN)
        self.bank = Bank()
        self.ports.gateway = self.bank
        self.registration_id = enrol_student(self.ports, CHRIS, "I2223_Y1_1A", CAMPAIGN.id).id
        choose_fee_situation(self.ports, CHRIS.id, self.registration_id, "01")
        self.judges = Judges(self.ports, self.bank)
        self.ports.store = self.judges  # type: ignore[assignment]  # stands in for it
        tap(self.ports, self._call)

    def live(self) -> "Share":
        self._again(self._makes)
        for payer, share in ((PARENT, 0), (OTHER_PARENT, 1)):
            self._again(lambda payer=payer, share=share: self._pays(payer, share))  # type: ignore[misc]
        self._again(self._runs)
        self._again(self._mails)
        points, self.fatal = self.points, ()
        self.ports.at += timedelta(days=2)
        for _ in range(2):
            self._runs()
            self._mails()
        self.points = points
        self._judge()
        return self

    def _call(self, point: str, call: Callable[[], Any]) -> Any:
        self._pass()
        answer = call()
        if point not in READS:
            self._pass()
        return answer

    def _pass(self) -> None:
        self.points += 1
        if self.points in self.fatal:
            raise Died

    def _again(self, act: Callable[[], None]) -> None:
        for _ in range(TRIES):
            try:
                return act()
            except (Died, NotDelivered, QuittanceError):
                self.ports.at += timedelta(minutes=1)
        raise AssertionError("never came to its end")

    def _makes(self) -> None:
        while len(self.made) < 2:
            wanted = WantedLink(None if self.made else SHARE, UNTIL)
            self.made.append(make_link(self.ports, self.registration_id, wanted, CHRIS))

    def _pays(self, payer: Any, share: int) -> None:
        """Leave for the gateway unless its money is there, pay, and let the message come."""
        token = self.made[share].token
        opened = show_link(self.ports, token, PHONE)
        if opened.last_use and opened.last_use.transaction:
            return
        seen = asked_cents(opened, self.ports.at)
        self._types_a_card(pay_by_link(self.ports, token, payer, seen, PHONE, payer.email).attempt)

    def _types_a_card(self, attempt: Attempt) -> None:
        answer = self.bank.try_card(attempt, self.ports.at, is_accepted=True, has_token=False)
        body = f"message {attempt.reference}".encode()
        told = answer or self.bank.answers[attempt.reference]
        record_notification(self.ports, self.bank.signs_elsewhere(body, told))

    def _runs(self) -> None:
        reconcile_payments(self.ports)

    def _mails(self) -> None:
        for entry in list(self.ports.memory.entries.values()):
            deliver_outbox(self.ports, entry.id)

    def _judge(self) -> None:
        memory = self.ports.memory
        taken = [each.amount_cents for each in self.bank.taken_by_pages.values()]
        assert sorted(taken) == [SHARE, 60100 - SHARE], f"P25: the gateway took {taken}"
        assert sorted(each.amount_cents for _, each in memory.payments.values()) == sorted(taken)
        assert len(memory.invoices) == 1
        check_books(memory)
        receipts = [to for to, topic in self.ports.mailer.sent if topic is Topic.LINK_RECEIPT]
        assert set(receipts) == {PARENT.email, OTHER_PARENT.email}
        assert memory.entries == {}


EVERY_SEVENTH = 7


def test_p1_p25_each_payer_pays_once_whatever_point_a_process_dies_at() -> None:
    points = Share().live().points
    assert points > TRIES * 10
    for point in range(1, points + 1):
        Share((point,)).live()


def test_p1_p25_each_payer_pays_once_whatever_two_points_processes_die_at() -> None:
    for pair in combinations(range(1, Share().live().points + 1, EVERY_SEVENTH), 2):
        Share(pair).live()


@pytest.mark.prove
def test_p1_p25_each_payer_pays_once_at_every_pair_of_points() -> None:
    for pair in combinations(range(1, Share().live().points + 1), 2):
        Share(pair).live()
