"""Accounting's moves about money: cheques, transfers, what the bank takes back, and disputes."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import STAGES, DisputeReason
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.collection.take_back_payment import stage_dispute, take_back_payment
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT

AMOUNTS = (100, 10_000, 20_031, 40_069, 60_100, 60_100, 377_000)
REFERENCES = ("1", "1", "2", "3", "4", "5", "6")
BY_HAND = (PaymentMethod.CHEQUE, PaymentMethod.TRANSFER)
DUE_IN = timedelta(days=20)


@dataclass
class Collector:
    """The accountant who enters cheques, and reads what the bank takes back."""

    ports: FakePorts
    chance: Random

    def enters(self, registration_id: str) -> None:
        """Enter a cheque or a transfer, now and then twice: by the same form, or by a colleague's."""
        chance, today = self.chance, paris_day(self.ports.at)
        received = ReceivedMoney(
            chance.choice(BY_HAND), chance.choice(AMOUNTS), chance.choice(REFERENCES), today
        )
        key, sure = chance.choice((None, received.reference)), chance.random() < 0.2
        read = [each.id for _, each in self.ports.memory.payments.values()] if sure else ()
        receive_payment(self.ports, registration_id, received, ACCOUNTANT, key, read)

    def takes_back(self, registration_id: str) -> None:
        """Tell that one came back, seldom for another amount than is held."""
        payment = self._one_of(registration_id)
        if payment is None:
            return
        cents = max(1, payment.kept_cents) + (self.chance.random() < 0.1)
        is_card = payment.method is PaymentMethod.CARD
        due_on = paris_day(self.ports.at) + DUE_IN if is_card else None
        reason = DisputeReason.FRAUDULENT if is_card else None
        returned = BankReturn(cents, "motif", reason, due_on)
        take_back_payment(self.ports, payment.id, returned, ACCOUNTANT)

    def follows(self, registration_id: str) -> None:
        """Go on with a dispute."""
        disputed = [each for each in self._payments(registration_id) if each.is_disputed]
        if disputed and (payment := self.chance.choice(disputed)).dispute:
            stage = self.chance.choice(sorted(STAGES[payment.dispute.stage]))
            stage_dispute(self.ports, payment.id, stage, "", ACCOUNTANT)

    def _one_of(self, registration_id: str) -> Payment | None:
        return self.chance.choice(self._payments(registration_id) or [None])

    def _payments(self, registration_id: str) -> list[Payment]:
        payments = (payment for _, payment in tuple(self.ports.memory.payments.values()))
        return [each for each in payments if each.registration_id == registration_id]
