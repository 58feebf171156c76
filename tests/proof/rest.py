"""The end of a history: the gateway answers, nothing dies, every run comes; the rest waits for a person."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.inquiries import LATE_LOOKS
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.usecases.collection.remind_arrears import remind_arrears
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.refunds.reconcile_refunds import reconcile_refunds
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import FakePorts
from tests.fakes.refunds import Reply
from tests.proof.bank import Bank
from tests.proof.judges import Judges
from tests.proof.payer_acts import PayerDesk
from tests.proof.refunding import Refunder
from tests.proof.roles import Staff

SOON = timedelta(minutes=21)
MOST_RUNS = 80
NEEDS_A_PERSON = {InstalmentState.NEEDS_PAYER, InstalmentState.ARREARS}


@dataclass
class Rest:
    """`lets_go`: whether accounting lifts in the end what it held back."""

    ports: FakePorts
    bank: Bank
    judges: Judges
    staff: Staff
    chance: Random
    registrations: list[str]
    refunder: Refunder | None = None
    payers: PayerDesk | None = None

    def come(self) -> None:
        self.bank.is_clear, self.bank.otherwise, self.bank.vault.otherwise = (
            True,
            Behaviour.ACCEPT,
            Reply.GIVE,
        )
        lets_go, arrives = self.chance.random() < 0.7, self.chance.random() < 0.5
        self._empty_the_wire(arrives=arrives)
        self._look_late(lets_go=lets_go)
        for _ in range(MOST_RUNS):
            if not self._is_moving() and not (day := self._next_day()):
                break
            soon = self.ports.at + SOON
            self.ports.at = (
                soon if self._is_moving() or not day else max(soon, datetime.combine(day, time(0, 30), PARIS))
            )
            self._run(lets_go=lets_go)
        else:
            raise AssertionError("P2: never came to rest")
        self._judge(lets_go=lets_go)

    def _empty_the_wire(self, *, arrives: bool) -> None:
        for message in self.bank.messages_on_the_way:
            self.ports.at = max(self.ports.at, message.arrives_at)
            if arrives or message.must_arrive:
                record_notification(self.ports, message.body)

    def _look_late(self, *, lets_go: bool) -> None:
        """The runs of 8 days: as often as the gateway is asked about a closed attempt, and a little later."""
        for wait in (timedelta(), SOON, *LATE_LOOKS, timedelta(hours=1)):
            self.ports.at += wait + timedelta(minutes=1)
            self._run(lets_go=lets_go)
            self.ports.at += SOON
            self._run(lets_go=lets_go)

    def _run(self, *, lets_go: bool) -> None:
        reconcile_debits(self.ports)
        reconcile_payments(self.ports)
        reconcile_refunds(self.ports)
        for registration_id in self.registrations:
            if lets_go:
                self.staff.goes_on(registration_id)
                if self.refunder:
                    self.refunder.empties_the_list(registration_id)
                if self.payers:
                    self.payers.goes_on(registration_id)
            else:
                self.staff.releases(registration_id)
        queue = self.ports.debit_queue.planned
        earlier = len(queue)
        plan_debits(self.ports)
        for message in queue[earlier:]:
            debit_instalment(self.ports, *message)
        remind_arrears(self.ports)
        number_journal(self.ports)
        self.judges.check()
        for registration_id in self.registrations:
            self.judges.books.check_rest(registration_id)

    def _is_moving(self) -> bool:
        self.bank.receive(self.ports.at)
        self.bank.vault.receive(self.ports.at)
        instalments = self.ports.memory.instalments.values()
        return bool(
            self.bank.on_the_way
            or self.bank.vault.on_the_way
            or any(each.may_be_taken for each in instalments)
            or any(each.is_open for each in self.ports.memory.attempts.values())
        )

    def _next_day(self) -> date | None:
        days = [each.next_try_on for each in self._due() if not self._is_held_back(each)]
        return min(days, default=None)

    def _due(self) -> list[Instalment]:
        return [each for each in self.ports.memory.instalments.values() if each.is_debitable]

    def _is_held_back(self, instalment: Instalment) -> bool:
        """Whether a person must act before it is debited."""
        registration = self.ports.memory.registrations_by_id[instalment.registration_id]
        request = self.ports.memory.plan_requests[instalment.registration_id]
        payers = (each for each in self.ports.memory.payers.values() if each.is_named and each.is_after_order)
        is_awaited = any(each.registration_id == registration.id for each in payers)
        is_small = instalment.remaining_cents < SMALLEST_PART_CENTS
        is_ended = not registration.is_accepted or registration.blocked or request.is_stopped or is_awaited
        return is_ended or is_small or self._waits_for_a_refund(registration.id)

    def _waits_for_a_refund(self, registration_id: str) -> bool:
        """Whether the money of a refund that waits for a person covers what is owed until it leaves.

        All of it but less than the gateway takes: no debit is asked for that.
        """
        refunds = self.ports.memory.refunds.values()
        is_live = any(each.registration_id == registration_id and each.is_live for each in refunds)
        left = self.judges.sums.ordered(registration_id) - self.judges.sums.kept(registration_id)
        return is_live and left < SMALLEST_PART_CENTS

    # The last judgement

    def _judge(self, *, lets_go: bool) -> None:
        self.judges.check()
        self.judges.refunds.check_rest(is_seen_to=lets_go and self.refunder is not None)
        assert not self.judges.books.unbooked(), f"P2: taken, not booked: {self.judges.books.unbooked()}"
        today = paris_day(self.ports.at)
        for registration_id in self.registrations:
            self._judge_debt(registration_id, today)

    def _judge_debt(self, registration_id: str, today: date) -> None:
        """Nothing is owed, or what is owed waits for what only a person can do.

        Nothing is asked for of a file that has ended.
        """
        debt, memory = self.judges.sums.debt(registration_id), self.ports.memory
        if not memory.registrations_by_id[registration_id].is_accepted:
            return
        instalments = [
            each for each in memory.instalments.values() if each.registration_id == registration_id
        ]
        left = [each for each in instalments if each.remaining_cents]
        if not left:
            registration = memory.registrations_by_id[registration_id]
            assert not debt or registration.part_paid, f"P2: {debt} owed, and nobody is asked for it"
        parts = sum(each.remaining_cents for each in left)
        is_explained = parts == debt or (
            memory.registrations_by_id[registration_id].part_paid and parts < debt
        )
        assert not left or is_explained, "the parts are not the debt"
        for each in left:
            assert each.state in NEEDS_A_PERSON or self._is_held_back(each), f"P2: left {each.state}, {today}"
