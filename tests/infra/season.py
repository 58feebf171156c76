"""A school's season on `make run`: what students, registrar and accountants do, each act one small function.

Students are imported over HTTP, pay on the simulator's pages, and are booked by the portal that the gateway
notifies; schedules run in the stack's own functions. Acts are the use cases on the stack's own table, in some
threads: a log-in each would measure the hash of a password.
"""

import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeReason, DisputeStage
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.corrections.withdrawals import AskedWithdrawal
from chalicelib.domain.payments import Attempt, Payment, PaymentMethod, PaymentPage
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.refunds.preparation import Asked
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.domain.registration import Decision, Registration, RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.collection.take_back_payment import stage_dispute, take_back_payment
from chalicelib.usecases.corrections.change_situation import change_situation, situation_request
from chalicelib.usecases.corrections.withdraw_registration import withdraw_registration, withdrawal_request
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.payers.invoice_payer import invoice_payer
from chalicelib.usecases.payers.name_payer import name_payer
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.request_plan import request_plan
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.wiring import Services
from infra.doctor.this_machine import of_this_machine
from tests.conftest import Stack
from tests.journeys.conftest import ACCEPTED, Operator, Payer
from tests.usecases.conftest import ACCOUNTANT, NO_ADDRESS, REGISTRAR
from tests.usecases.payer_steps import COMPANY
from tests.usecases.refund_steps import SECOND

AT_ONCE = 6
KEPT_CENTS = 2300
"""What a withdrawal keeps: the campaign's fee, and what the registrar names once the year has begun."""
IBAN = "FR7630006000011234567890189"


