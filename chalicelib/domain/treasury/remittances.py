"""Card movements and the remittances that bring them to the bank.

A card movement is one entry of the journal on the book of cards in transit: a payment, or money given back.
The gateway remits what is not cancelled to the bank in the night after; what a remittance credits there
leaves 5115 for 512, what the bank keeps of it goes to 627.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.treasury.booked_refunds import cents_on, refund_of
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.domain.treasury.remittance_refusals import CreditNotOfRemittance, RemittanceCredited

MADE_AFTER = timedelta(days=1)
"""A remittance is made in the night after the day of its movements."""
REMITTED_WITHIN = timedelta(days=2)
"""What the gateway has not remitted by then is a difference."""
CREDITED_WITHIN = timedelta(days=5)
"""A remittance that the bank has not credited by then is a difference: holidays may pass before."""
MOST_FEE_PERCENT = 5
SMALLEST_FEE_LIMIT_CENTS = 100
"""What the bank keeps of a remittance is at most so much: the larger of the two."""
MOST_LOOKS = 10
"""How often the gateway is asked about one movement; a person or a file of the back office ends it then."""


class GatewayWord(StrEnum):
    """What the gateway says of a movement."""

    NOT_ASKED = "not_asked"
    NO_ANSWER = "no_answer"
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    CANCELLED = "cancelled"  # before any remittance
    REFUSED = "refused"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Told:
    """An answer about a movement; `remittance` is the number of the remittance, "" before it."""

    word: GatewayWord
    remittance: str = ""


@dataclass(frozen=True)
class CardMovement:
    """One movement of 5115. `id` is that of its journal entry; `cents` are positive for money taken.

    `reference`, `transaction` and `call` are the gateway's; those of the payment if another hand gave it
    back.
    `settled` is set once nothing more is to be asked. `looks` counts the answers.
    """

    id: str
    series: str
    registration_id: str
    payment_id: str
    cents: int
    day: date
    reference: str = ""
    transaction: str = ""
    call: str = ""
    word: GatewayWord = GatewayWord.NOT_ASKED
    remittance: str = ""
    settled: bool = False
    asked_on: date | None = None
    looks: int = 0
    version: int = 1

    contradicts: bool = False
    """True if the gateway's last word and our books exclude each other."""

    @property
    def is_askable(self) -> bool:
        return bool(self.transaction and self.call) and self.looks < MOST_LOOKS

    @property
    def bears_payment(self) -> bool:
        """True for money given back that has only the numbers of its payment: cancelled, or by another hand.

        An answer about it names the payment's remittance, not one of its own.
        """
        return self.cents < 0 and self.payment_id.rpartition("-t")[2] == self.transaction

    @property
    def is_in_transit(self) -> bool:
        """True while no remittance has it, and it was not cancelled."""
        return not (self.settled or self.remittance)


@dataclass(frozen=True)
class Remittance:
    """One remittance of the gateway: `count` and `cents` are those of our own movements in it.

    `contract`, `told_count` and `told_cents` are those of the back office's file, "" and None without one.
    `credited_cents` is what reached the bank by the statement line `line_id`, `fee_cents` what it kept.
    """

    series: str
    number: str
    day: date
    count: int = 0
    cents: int = 0
    contract: str = ""
    told_count: int | None = None
    told_cents: int | None = None
    credited_on: date | None = None
    credited_cents: int = 0
    fee_cents: int = 0
    line_id: str = ""
    version: int = 1

    @property
    def is_credited(self) -> bool:
        return self.credited_on is not None


@dataclass(frozen=True)
class MovementCursor:
    """How far the journal of a year was read for card movements: the last number. `version` counts reads."""

    series: str
    year: int
    last: int = 0
    version: int = 0


