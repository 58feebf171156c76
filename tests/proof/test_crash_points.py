"""P1 and P2: a process dies before or after each I/O of one instalment's life, once and twice.

Every storage, queue, gateway, mail and document call is a point; "before" loses the call, "after" loses its
answer. A life goes on after a death by itself: messages come again, runs are repeated, the clock moves. The
gateway's books are the judge after every call.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.delivery.forget_cards import forget_cards
from chalicelib.usecases.delivery.send_outbox import send_outbox
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from tests.fakes.gateway import Behaviour
from tests.proof.actors import RESTING, TENTH, World
from tests.proof.deaths import Deaths, pairs
from tests.proof.interception import READS, tap
from tests.usecases.conftest import CHRIS, NO_ADDRESS

MOMENTS = 60
SOON = timedelta(minutes=15)


@dataclass
class Course:
    """What the gateway does with the first debits, what becomes of the instalment, and its number of I/Os."""

    behaviours: tuple[Behaviour, ...]
    end: InstalmentState
    calls: int
    by_hand: bool = False
    begins: datetime = TENTH


ALWAYS = 9
COURSES = {
    "paid": Course((), InstalmentState.PAID, 31),
    "refused softly, then paid": Course((Behaviour.REFUSE_SOFT,), InstalmentState.PAID, 53),
    "refused for good": Course((Behaviour.REFUSE_HARD,) * ALWAYS, InstalmentState.NEEDS_PAYER, 22),
    "refused for good, paid by hand": Course(
        (Behaviour.REFUSE_HARD,) * ALWAYS, InstalmentState.PAID, 47, by_hand=True
    ),
    "never arrived": Course((Behaviour.DROP,), InstalmentState.PAID, 55),
    "arrived after it was sent again": Course((Behaviour.LATE,), InstalmentState.PAID, 55),
    "taken, answer lost": Course((Behaviour.LOSE_ANSWER,), InstalmentState.PAID, 41),
}
LONGER = {
    "refused softly to the end": Course((Behaviour.REFUSE_SOFT,) * ALWAYS, InstalmentState.ARREARS, 66),
    "refused, answer lost": Course((Behaviour.LOSE_REFUSAL,), InstalmentState.PAID, 63),
    "taken later": Course((Behaviour.DELAY,), InstalmentState.PAID, 41),
}
AFTER_AN_OUTAGE = datetime(2022, 8, 19, 0, 30, tzinfo=PARIS)
MISSED = {
    "missed, paid": Course((), InstalmentState.PAID, 32, begins=AFTER_AN_OUTAGE),
    "missed, never arrived": Course((Behaviour.DROP,), InstalmentState.PAID, 56, begins=AFTER_AN_OUTAGE),
}
COURSES |= MISSED
ALL = COURSES | LONGER


@dataclass
class Life:
    """One instalment from its due day to its end, dying at the points named `fatal`."""

    course: Course
    fatal: tuple[int, ...] = ()
    world: World = field(default_factory=World)
    page: Attempt | None = None

    def __post_init__(self) -> None:
        self.deaths = Deaths(self.fatal)
        self.ports = self.world.ports
        self.messages, self.mails = self.world.messages, self.world.mails
        self.ports.at = self.course.begins
        self.world.gateway.script.extend(self.course.behaviours)
        self.world.gateway.lateness = timedelta(minutes=40)
        tap(self.ports, self._call, ("brakes",))

    def live(self) -> "Life":
        for moment in self._moments():
            self.ports.at = moment
            self._run()
            if self._is_over():
                break
        self.deaths.stop()
        self._run()  # everything once more, late: nothing may change
        self.world.judge()
        assert self.world.instalment(2).state is self.course.end
        self._check_what_is_announced()
        return self

    def _check_what_is_announced(self) -> None:
        """Nothing, or after an outage the third instalment on its new day, once."""
        third, waiting = self.world.instalment(3), self.world.memory.entries
        is_moved = self.course.begins == AFTER_AN_OUTAGE
        assert third.moves == is_moved
        assert third.next_try_on == date(2022, 9 if is_moved else 8, 10)
        assert [(each.topic, each.rank) for each in waiting.values()] == [(Topic.DEBIT_NOTICE, 3)] * is_moved

    def _moments(self) -> Iterator[datetime]:
        moment = self.ports.at
        for _ in range(MOMENTS):
            yield moment
            instalment = self.world.instalment(2)
            waits = instalment.state is InstalmentState.DUE and instalment.next_try_on > paris_day(moment)
            day = instalment.next_try_on
            later = datetime(day.year, day.month, day.day, 0, 30, tzinfo=PARIS)
            moment = later if waits and not self._has_work() else moment + SOON

    def _run(self) -> None:
        ports = self.ports
        self._survives(lambda: plan_debits(ports))
        self._take(self.messages, lambda message: debit_instalment(ports, *message))
        self._survives(lambda: reconcile_debits(ports))
        if self.course.by_hand:
            self._pay_by_hand()
        self._survives(lambda: send_outbox(ports))
        self._take(self.mails, lambda entry: deliver_outbox(ports, entry.id))
        if any(each.topic is Topic.FORGET_CARD for each in ports.memory.entries.values()):
            self._survives(lambda: forget_cards(ports))

    def _pay_by_hand(self) -> None:
        """The student pays once asked to; the gateway tells it once, whoever is there to hear it."""
        if self.world.instalment(2).state is InstalmentState.NEEDS_PAYER and not self.page:
            self._survives(self._open_page)
            if self.page:
                body = self.world.pay_by_hand(self.page, b"paid by hand")
                self._survives(lambda: record_notification(self.ports, body))
        else:
            self.ports.move(minutes=21)
            self._survives(lambda: reconcile_payments(self.ports))

    def _open_page(self) -> None:
        registration = f"{CHRIS.id}-1"
        self.page = start_card_payment(self.ports, CHRIS.id, registration, NO_ADDRESS, "key", 2).attempt

    def _take(self, queue: list[Any], work: Callable[[Any], object]) -> None:
        """Each message once; one whose process died stays in the queue."""
        for message in list(queue):
            if self._survives(lambda message=message: work(message)):  # type: ignore[misc]  # bound at once
                queue.remove(message)

    def _survives(self, work: Callable[[], object]) -> bool:
        return self.deaths.survives(work)

    def _has_work(self) -> bool:
        entries = self.ports.memory.entries.values()
        return bool(self.messages or self.mails or [e for e in entries if e.topic is not Topic.DEBIT_NOTICE])

    def _is_over(self) -> bool:
        instalment = self.world.instalment(2)
        return instalment.state in RESTING and instalment.state is self.course.end and not self._has_work()

    def _call(self, point: str, call: Callable[[], Any]) -> Any:
        return self.deaths.call(point, call, self.world.check)


@pytest.mark.parametrize("name", ALL)
def test_each_call_of_a_life_is_enumerated(name: str) -> None:
    """A new I/O in the code under proof widens the enumeration, and shows here."""
    assert len(Life(ALL[name]).live().deaths.calls) == ALL[name].calls


@pytest.mark.parametrize("name", ALL)
def test_p1_p2_death_at_any_point_debits_once_and_books_it(name: str) -> None:
    for point in range(Life(ALL[name]).live().deaths.points):
        Life(ALL[name], (point,)).live()


@pytest.mark.parametrize("name", ALL)
def test_p1_p2_death_at_any_two_points_in_turn_debits_once_and_books_it(name: str) -> None:
    def live(fatal: tuple[int, ...]) -> Life:
        return Life(ALL[name], fatal).live()

    for fatal in pairs(live):
        live(fatal)


class Watched(Life):
    """A life that keeps what its first death left."""

    left = ""

    def _survives(self, work: Callable[[], object]) -> bool:
        has_ended = super()._survives(work)
        if not has_ended and not self.left:
            self.left = self.world.snapshot()
        return has_ended


@pytest.mark.parametrize("name", ALL)
def test_deaths_between_two_changes_leave_the_same_world(name: str) -> None:
    """What lets one point of each state stand for all in `pairs`."""
    left: dict[tuple[int, int], str] = {}
    for point, state in Life(ALL[name]).live().deaths.states.items():
        life = Watched(ALL[name], (point,))
        life.live()
        assert left.setdefault(state, life.left) == life.left


def test_reads_leave_the_world_as_it_is() -> None:
    life = Life(COURSES["refused for good, paid by hand"])

    def watched(point: str, call: Callable[[], Any]) -> Any:
        earlier = life.world.snapshot()
        answer = call()
        assert point not in READS or life.world.snapshot() == earlier, point
        return answer

    tap(life.ports, watched)
    life.live()