@dataclass
class Season:
    """The running stack, and the registrations of the campaign that is on, by the rank of their student."""

    stack: Stack
    ports: Services
    began: float = field(default_factory=time.monotonic)
    files: dict[int, Registration] = field(default_factory=dict)
    owed: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By registration: its person, and what the student owes in the end, in cents."""
    ended: dict[str, int] = field(default_factory=dict)
    """By registration that a grant or a withdrawal ended: how many payments it had then."""

    @classmethod
    def of(cls, stack: Stack) -> "Season":
        read = of_this_machine(urlsplit(stack.portal).port or 0)
        return cls(stack, Services(read.settings, read.now))

    @property
    def operator(self) -> Operator:
        return Operator(self.stack)

    def says(self, step: str) -> None:
        print(f"{time.monotonic() - self.began:6.1f} s  {step}", flush=True)  # noqa: T201 - its figures

    def each(self, act: Callable[[int], object], ranks: Iterable[int]) -> None:
        """Let some students act at once."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(act, rank) for rank in ranks]:
                done.result()

    def opens_campaign(self, campaign_id: str) -> None:
        """Take the registrations that the import wrote."""
        self.files = {}
        for each in self.ports.registrations.of_status(campaign_id, RegistrationStatus.PRE_REGISTERED):
            if found := re.search(r"TESTÉ-(\d+)", each.holder):
                self.files[int(found[1])] = each

    def file(self, rank: int) -> RegistrationFile:
        known = self.files[rank]
        return show_file(self.ports, known.person_id, known.id)

    def owes(self, rank: int, cents: int) -> None:
        """Note what is owed in the end; the product is not told."""
        self.owed[self.files[rank].id] = (self.files[rank].person_id, cents)

    # Students

    def declares(self, rank: int, code: str) -> None:
        choose_fee_situation(self.ports, self.files[rank].person_id, self.files[rank].id, code)

    def pays(self, rank: int, *cards: str, part: int | None = None) -> None:
        """Try each card on one page."""
        self.types(self.starts(rank, part)[1], cards or (ACCEPTED,))

    def starts(self, rank: int, part: int | None = None) -> tuple[Attempt, PaymentPage]:
        known = self.files[rank]
        begun = start_card_payment(self.ports, known.person_id, known.id, NO_ADDRESS, None, part)
        return begun.attempt, begun.page

    def types(self, page: PaymentPage, cards: Iterable[str] = (ACCEPTED,)) -> None:
        payer, form = Payer(), {"action": page.action, "fields": fields_of(page)}
        shown = payer.opens(form)
        for card in cards:
            payer.pays(shown, card)

    def pays_two_kept_pages(self, rank: int) -> None:
        """Two forms that were given up stay in the browser's history, and are paid both."""
        kept = []
        for _ in range(2):
            attempt, page = self.starts(rank)
            give_up_attempt(self.ports, attempt.person_id, attempt.id)
            kept.append(page)
        for page in kept:
            self.types(page)

    def begins_a_plan(self, rank: int, plan: str, card: str = ACCEPTED) -> None:
        known = self.files[rank]
        request_plan(self.ports, known.person_id, known.id, plan)
        decide_plan_request(self.ports, known.id, PlanDecision.APPROVE, "", ACCOUNTANT)
        self.pays(rank, card, part=1)

    def pays_what_is_late(self, rank: int) -> None:
        for each in self.file(rank).instalments:
            if each.is_payable_by_hand and each.remaining_cents:
                self.pays(rank, part=each.rank)

    # Registrar

    def is_validated(self, rank: int) -> None:
        decide_registration(self.ports, self.files[rank].id, Decision.VALIDATE, "", REGISTRAR)

    def sets_a_grant(self, rank: int) -> None:
        """One act: the debits to come fall, what was taken is given back."""
        request = situation_request(self.files[rank].id, "02", "bourse notifiée en octobre")
        self._ends(rank, 0, change_situation(self.ports, request, REGISTRAR))

    def withdraws(self, rank: int, named: int | None = None) -> None:
        """Before the year starts the campaign says what is kept; later the registrar names it."""
        asked = AskedWithdrawal(paris_day(self.ports.now()), named)
        request = withdrawal_request(self.files[rank].id, asked, "part étudier ailleurs")
        self._ends(rank, KEPT_CENTS, withdraw_registration(self.ports, request, REGISTRAR))

    def _ends(self, rank: int, owed: int, done: Correction) -> None:
        file = self.file(rank)
        kept = sum(each.kept_cents for each in file.payments)
        waiting = [each for each in file.refunds if each.state is RefundState.PREPARED]
        assert done.owed_after_cents == owed
        assert sum(each.amount_cents for each in waiting) == kept - owed
        self.owes(rank, owed)
        self.ended[file.registration.id] = len(file.payments)

    # Accounting

    def receives(self, rank: int, method: PaymentMethod, cents: int, invoice: int | None = None) -> Payment:
        today = paris_day(self.ports.now())
        received = ReceivedMoney(method, cents, f"TEST {rank}", today, invoice_number=invoice)
        return receive_payment(self.ports, self.files[rank].id, received, ACCOUNTANT, None)

    def company_pays_a_part(self, rank: int) -> None:
        known = self.files[rank]
        name_payer(self.ports, known.id, COMPANY, REGISTRAR)
        number = invoice_payer(self.ports, known.id, ACCOUNTANT).number
        self.receives(rank, PaymentMethod.TRANSFER, COMPANY.share_cents, number)
        self.owes(rank, self.owed[known.id][1] - COMPANY.share_cents)

    def bounces(self, rank: int) -> None:
        payment = self.file(rank).payments[0]
        returned = BankReturn(payment.kept_cents, "sans provision")
        take_back_payment(self.ports, payment.id, returned, ACCOUNTANT)

    def is_disputed_and_lost(self, rank: int) -> None:
        payment, due_on = self.file(rank).payments[0], paris_day(self.ports.now() + timedelta(days=20))
        returned = BankReturn(payment.kept_cents, "fraude", DisputeReason.FRAUDULENT, due_on)
        take_back_payment(self.ports, payment.id, returned, ACCOUNTANT)
        stage_dispute(self.ports, payment.id, DisputeStage.LOST, "", ACCOUNTANT)
        block_registration(self.ports, self.files[rank].id, blocked=False, reason="vu", by=ACCOUNTANT)

    def gives_back_all_credits(self) -> int:
        """Two accountants empty the list, by card or by transfer; return how many refunds it took."""
        given = self.approves_what_is_prepared()
        while found := list_credits(self.ports, None).found:
            for owned in found:
                for part in owned.credit.parts:
                    self._prepares(part.payment, part.cents)
            given += self.approves_what_is_prepared()
            assert given < len(self.files) * 4, "the list never empties"
        return given

    def approves_what_is_prepared(self) -> int:
        """By an accountant who prepared none: the registrar's acts and pages paid twice prepare some, too."""
        given = 0
        while waiting := self.ports.refunds.of_state(RefundState.PREPARED)[0]:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                given += len(list(pool.map(self._approves, waiting)))
        return given

    def _prepares(self, payment: Payment, cents: int) -> None:
        method = RefundMethod.CARD if payment.transaction else RefundMethod.TRANSFER
        asked = Asked(cents, payment.refundable_cents, method, "crédit")
        prepare_refund(self.ports, payment.id, asked, None, ACCOUNTANT)

    def _approves(self, refund: Refund) -> None:
        decide_refund(self.ports, refund.id, SECOND, "", refund.sheet.hash, is_approved=True)
        if refund.method is RefundMethod.TRANSFER:
            give_iban(self.ports, refund.person_id, refund.id, IBAN)
            mark_transferred(self.ports, refund.id, ACCOUNTANT)

    def days_pass(self, *days: str) -> None:
        for day in days:
            self.operator.debits_on(f"{day}T09:00:00+02:00")
            self.operator.runs("reconcile_payments")


def fields_of(page: PaymentPage) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in page.fields]
