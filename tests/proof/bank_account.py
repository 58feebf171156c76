"""The school's account as the bank keeps it: what moved, and the files that tell it; the judge's books."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from chalicelib.domain.books.chart import Book
from chalicelib.domain.collection.disputes import DisputeStage
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.treasury.lines import ExplanationKind
from tests.fakes.bank_files import Movement, Period, camt
from tests.fakes.storage import Memory

OPENING_CENTS = 1_000_000
FEES_PER_MILLE = (0, 3, 30)
K = ExplanationKind


@dataclass(frozen=True)
class Underway:
    """What the books know of and no movement of the bank was yet: its kind, its subject, signed cents."""

    kind: ExplanationKind
    subject: str
    cents: int

    @property
    def key(self) -> tuple[ExplanationKind, str, bool]:
        return self.kind, self.subject, self.cents > 0


@dataclass
class BankAccount:
    """`about` says by label what a movement is of, None for what the school does not know of.

    `unbooked` are the transactions that the gateway has and the books have not.
    """

    memory: Memory
    unbooked: Callable[[], list[str]]
    moves: list[Movement] = field(default_factory=list)
    about: dict[str, Underway | None] = field(default_factory=dict)

    def moves_money(self, day: date, cents: int, text: str, about: Underway | None = None) -> None:
        """Book a movement, on the day of the last one at the earliest; each has a label of its own."""
        label = f"{text} N{len(self.moves)}"
        self.about[label] = about
        self.moves.append(Movement(max([day, *(each.day for each in self.moves[-1:])]), cents, label))

    def books_underway(self, day: date, chance: Random) -> None:
        """Book one thing that is underway: a remittance less a commission."""
        waiting = self.underway()
        if waiting:
            self.books(chance.choice(waiting), day, chance)

    def books(self, each: Underway, day: date, chance: Random) -> None:
        fee = 0
        if each.kind is K.REMITTANCE and each.cents > 0:
            fee = each.cents * chance.choice(FEES_PER_MILLE) // 1000
        self.moves_money(day, each.cents - fee, each.kind.upper(), each)

    def underway(self) -> list[Underway]:
        known = {each.key for each in self.about.values() if each}
        return [each for each in self._known() if each.key not in known and each.cents]

    def statement(self, day: date, since: int) -> bytes:
        """Return the file of what moved from the movement at `since` on up to a day."""
        told = tuple(each for each in self.moves[since:] if each.day <= day)
        opening = OPENING_CENTS + sum(each.cents for each in self.moves[:since])
        first = told[0].day if told else day
        return camt(Period(first, opening, told, day))

    def _known(self) -> Iterator[Underway]:
        memory = self.memory
        for _, payment in memory.payments.values():
            yield from _of_payment(payment)
        for slip in memory.slips.values():
            if slip.deposited_on and not slip.line:
                yield Underway(K.DEPOSIT, slip.id, slip.expected_cents)
        for refund in memory.refunds.values():
            if not refund.by_card and refund.state in {RefundState.SENT, RefundState.DONE}:
                yield Underway(K.TRANSFER_FILE, refund.id, -refund.amount_cents)
        for remittance in memory.remittances.values():
            if not remittance.is_credited and self._is_whole():
                yield Underway(K.REMITTANCE, remittance.number, remittance.cents)

    def _is_whole(self) -> bool:
        """Whether the remittances that the books know are those of the gateway: none lacks a movement."""
        memory = self.memory
        moved = (each for each in memory.journal.values() if not each.is_treasury)
        cards = {each.id for each in moved if any(posting.book is Book.CARDS for posting in each.postings)}
        is_gathered = cards <= set(memory.card_movements)
        is_told = not any(each.is_in_transit for each in memory.card_movements.values())
        is_over = not any(each.is_in_flight for each in memory.refunds.values())
        return is_gathered and is_told and is_over and not self.unbooked()


def _of_payment(payment: Payment) -> Iterator[Underway]:
    """Yield a transfer that accounting entered from a paper, and what the bank took back."""
    if payment.undone_line:
        return
    if payment.method is PaymentMethod.TRANSFER and not payment.line_id:
        yield Underway(K.PAYMENT, payment.id, payment.amount_cents)
    is_cheque = payment.method is PaymentMethod.CHEQUE
    if payment.bounced_cents and not payment.return_line and (payment.bounced_at_bank or not is_cheque):
        kind = K.CHARGEBACK if payment.method is PaymentMethod.CARD else K.BOUNCE
        yield Underway(kind, payment.id, -payment.bounced_cents)
    if payment.dispute and payment.dispute.stage is DisputeStage.WON:
        if not payment.return_line:
            yield Underway(K.CHARGEBACK, payment.id, -payment.amount_cents)
        if not payment.dispute.line_id:
            yield Underway(K.CHARGEBACK, payment.id, payment.amount_cents)
