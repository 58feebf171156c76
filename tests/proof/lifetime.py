"""One seed, one history of a whole registration, sometimes of two, from the declaration to its rest.

A student, a registrar, an accountant, the gateway and the runs act in any order, months apart or at once.
In every second history they interleave at their I/O; in the others each act comes to its end, or dies.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import partial

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.delivery.forget_cards import forget_cards
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.refunds.reconcile_refunds import reconcile_refunds
from tests.fakes.ports import FakePorts, add_registration, enrol_student
from tests.fakes.refunds import Reply
from tests.proof import ranges
from tests.proof.bank import Bank
from tests.proof.bookkeeping import Bookkeeper
from tests.proof.braking import Braking
from tests.proof.casting import Casting
from tests.proof.collecting import Collector
from tests.proof.correcting import Corrector
from tests.proof.director import DEADLINESS, LATENESS, WIRE, Director, play_the_arguments
from tests.proof.interception import Died, tap
from tests.proof.judges import Judges
from tests.proof.link_acts import LinkPayers
from tests.proof.old_rows import begin_as_before
from tests.proof.payer_acts import PayerDesk
from tests.proof.pricing import Pricing
from tests.proof.reading import reader_of
from tests.proof.refunding import Refunder
from tests.proof.rest import Rest
from tests.proof.roles import Staff, Student
from tests.proof.scheduler import Work
from tests.usecases.conftest import CHRIS

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
DECISIONS = 110
AT_ONCE = 3
ADMINISTRATOR = "administrator"
"""Who changes them: at once, while nobody has read the price before and not written yet."""
BEGINNINGS = ("2022-06-24T10:00", "2022-07-02T23:55", "2022-07-10T00:30", "2022-08-20T09:00")
JUMPS = (
    *[timedelta(seconds=5)] * 2,
    *[timedelta(seconds=45)] * 4,
    *[timedelta(minutes=6)] * 4,
    *[timedelta(minutes=21)] * 6,
    *[timedelta(minutes=50)] * 3,
    timedelta(hours=5),
    timedelta(days=1),
    timedelta(days=3),
)
REPLIES = (*[Reply.GIVE] * 4, *[Reply.LATE] * 2, *Reply)
OUTAGES = (timedelta(days=8), timedelta(days=33), timedelta(days=95))
"""Sometimes weeks or months pass without a run."""


class Lifetime(Director):
    """The history of one seed."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.ports = FakePorts(CAMPAIGN)
        self.ports.at = datetime.fromisoformat(self.chance.choice(BEGINNINGS)).replace(tzinfo=PARIS)
        self.bank = Bank()
        self.gateway = self.ports.gateway = self.bank
        self.memory = self.ports.memory
        self.registrations = self._enrol()
        self.judges = Judges(self.ports, self.bank)
        self.ports.store = self.judges  # type: ignore[assignment]  # stands in for it
        self.student = Student(self.ports, self.bank, self.judges.requests, self.chance)
        self.staff = Staff(self.ports, self.chance)
        collector = Collector(self.ports, self.chance)
        self.refunder = (
            Refunder(self.ports, self.chance, seed >= ranges.CANCELLED_FROM)
            if seed >= ranges.REFUNDED_FROM
            else None
        )
        is_credited = seed >= ranges.CREDITED_FROM
        corrector = (
            Corrector(self.ports, self.judges.sums, self.chance) if seed >= ranges.CORRECTED_FROM else None
        )
        self.payers = (
            PayerDesk(self.ports, self.judges.sums, self.chance) if seed >= ranges.SHARED_FROM else None
        )
        if self.payers:
            self.payers.is_waiving = seed >= ranges.WAIVED_FROM
        self.bookkeeper = (
            Bookkeeper(self.ports, self.judges.sums, self.chance, self.judges.treasury.account)
            if ranges.BOOKED_FROM <= seed < ranges.LINKED_FROM
            else None
        )
        self.casting = Casting(
            self.student,
            self.staff,
            self.bank,
            collector,
            is_credited,
            self.refunder,
            corrector,
            self.payers,
            self.bookkeeper,
            LinkPayers(self.ports, self.chance) if seed >= ranges.LINKED_FROM else None,
            reader_of(self.ports, self.judges, self.chance) if seed >= ranges.KEPT_FROM else None,
        )
        if self.bookkeeper:
            self.bookkeeper.opens_the_account()
        if self.chance.random() < 0.1:
            begin_as_before(self.ports, self.bank, self.judges, self.chance, self.registrations[0])
        else:
            self._begin_gently()
        self.deadliness = self.chance.choice(DEADLINESS)
        self.interleaves = seed % 2 == 0
        self.braking = Braking(self.ports, self.chance) if seed >= ranges.BRAKED_FROM else None
        self.pricing = (
            Pricing(self.ports, self.registrations, self.chance) if seed >= ranges.PRICED_FROM else None
        )
        tap(self.ports, self.call, ("brakes",) if self.braking else ())

    def _enrol(self) -> list[str]:
        first = enrol_student(self.ports, CHRIS, "I2223_Y1_1A", CAMPAIGN.id)
        if self.chance.random() < 0.75:
            return [first.id]
        return [first.id, add_registration(self.ports, CHRIS, "P2223_Y3_3A", CAMPAIGN.id, 2).id]

    def _begin_gently(self) -> None:
        """Most files are declared, some with a page that the student keeps, some with a plan approved."""
        for registration_id in self.registrations:
            student, staff = self.student, self.staff
            plan = (student.asks_for_a_plan, staff.decides_on_the_plan)
            kept = (student.declares, student.opens, student.gives_up)
            beginnings = (
                (),
                (student.declares,),
                (student.declares, *plan),
                (*kept, student.declares),
                (*kept, *plan),
                (*kept, student.declares, *plan, student.opens),
            )
            for step in self.chance.choice(beginnings):
                _tried(step, registration_id)

    def run(self) -> None:
        for _ in range(DECISIONS):
            self._decide()
        for process in list(self.running):
            self.end(process)
        self.is_calm = True
        if self.braking:
            self.braking.lets_go()
        people = self.registrations, self.refunder, self.payers
        Rest(self.ports, self.bank, self.judges, self.staff, self.chance, *people).come()
        if self.bookkeeper:
            self.bookkeeper.comes_to_rest()
            self.check()
            self.judges.treasury.check_rest()

    def check(self) -> None:
        self.judges.check()
        if self.braking:
            self.braking.check()

    def snapshot(self) -> str:
        """All that is kept anywhere, to compare."""
        kept = {name: rows for name, rows in vars(self.memory).items() if name != "lock"}
        return repr((kept, self.bank, self.ports.alarms.raised, self.ports.at))

    # The director

    def _decide(self) -> None:
        dice = self.chance.random()
        if dice < 0.25:
            self._move_the_clock()
        elif self.running and (dice < 0.6 or len(self.running) >= AT_ONCE):
            self.turn(self.chance.choice(self.running), is_last=dice < 0.27)
        else:
            self._cast()

    def _cast(self) -> None:
        acts = self._acts()
        name = self.chance.choices(list(acts), [weight for weight, _ in acts.values()])[0]
        work = acts[name][1]
        if self.interleaves and name != ADMINISTRATOR:
            self.begin(name, work)
            return
        self.change_the_gateway()
        with suppress(Died):
            work()
        self.check()

    def change_the_gateway(self) -> None:
        super().change_the_gateway()
        self.bank.is_clear = self.chance.random() < 0.9
        if self.refunder and self.chance.random() < 0.5:
            vault = self.bank.vault
            vault.otherwise, vault.is_remitted = self.chance.choice(REPLIES), self.chance.random() < 0.7
            vault.lateness = self.chance.choice(LATENESS)
            vault.is_remitted = (
                vault.is_remitted or self.bookkeeper is not None
            )  # no void: remittances are told

    def _acts(self) -> dict[str, tuple[float, Work]]:
        """Who may come on, how often, and what they do: a refusal of ours is an answer like another."""
        registration_id = self.chance.choice(self.registrations)
        acts: dict[str, tuple[float, Work]] = {
            act.__qualname__: (weight, partial(_tried, act, registration_id))
            for weight, act in self.casting.acts(registration_id)
        }
        return acts | self._runs()

    def _runs(self) -> dict[str, tuple[float, Work]]:
        ports = self.ports
        runs: dict[str, tuple[float, Work]] = {
            "reconcile payments": (2, lambda: reconcile_payments(ports)),
            "reconcile debits": (2 if self.memory.debits else 0, lambda: reconcile_debits(ports)),
            "journal": (0.5, lambda: number_journal(ports)),
            "cards": (0.5, lambda: forget_cards(ports)),
            "refund": (0.7, self._give_back),
        }
        if self.memory.refunds:
            is_flying = any(each.is_in_flight for each in self.memory.refunds.values())
            runs["reconcile refunds"] = (6 if is_flying else 1, lambda: reconcile_refunds(ports))
        if self.braking:
            runs["operator"] = (1.5, self.braking.acts)
        if self.pricing and not self.running:  # the judge compares with the price of this moment
            runs[ADMINISTRATOR] = (3, self.pricing.acts)
        if self.memory.instalments:
            runs["debits"] = (5, self._debit_what_is_due)
        if any(each.arrives_at <= ports.at for each in self.bank.messages_on_the_way):
            runs["message"] = (8, self._deliver_a_message)
        if ports.debit_queue.planned:
            message = self.chance.choice(ports.debit_queue.planned[-3:])
            runs["debit"] = (2, lambda: debit_instalment(ports, *message))
        return runs

    # Runs, and the gateway's own moves

    def _debit_what_is_due(self) -> None:
        queue = self.ports.debit_queue.planned
        earlier = len(queue)
        plan_debits(self.ports)
        for message in queue[earlier:]:
            debit_instalment(self.ports, *message)

    def _deliver_a_message(self) -> None:
        arrived = [each for each in self.bank.messages_on_the_way if each.arrives_at <= self.ports.at]
        if arrived:
            message = self.chance.choice(arrived)
            self.bank.messages_on_the_way.remove(message)
            if message.must_arrive:  # what else may die with its process is looked for by the runs
                self.bank.messages_on_the_way.append(message)
            record_notification(self.ports, message.body)

    def _give_back(self) -> None:
        """The school gives back, at the gateway, what is not booked here yet; no answer is on its way."""
        taken = [*self.bank.taken_by_pages.items()]
        unbooked = [reference for reference, each in taken if each.transaction not in self.memory.payments]
        debited = [each for each in self.bank.captures if each.transaction not in self.memory.payments]
        references = [*unbooked, *(each.reference for each in debited)]
        if references and len(self.running) <= self.interleaves:
            self.bank.gives_back(self.chance.choice(references))

    # The clock

    def _move_the_clock(self) -> None:
        if self.is_asking:
            self.ports.at += WIRE
        elif self.chance.random() < 0.02:
            self.ports.at += self.chance.choice(OUTAGES)
        elif (day := self._next_day()) and self.chance.random() < 0.1:
            self.ports.at = max(self.ports.at, datetime.combine(day, time(0, 30), PARIS))
        else:
            self.ports.at += self.chance.choice(JUMPS)

    def _next_day(self) -> date | None:
        return min((each.next_try_on for each in self._due()), default=None)

    def _due(self) -> list[Instalment]:
        today = paris_day(self.ports.at)
        due = (each for each in self.memory.instalments.values() if each.state is InstalmentState.DUE)
        return [each for each in due if each.next_try_on > today]


def _tried(act: Callable[[str], None], registration_id: str) -> None:
    with suppress(QuittanceError):
        act(registration_id)


if __name__ == "__main__":
    play_the_arguments(Lifetime, "kept_lifetimes.txt")
