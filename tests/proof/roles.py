"""The people of a whole registration: what a student, a registrar and an accountant may do next."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from chalicelib.domain.corrections.credit_notes import left_cents
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.registration import Decision
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.record_return import record_return
from chalicelib.usecases.payments.show_attempt import note_return, show_attempt
from chalicelib.usecases.payments.start_card_payment import resume_card_payment, start_card_payment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.recut_plan import recut_plan
from chalicelib.usecases.plans.request_plan import request_plan, withdraw_plan_request
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.ports import FakePorts
from tests.proof.bank import Bank
from tests.proof.requests import Requests
from tests.usecases.conftest import ACCOUNTANT, CHRIS, NO_ADDRESS, REGISTRAR

SITUATIONS = ("01", "01", "01", "05", "14", "02")
PLANS = ("paybox-3", "paybox-3", "paybox-6")
PARTS = (None, 1, 2, 3)
LATE = (
    timedelta(),
    timedelta(),
    timedelta(),
    timedelta(minutes=4),
    timedelta(minutes=40),
    timedelta(hours=5),
    timedelta(days=2),
    timedelta(days=9),
)
A_PERSON_LOOKS_AFTER = timedelta(hours=1)
LOOKED_FOR = timedelta(days=7)
"""How long after its end the gateway is asked about an attempt: docs/decisions/0017-one-open-attempt.md."""


@dataclass
class Student:
    """One student with one registration or two; forms are kept for ever, and posted when they like."""

    ports: FakePorts
    bank: Bank
    requests: Requests
    chance: Random

    def declares(self, registration_id: str) -> None:
        choose_fee_situation(self.ports, CHRIS.id, registration_id, self.chance.choice(SITUATIONS))

    def opens(self, registration_id: str) -> None:
        """A page of all, or of an instalment that may be the wrong one; the same tab again, or another."""
        rank = self.chance.choice(self._ranks(registration_id))
        rest = rank is None and self.chance.random() < 0.5
        key = self.chance.choice((None, None, f"key {'rest' if rest else rank}"))
        start_card_payment(self.ports, CHRIS.id, registration_id, NO_ADDRESS, key, rank, rest=rest)

    def resumes(self, registration_id: str) -> None:
        if form := self._form(registration_id):
            resume_card_payment(self.ports, CHRIS.id, form.id)

    def pays(self, registration_id: str) -> None:
        """Types a card, or two, on the page of a form handed out lately or long ago."""
        form = self._form(registration_id)
        if form is None:
            return
        if self.chance.random() < 0.25:
            self._types_a_card(form, is_accepted=False)
            if self.chance.random() < 0.4:
                return
        self._types_a_card(form, is_accepted=True)

    def comes_back(self, registration_id: str) -> None:
        """By the accepted way, with the signed variables or without, whether it was paid or not."""
        form = self._form(registration_id)
        if form is None:
            return
        note_return(self.ports, form.id)
        if form.reference in self.bank.taken_by_pages and self.chance.random() < 0.5:
            record_return(self.ports, self.bank.signed_return_of(form.reference))
        show_attempt(self.ports, CHRIS.id, form.id)

    def gives_up(self, registration_id: str) -> None:
        if form := self._form(registration_id):
            self.requests.given_up.add(form.id)
            give_up_attempt(self.ports, CHRIS.id, form.id)

    def asks_for_a_plan(self, registration_id: str) -> None:
        request_plan(self.ports, CHRIS.id, registration_id, self.chance.choice(PLANS))

    def withdraws_the_request(self, registration_id: str) -> None:
        withdraw_plan_request(self.ports, CHRIS.id, registration_id)

    def _types_a_card(self, form: Attempt, *, is_accepted: bool) -> None:
        has_token = self.chance.random() < 0.8
        now = self.ports.at
        answer = self.bank.try_card(form, now, is_accepted=is_accepted, has_token=has_token)
        if answer is None:
            return
        must_arrive = is_accepted and self._is_forgotten(form)
        for _ in range(self.chance.choice((0, 1, 1, 1, 2)) or must_arrive):
            self.bank.sends(answer, now + self.chance.choice(LATE), must_arrive=must_arrive)

    def _is_forgotten(self, form: Attempt) -> bool:
        """Whether only its message can tell of it: the gateway is not asked about it any more."""
        closed_at = self.ports.memory.attempts[form.id].closed_at
        return closed_at is not None and self.ports.at >= closed_at + LOOKED_FOR

    def _form(self, registration_id: str) -> Attempt | None:
        """The last form that was handed out, one not paid yet, or any of those before."""
        forms = [each for each in self.bank.forms.values() if each.registration_id == registration_id]
        if not forms:
            return None
        unpaid = [each for each in forms if each.reference not in self.bank.taken_by_pages]
        return self.chance.choice((forms[-1], self.chance.choice(unpaid or forms), self.chance.choice(forms)))

    def _ranks(self, registration_id: str) -> list[int | None]:
        """The target that the moment calls for, most often."""
        memory = self.ports.memory
        mine = [each for each in memory.instalments.values() if each.registration_id == registration_id]
        request = memory.plan_requests.get(registration_id)
        wanted: list[int | None] = [each.rank for each in mine if each.is_payable_by_hand]
        likely = wanted or [1 if request and request.is_payable and not request.started else None]
        return [None, 1, *[each.rank for each in mine], *likely * 8]


@dataclass
class Staff:
    """Registrar and accountant."""

    ports: FakePorts
    chance: Random

    def decides(self, registration_id: str) -> None:
        decision = self.chance.choice(
            (Decision.VALIDATE, Decision.VALIDATE, Decision.REFUSE, Decision.REOPEN)
        )
        decide_registration(self.ports, registration_id, decision, "motif", REGISTRAR)

    def decides_on_the_plan(self, registration_id: str) -> None:
        decision = self.chance.choice((*[PlanDecision.APPROVE] * 4, PlanDecision.REFUSE))
        decide_plan_request(self.ports, registration_id, decision, "motif", ACCOUNTANT)

    def blocks(self, registration_id: str) -> None:
        is_blocked = self.ports.memory.registrations_by_id[registration_id].blocked
        block_registration(self.ports, registration_id, not is_blocked, "motif", ACCOUNTANT)

    def stops(self, registration_id: str) -> None:
        stop_plan(self.ports, registration_id, "litige", ACCOUNTANT)

    def resumes(self, registration_id: str) -> None:
        resume_plan(self.ports, registration_id, "litige réglé", ACCOUNTANT)

    def recuts(self, registration_id: str) -> None:
        parts, beyond = self.chance.choice(PARTS), self.chance.random() < 0.5
        recut_plan(self.ports, registration_id, parts, "en difficulté", ACCOUNTANT, beyond_card=beyond)

    def credits_the_invoice(self, registration_id: str) -> None:
        """Credit a part of it, sometimes all that is left, sometimes a cent too much, or of one line."""
        invoices = (invoice for _, invoice in self.ports.memory.invoices.values())
        for invoice in [each for each in invoices if each.registration_id == registration_id]:
            notes = [note for _, note in self.ports.memory.credit_notes.values()]
            left = left_cents(invoice, notes)
            cents = self.chance.choice((left, left + 1, left // 2, left // 3, 100, 20031))
            place = self.chance.randrange(len(invoice.lines))
            by_line = {place: cents} if self.chance.random() < 0.4 else None
            order = CreditOrder(invoice.number, cents, "bourse", by_line)
            issue_credit_note(self.ports, order, ACCOUNTANT)

    def releases(self, registration_id: str) -> None:
        """Looks at a conflict an hour after it came up, not earlier."""
        for instalment in list(self.ports.memory.instalments.values()):
            since = instalment.since or self.ports.at
            is_mine = instalment.registration_id == registration_id
            if is_mine and instalment.state is InstalmentState.CONFLICT and self._has_waited(since):
                release_instalment(self.ports, registration_id, instalment.rank, ACCOUNTANT)

    def goes_on(self, registration_id: str) -> None:
        """In the end what accounting held back is let go."""
        self.releases(registration_id)
        if self.ports.memory.registrations_by_id[registration_id].blocked:
            self.blocks(registration_id)
        with suppress(QuittanceError):
            self.resumes(registration_id)

    def _has_waited(self, since: datetime) -> bool:
        return self.ports.at - since >= A_PERSON_LOOKS_AFTER
