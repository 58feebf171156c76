"""P1, P31: what is booked is what the gateway's own books show; credits are what was paid too much."""

from collections import Counter
from dataclasses import dataclass, field

from chalicelib.domain.payments import Payment, PaymentMethod
from tests.proof.books import Books
from tests.proof.sums import Sums


@dataclass
class GatewayBooks:
    """`old` are the subjects of entries that a release without a journal did not write."""

    sums: Sums
    old: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._books = Books(self.sums.memory)

    def check(self) -> None:
        memory = self.sums.memory
        self._books.check(self.old)
        taken = self.taken()
        by_card = [each for _, each in memory.payments.values() if each.method is PaymentMethod.CARD]
        for payment in by_card:
            self._check_payment(payment, *taken.get(payment.transaction, (0, 0)))
        for registration_id in memory.registrations_by_id:
            self._check_debits(registration_id)
            self._check_credits(registration_id)

    def _check_payment(self, payment: Payment, taken: int, kept: int) -> None:
        """What a refund gave back may be booked with its answer, and is booked with the end of the last."""
        assert payment.amount_cents == taken, f"P31: booked {payment.amount_cents}, taken {taken}"
        held = payment.amount_cents - payment.refunded_cents + payment.transferred_cents
        unheard = self.sums.unheard(payment)
        assert held in {kept, kept + unheard}, (
            f"P31: booked {held} as kept, of {kept} and {unheard} unheard of"
        )

    def unbooked(self) -> list[str]:
        """The transactions that the gateway holds and the books do not."""
        return [each for each in self.taken() if each not in self.sums.memory.payments]

    def taken(self) -> dict[str, tuple[int, int]]:
        """Amount taken and amount kept, by transaction."""
        bank = self.sums.bank
        taken = {each.transaction: each.amount_cents for each in bank.taken_by_pages.values()}
        taken |= {each.transaction: each.amount_cents for each in bank.captures}
        return {name: (cents, cents - bank.returned(name)) for name, cents in taken.items()}

    def _check_debits(self, registration_id: str) -> None:
        taken = self.sums.taken_by_debits(registration_id)
        instalments = Counter(reference.rpartition("-")[0] for reference, kept in taken.items() if kept)
        assert max(instalments.values(), default=0) <= 1, "P1: an instalment was debited twice"

    def _check_credits(self, registration_id: str) -> None:
        credit, debt = self.sums.credit(registration_id), self.sums.debt(registration_id)
        balance = self.sums.ordered(registration_id) - self.sums.kept(registration_id)
        assert credit >= 0, "more was allocated than was kept"
        assert debt >= 0, "more was allocated than is owed"
        assert balance == debt - credit, "P31: debt and credits are not the balance"
        assert debt or credit == -balance, "P31: the credits listed are not what was paid too much"

    def check_rest(self, registration_id: str) -> None:
        """After the runs a credit stands beside a debt only while a debit or a page may bring money.

        That of a file that was refused waits to be given back.
        """
        if not self.sums.memory.registrations_by_id[registration_id].is_accepted:
            return
        credit, debt = self.sums.credit(registration_id), self.sums.debt(registration_id)
        is_idle = bool(credit and debt) and not self._is_moving(registration_id)
        assert not is_idle, f"a credit of {credit} beside a debt of {debt}"

    def _is_moving(self, registration_id: str) -> bool:
        """Whether a debit or a page may still bring money: a debit allocates credits before it takes any."""
        memory = self.sums.memory
        instalments = (
            each for each in memory.instalments.values() if each.registration_id == registration_id
        )
        attempts = (each for each in memory.attempts.values() if each.registration_id == registration_id)
        is_debited = any(each.may_be_taken or each.is_debitable or each.open_pages for each in instalments)
        refunds = (each for each in memory.refunds.values() if each.registration_id == registration_id)
        is_given_back = any(each.is_live for each in refunds)
        return is_debited or is_given_back or any(each.is_open for each in attempts)
