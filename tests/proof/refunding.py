"""The moves of money out: prepared, decided by another, handed to the bank, told by its statement, closed."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.preparation import Asked
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.usecases.refunds.cancel_refund import cancel_refund
from chalicelib.usecases.refunds.close_refund import close_refund
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.give_iban import give_iban
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT, CHRIS
from tests.usecases.refund_steps import SECOND

Act = Callable[[str], None]
IBAN = "FR7630006000011234567890189"
PEOPLE = (ACCOUNTANT, SECOND)
METHODS = (RefundMethod.CARD, RefundMethod.CARD, RefundMethod.CARD, RefundMethod.TRANSFER)
KEYS = (None, None, "one form")
UNDECIDED = {RefundState.PREPARED, RefundState.APPROVED}


@dataclass
class Refunder:
    """Two accountants, either of whom prepares and decides, and a student who may give an IBAN or not."""

    ports: FakePorts
    chance: Random
    cancels_approved: bool = False

    def acts(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        """Yield each act with its weight: 0 where there is nothing to do it to."""
        states = {each.state for each in self._refunds(registration_id)}
        transfers = {each.state for each in self._transfers(registration_id)}
        yield (2 if self._refundable(registration_id) else 0), self.prepares
        yield (5 if RefundState.PREPARED in states else 0.1 if states else 0), self.decides
        yield (3 if transfers & UNDECIDED else 0), self.gives_the_iban
        yield (3 if RefundState.APPROVED in transfers else 0), self.hands_over
        yield (2 if RefundState.SENT in transfers else 0), self.reads_the_statement
        yield (1 if RefundState.UNKNOWN in states else 0), self.closes
        if self.cancels_approved:
            yield (1 if RefundState.APPROVED in states else 0), self.cancels

    def prepares(self, registration_id: str) -> None:
        """Ask for all, for what is free, for a part, seldom for a cent too much or after a stale look."""
        payments = self._refundable(registration_id)
        if not payments:
            return
        payment = self.chance.choice(payments)
        left = payment.refundable_cents
        free = payment.kept_cents - payment.allocated_cents
        cents = self.chance.choice((left, left, free or left, left // 2 or 1, left + 1, 100))
        seen = left if self.chance.random() < 0.9 else left + 100
        asked = Asked(cents, seen, self.chance.choice(METHODS), "motif")
        prepare_refund(self.ports, payment.id, asked, self.chance.choice(KEYS), self.chance.choice(PEOPLE))

    def decides(self, registration_id: str) -> None:
        """Approve or refuse, now and then one's own, or one that is decided already."""
        refunds = self._refunds(registration_id)
        waiting = [each for each in refunds if each.state is RefundState.PREPARED]
        if not refunds:
            return
        refund = self.chance.choice(waiting or refunds)
        by, is_approved = self.chance.choice(PEOPLE), self.chance.random() < 0.85
        sheet = self.chance.choice((None, refund.sheet.hash))
        decide_refund(self.ports, refund.id, by, "motif", sheet, is_approved=is_approved)

    def gives_the_iban(self, registration_id: str) -> None:
        for refund in self._transfers(registration_id):
            if refund.state in UNDECIDED:
                give_iban(self.ports, CHRIS.id, refund.id, IBAN)

    def hands_over(self, registration_id: str) -> None:
        for refund in self._transfers(registration_id):
            if refund.state is RefundState.APPROVED:
                mark_transferred(self.ports, refund.id, self.chance.choice(PEOPLE))

    def reads_the_statement(self, registration_id: str) -> None:
        """The bank made the transfer, or returned it."""
        for refund in self._transfers(registration_id):
            if refund.state is RefundState.SENT:
                is_done = self.chance.random() < 0.8
                finish_transfer(self.ports, refund.id, self.chance.choice(PEOPLE), is_done=is_done)

    def closes(self, registration_id: str) -> None:
        for refund in self._refunds(registration_id):
            if refund.state is RefundState.UNKNOWN:
                close_refund(self.ports, refund.id, "introuvable", self.chance.choice(PEOPLE))

    def cancels(self, registration_id: str) -> None:
        for refund in self._refunds(registration_id):
            if refund.state is RefundState.APPROVED:
                cancel_refund(self.ports, refund.id, "motif", self.chance.choice(PEOPLE))

    def empties_the_list(self, registration_id: str) -> None:
        """In the end two people see to every refund that is open."""
        for act in (
            self.decides,
            self.gives_the_iban,
            self.hands_over,
            self.reads_the_statement,
            self.closes,
        ):
            with suppress(QuittanceError):
                act(registration_id)
        for refund in self._refunds(registration_id):
            if refund.state is RefundState.PREPARED:  # by who drew the act to approve as well
                with suppress(QuittanceError):
                    self._decided_by_another(refund)

    def _decided_by_another(self, refund: Refund) -> None:
        by = next(each for each in PEOPLE if each.id != refund.prepared_by)
        decide_refund(self.ports, refund.id, by, "motif", None, is_approved=True)

    def _refunds(self, registration_id: str) -> list[Refund]:
        refunds = tuple(self.ports.memory.refunds.values())
        return [each for each in refunds if each.registration_id == registration_id]

    def _transfers(self, registration_id: str) -> list[Refund]:
        return [each for each in self._refunds(registration_id) if not each.by_card]

    def _refundable(self, registration_id: str) -> list[Payment]:
        payments = (payment for _, payment in tuple(self.ports.memory.payments.values()))
        mine = (each for each in payments if each.registration_id == registration_id)
        return [each for each in mine if each.refundable_cents > 0]
