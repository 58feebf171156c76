"""P1, P31: what is booked is what the gateway's own books show; credits are what was paid too much."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.domain.payments import PaymentMethod
from tests.proof.books import check_books
from tests.proof.sums import Sums


@dataclass
class GatewayBooks:
    """`old` are the subjects of entries that a release without a journal did not write."""

    sums: Sums
    old: set[str] = field(default_factory=set)

    def check(self) -> None:
        memory = self.sums.memory
        check_books(memory, self.old)
        taken = self.taken()
        by_card = [each for _, each in memory.payments.values() if each.method is PaymentMethod.CARD]
        for payment in by_card:
            transaction = payment.transaction
            amounts = (payment.amount_cents, payment.amount_cents - payment.refunded_cents)
            assert taken.get(transaction) == amounts, f"P31: booked {amounts}, not what was taken and kept"
        for registration_id in memory.registrations_by_id:
            self._check_debits(registration_id)
            self._check_credits(registration_id)

    def unbooked(self) -> list[str]:
        """The transactions that the gateway holds and the books do not."""
        return [each for each in self.taken() if each not in self.sums.memory.payments]

    def taken(self) -> dict[str, tuple[int, int]]:
        """Amount taken and amount kept, by transaction."""
        bank = self.sums.bank
        pages = {
            each.transaction: (each.amount_cents, each.kept_cents) for each in bank.taken_by_pages.values()
        }
        return pages | dict(self._debited())

    def _debited(self) -> Iterator[tuple[str, tuple[int, int]]]:
        for capture in self.sums.bank.captures:
            is_kept = capture.reference not in self.sums.bank.given_back
            yield capture.transaction, (capture.amount_cents, capture.amount_cents if is_kept else 0)

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
        """Whether a debit or a page may still bring money."""
        memory = self.sums.memory
        instalments = (
            each for each in memory.instalments.values() if each.registration_id == registration_id
        )
        attempts = (each for each in memory.attempts.values() if each.registration_id == registration_id)
        is_debited = any(each.may_be_taken or each.open_pages for each in instalments)
        return is_debited or any(each.is_open for each in attempts)