def movement_of(entry: JournalEntry, account: Account, reference: str) -> CardMovement | None:
    """Return the movement of an entry, None if it does not touch the cards in transit.

    `reference` is the gateway's of the payment's attempt.
    """
    cents = cents_on(Book.CARDS, entry)
    payment = next((each for each in account.payments if each.id == entry.subject), None)
    if not cents or payment is None or entry.event not in {MoneyEvent.PAYMENT, MoneyEvent.REFUND}:
        return None
    movement = CardMovement(
        entry.id,
        entry.series,
        entry.registration_id,
        payment.id,
        cents,
        entry.dated_on,
        reference,
        payment.transaction,
        payment.call,
    )
    refund = refund_of(entry, account, Book.CARDS)
    if refund is None:
        return movement
    return replace(movement, reference=refund.reference, transaction=refund.transaction)


def heard(movement: CardMovement, told: Told, today: date, *, is_kept: bool) -> CardMovement:
    """Return the movement after an answer; settled once it is remitted or cancelled and our books agree.

    `is_kept` says that our books hold a part of its payment.
    """
    if told.word is GatewayWord.NO_ANSWER:
        return movement
    remittance = "" if movement.bears_payment else told.remittance
    contradicts = told.word not in _AGREED[movement.cents > 0] or (is_kept and _is_back_there(movement, told))
    said = replace(
        movement,
        word=told.word,
        remittance=movement.remittance or remittance,
        contradicts=contradicts,
        asked_on=today,
        looks=movement.looks + 1,
        version=movement.version + 1,
    )
    is_over = bool(said.remittance) or said.word is GatewayWord.CANCELLED
    return replace(said, settled=is_over and not contradicts)


def assigned(movement: CardMovement, remittance: str, today: date) -> CardMovement:
    """Return the movement with the remittance that a file of the back office tells."""
    word = GatewayWord.TAKEN if movement.cents > 0 else GatewayWord.GIVEN_BACK
    return replace(
        movement,
        word=word,
        remittance=remittance,
        contradicts=False,
        settled=True,
        asked_on=today,
        version=movement.version + 1,
    )


_AGREED = {
    True: {GatewayWord.TAKEN, GatewayWord.GIVEN_BACK, GatewayWord.CANCELLED},
    False: {GatewayWord.GIVEN_BACK, GatewayWord.CANCELLED},
}
"""What the gateway may say of money taken (True), and of money given back."""


def _is_back_there(movement: CardMovement, told: Told) -> bool:
    return movement.cents > 0 and told.word in {GatewayWord.GIVEN_BACK, GatewayWord.CANCELLED}


def with_movements(remittance: Remittance, movements: Iterable[CardMovement]) -> Remittance:
    """Return the next version of a remittance with movements that were not in it."""
    added = tuple(movements)
    return replace(
        remittance,
        count=remittance.count + len(added),
        cents=remittance.cents + sum(each.cents for each in added),
        version=remittance.version + 1,
    )


def is_likely_credit(remittance: Remittance, cents: int) -> bool:
    """Return True if the bank may have credited the remittance by `cents`, less a fee."""
    most = max(SMALLEST_FEE_LIMIT_CENTS, abs(remittance.cents) * MOST_FEE_PERCENT // 100)
    return 0 <= remittance.cents - cents <= most


def credited(
    remittance: Remittance, cents: int, line: StatementLine, ledger: Ledger
) -> tuple[Remittance, JournalEntry]:
    """Return a remittance that the bank credited by `cents` of a statement line, and the entry of it.

    The bank may keep a fee, which is small: another amount is another remittance. Raise `RemittanceCredited`,
    `CreditNotOfRemittance`.
    """
    if remittance.is_credited:
        raise RemittanceCredited(remittance.number)
    if not is_likely_credit(remittance, cents):
        raise CreditNotOfRemittance(remittance.number, cents, remittance.cents)
    fee = remittance.cents - cents
    moved = {line.held_in: cents, Book.BANK_FEES: fee, Book.CARDS: -remittance.cents}
    on = line.accounting_day(paris_day(ledger.now))
    entry = treasury_entry(MoneyEvent.REMITTANCE, remittance.number, on, moved, ledger)
    entry = replace(entry, id=f"{entry.id}-{remittance.version}")
    done = replace(
        remittance,
        credited_on=on,
        credited_cents=cents,
        fee_cents=fee,
        line_id=line.id,
        version=remittance.version + 1,
    )
    return done, entry
