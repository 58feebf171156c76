"""P5: whatever happens to the accounts, they say what a small double-entry ledger beside them says."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.plans.request_plan import withdraw_plan_request
from tests.fakes.gateway import Behaviour, Capture
from tests.fakes.ports import FakePorts, enrol_student
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.plan_acts import recut, resume, stop

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
DANY = replace(CHRIS, id="00000000000000c2", email="dany@demo.test", first_name="Dany")
PRICES = {"01": 60100, "05": 377000}


@dataclass
class Ledger:
    """Postings that add up to nothing: debts stand against sales, money received against debts."""

    postings: list[tuple[str, int]] = field(default_factory=list)

    def order(self, student: str, cents: int) -> None:
        self.postings += [(student, cents), ("sales", -cents)]

    def receive(self, student: str, cents: int) -> None:
        self.postings += [("bank", cents), (student, -cents)]

    def credit(self, student: str, cents: int) -> None:
        self.postings += [("sales", cents), (student, -cents)]

    def balance(self, account: str) -> int:
        return sum(cents for name, cents in self.postings if name == account)


class Beginning(StrEnum):
    DECLARED = "declared"
    APPROVED = "approved"
    STARTED = "started"


DAYTIME = time(9)


class Accounts(RuleBasedStateMachine):
    """Two students, their pages, plans and debits, and the ledger that each event is told to as well."""

    pages = Bundle("pages")
    students = st.sampled_from([0, 1])
    behaviours = st.sampled_from([each for each in Behaviour if each is not Behaviour.LATE])

    @initialize(
        beginnings=st.tuples(*[st.tuples(st.sampled_from(list(PRICES)), st.sampled_from(Beginning))] * 2)
    )
    def enrol(self, beginnings: tuple[tuple[str, Beginning], ...]) -> None:
        self.ports = FakePorts(CAMPAIGN)
        self.ledger = Ledger()
        self.students_in = []
        self.heard: set[str] = set()
        self.known = 0
        self.untold: list[Capture] = []
        for person, (code, beginning) in zip((CHRIS, DANY), beginnings, strict=True):
            registration = enrol_student(self.ports, person, "I2223_Y1_1A", CAMPAIGN.id)
            student = Student(self.ports, person, registration.id)
            self.students_in.append(student)
            self._begin(student, code, beginning)

    def _begin(self, student: Student, code: str, beginning: Beginning) -> None:
        student.declares(code)
        if beginning is Beginning.DECLARED:
            return
        student.asks_for("paybox-6" if code == "05" else "paybox-3")
        student.is_told(PlanDecision.APPROVE)
        if beginning is Beginning.STARTED:
            self._paid(student, student.opens_the_page_of(1))

    @rule(who=students, code=st.sampled_from(list(PRICES)))
    def declare(self, who: int, code: str) -> None:
        self._try(lambda: self.students_in[who].declares(code))

    @rule(who=students, plan=st.sampled_from(["paybox-3", "paybox-6"]))
    def ask_for_a_plan(self, who: int, plan: str) -> None:
        self._try(lambda: self.students_in[who].asks_for(plan))

    @rule(who=students, decision=st.sampled_from(PlanDecision))
    def decide(self, who: int, decision: PlanDecision) -> None:
        self._try(lambda: self.students_in[who].is_told(decision, "motif"))

    @rule(who=students)
    def withdraw(self, who: int) -> None:
        student = self.students_in[who]
        self._try(lambda: withdraw_plan_request(self.ports, student.person.id, student.registration_id))

    @rule(who=students)
    def stop(self, who: int) -> None:
        self._try(lambda: stop(self.students_in[who]))

    @rule(who=students)
    def resume(self, who: int) -> None:
        self._try(lambda: resume(self.students_in[who]))

    @rule(who=students, parts=st.sampled_from([None, 1, 2, 4]))
    def recut(self, who: int, parts: int | None) -> None:
        self._try(lambda: recut(self.students_in[who], parts))

    @rule(who=students, cents=st.sampled_from([1, 100, 5000, 20031, 60100, 316900]))
    def credit(self, who: int, cents: int) -> None:
        student = self.students_in[who]
        for invoice in student.account.invoices:
            with suppress(QuittanceError):
                note = issue_credit_note(self.ports, CreditOrder(invoice.number, cents, "bourse"), ACCOUNTANT)
                self.ledger.credit(student.person.id, note.totals.total_cents)

    @rule(target=pages, who=students, rank=st.sampled_from([0, 1, 2, 3]))
    def open_a_page(self, who: int, rank: int) -> Any:
        student = self.students_in[who]
        try:
            attempt = student.opens_the_page_of(rank) if rank else student.opens_the_page()
        except QuittanceError:
            return multiple()
        return who, attempt

    @rule(page=pages)
    def pay(self, page: tuple[int, Attempt]) -> None:
        """Once or again: the same message has one effect."""
        who, attempt = page
        self._paid(self.students_in[who], attempt)

    @rule(who=students, rank=st.sampled_from([0, 1, 2, 3]))
    def open_and_pay(self, who: int, rank: int) -> None:
        page = self.open_a_page(who, rank)
        if isinstance(page, tuple):
            self.pay(page)

    @rule(days=st.sampled_from([0, 1, 3, 7]), behaviour=behaviours)
    def debit(self, days: int, behaviour: Behaviour) -> None:
        self.ports.move(days=days)
        self._debit(self.ports.at.date(), behaviour)

    @rule(behaviour=behaviours)
    def debit_on_the_next_due_day(self, behaviour: Behaviour) -> None:
        due = [each for each in self.ports.memory.instalments.values() if each.is_debitable]
        today = self.ports.at.date()
        self._debit(max(min((each.next_try_on for each in due), default=today), today), behaviour)

    def _debit(self, day: date, behaviour: Behaviour) -> None:
        self.ports.gateway.otherwise = behaviour
        moment = datetime.combine(day, DAYTIME, PARIS)
        self.students_in[0].debits_run(f"{max(moment, self.ports.at):%Y-%m-%dT%H:%M}")
        taken = self.ports.gateway.captures[self.known :]
        self.known += len(taken)
        self.untold += taken
        if behaviour not in {Behaviour.LOSE_ANSWER, Behaviour.DELAY}:
            self._tell(taken)

    def _paid(self, student: Student, attempt: Attempt) -> None:
        if attempt.id not in self.heard:
            self._order_with_the_first_money(student)
            self.ledger.receive(student.person.id, attempt.amount_cents)
        self.heard.add(attempt.id)
        student.pays(attempt, f"7{attempt.reference[-16:]}")

    @rule()
    def reconcile(self) -> None:
        """Late enough for whatever is on its way to have arrived."""
        self.ports.move(minutes=21)
        self.ports.gateway.otherwise = Behaviour.DROP
        reconcile_payments(self.ports)
        self.students_in[0].reconciles()
        self._tell(list(self.untold))

    @invariant()
    def postings_add_up_to_nothing(self) -> None:
        assert sum(cents for _, cents in self.ledger.postings) == 0

    @invariant()
    def balances_are_the_ledgers(self) -> None:
        for student in self.students_in:
            assert student.balance_cents == self.ledger.balance(student.person.id)

    @invariant()
    def money_received_is_what_the_bank_holds(self) -> None:
        booked = sum(payment.amount_cents for _, payment in self.ports.memory.payments.values())
        assert booked == self.ledger.balance("bank")

    @invariant()
    def sales_are_what_was_invoiced(self) -> None:
        invoiced = sum(invoice.totals.total_cents for _, invoice in self.ports.memory.invoices.values())
        credited = sum(note.totals.total_cents for _, note in self.ports.memory.credit_notes.values())
        assert credited - invoiced == self.ledger.balance("sales")

    @invariant()
    def what_is_allocated_and_what_remains_are_the_order(self) -> None:
        for student in self.students_in:
            account = student.account
            if account.instalments:
                paid = sum(each.allocated_cents for each in account.payments)
                left = sum(each.remaining_cents for each in account.instalments)
                ordered = sum(order.totals.total_cents for order in account.orders)
                credited = sum(note.totals.total_cents for note in account.credit_notes)
                assert paid + left == ordered - credited

    @rule()
    def number_the_journal(self) -> None:
        number_journal(self.ports)

    @invariant()
    def journal_says_what_the_documents_say(self) -> None:
        check_books(self.ports.memory)

    @invariant()
    def numbers_have_no_hole(self) -> None:
        memory = self.ports.memory
        assert sorted(memory.orders) == list(range(9357, 9357 + len(memory.orders)))
        assert sorted(memory.invoices) == list(range(9196, 9196 + len(memory.invoices)))

    def _order_with_the_first_money(self, student: Student) -> None:
        """The first money orders the whole of what is declared then, whichever page it came from."""
        if not student.registration.has_order:
            self.ledger.order(student.person.id, PRICES[student.registration.fee_situation_code or ""])

    def _tell(self, taken: list[Capture]) -> None:
        """The ledger hears of each capture by the gateway's own books, once its answer is known."""
        for capture in taken:
            self.ledger.receive(capture.reference.split("-")[2], capture.amount_cents)
            self.untold.remove(capture)

    def _try(self, act: Callable[[], object]) -> None:
        with suppress(QuittanceError):
            act()


TestAccounts = Accounts.TestCase
TestAccounts.settings = settings(
    max_examples=20_000 if os.environ.get("PROVE") else 100,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
