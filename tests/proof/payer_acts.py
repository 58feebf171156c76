"""A third-party payer's moves: named, changed and taken back, invoiced, paid in part or whole, given up."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.corrections.waiver import WaiverKind, WaiverState
from chalicelib.domain.corrections.waivers import WaiverAsked
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.payments import PaymentMethod
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.corrections.decide_waiver import decide_waiver
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.corrections.propose_waiver import propose_waiver
from chalicelib.usecases.payers.invoice_payer import invoice_payer
from chalicelib.usecases.payers.name_payer import name_payer, take_back_payer
from tests.fakes.ports import FakePorts
from tests.proof.sums import Sums
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR
from tests.usecases.payer_steps import COMPANY, PUBLIC

Act = Callable[[str], None]
SHARES = (0, 1, 100, 20_000, 30_000, 40_000, 60_100, 377_000)
"""Shares in cents; 0 asks for all that the student owes."""


@dataclass
class PayerDesk:
    """A registrar who names payers, and the accountant who invoices them; `seen` is a page in a tab."""

    ports: FakePorts
    sums: Sums
    chance: Random
    seen: str | None = None
    is_waiving: bool = False

    def acts(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        """Yield each act with its weight: seldom where there is nothing to do it to."""
        payer = self._payer(registration_id)
        is_named, owes = payer is not None and payer.is_named, self._owed(registration_id) > 0
        yield (0.5 if is_named else 1.2), self.names
        yield (0.8 if is_named else 0.05), self.takes_back
        yield (2 if is_named else 0.05), self.invoices
        yield (1.5 if owes else 0.02), self.receives
        yield (0.7 if owes else 0.02), self.gives_up
        if self.is_waiving:
            is_waiting = any(
                each.state is WaiverState.PROPOSED for each in self.ports.memory.waivers.values()
            )
            yield (6 if is_waiting else 3 if owes else 0.02), self.does_not_pay

    def names(self, registration_id: str) -> None:
        """Name a payer or change it, now and then by what stood on an older page."""
        facts = replace(self.chance.choice((COMPANY, PUBLIC)), share_cents=self.chance.choice(SHARES))
        payer, is_stale = self._payer(registration_id), self.chance.random() < 0.1
        seen = payer.seen_hash if payer and payer.is_named else None
        name_payer(self.ports, registration_id, facts, REGISTRAR, self.seen if is_stale else seen)
        self.seen = seen

    def takes_back(self, registration_id: str) -> None:
        take_back_payer(self.ports, registration_id, "motif", REGISTRAR)

    def invoices(self, registration_id: str) -> None:
        invoice_payer(self.ports, registration_id, ACCOUNTANT)

    def receives(self, registration_id: str) -> None:
        """Enter all, a part, seldom a cent too much, and now and then the same form twice."""
        owed, payer = self._owed(registration_id), self._payer(registration_id)
        if payer is None or not payer.invoice_number:
            return
        cents = max(1, self.chance.choice((owed, owed, owed // 2, 100, owed + 1)))
        received = ReceivedMoney(
            PaymentMethod.TRANSFER,
            cents,
            f"P{cents}",
            paris_day(self.ports.at),
            invoice_number=payer.invoice_number,
        )
        key, is_sure = self.chance.choice((None, received.reference)), self.chance.random() < 0.3
        receive_payment(self.ports, registration_id, received, ACCOUNTANT, key, is_sure=is_sure)

    def gives_up(self, registration_id: str) -> None:
        """Credit the payer's invoice: the whole, a part, seldom a cent too much."""
        owed, payer = self._owed(registration_id), self._payer(registration_id)
        if payer is None or not payer.invoice_number:
            return
        cents = max(1, self.chance.choice((owed, owed, owed // 2, 100, owed + 1)))
        issue_credit_note(self.ports, CreditOrder(payer.invoice_number, cents, "rupture"), ACCOUNTANT)

    def does_not_pay(self, registration_id: str) -> None:
        """Propose to give up what it owes, now and then too much; or decide on it, now and then one's own."""
        owed, payer = self._owed(registration_id), self._payer(registration_id)
        waiting = [each for each in self.ports.memory.waivers.values() if each.state is WaiverState.PROPOSED]
        if waiting:
            by = self.chance.choice((ACCOUNTANT, REGISTRAR, REGISTRAR))
            is_approved = self.chance.random() < 0.8
            decide_waiver(self.ports, waiting[0].id, "motif", by, is_approved=is_approved)
        elif payer and payer.invoice_number:
            kind = self.chance.choice(tuple(WaiverKind))
            cents = max(1, self.chance.choice((owed, owed, owed // 2, owed + 1)))
            asked = WaiverAsked(kind, cents, owed, "sans réponse", "PV de carence", payer.invoice_number)
            propose_waiver(self.ports, registration_id, asked, ACCOUNTANT)

    def goes_on(self, registration_id: str) -> None:
        """Invoice the payer that a plan waits for, or take it back."""
        payer = self._payer(registration_id)
        if payer and payer.is_named:
            for act in (self.invoices, self.takes_back):
                with suppress(QuittanceError):
                    act(registration_id)

    def _payer(self, registration_id: str) -> Payer | None:
        mine = [each for each in self.ports.memory.payers.values() if each.registration_id == registration_id]
        return max(mine, key=lambda each: each.id, default=None)

    def _owed(self, registration_id: str) -> int:
        """Return what the payer's invoice still asks for."""
        payer = self._payer(registration_id)
        return self.sums.owed_by_payer(payer) if payer and payer.invoice_number else 0
