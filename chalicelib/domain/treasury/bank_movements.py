"""Movements of 512 that were booked before a statement line showed them.

A transfer that accounting entered, transfers that left, what the bank took back, and slips of cheques that a
person credited. All other entries on 512 are written by the act that explains their line.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.treasury.booked_refunds import cents_on, refund_of
from chalicelib.domain.treasury.lines import ExplanationKind

SHOWN_WITHIN = timedelta(days=5)
"""What no line of the bank shows by then is a difference."""

SHOWN_BY = {
    MoneyEvent.PAYMENT: frozenset({ExplanationKind.PAYMENT}),
    MoneyEvent.REFUND: frozenset({ExplanationKind.TRANSFER_FILE, ExplanationKind.REFUND_RETURNED}),
    MoneyEvent.BOUNCE: frozenset({ExplanationKind.BOUNCE}),
    MoneyEvent.DEPOSIT: frozenset({ExplanationKind.DEPOSIT}),
    MoneyEvent.CHARGEBACK: frozenset({ExplanationKind.CHARGEBACK}),
    MoneyEvent.REINSTATEMENT: frozenset({ExplanationKind.CHARGEBACK}),
}
"""The kinds of explanation by which a line shows what was booked, by its event."""


@dataclass(frozen=True)
class BankMovement:
    """One such entry. `id` is that of the journal entry, `cents` positive for money received.

    `payment_id` is what it is about: a payment, or a slip, which has no `registration_id`. `refund_id` is the
    refund by transfer that it books. `line_id` is the statement line that shows it.
    """

    id: str
    series: str
    event: MoneyEvent
    payment_id: str
    registration_id: str
    cents: int
    day: date
    refund_id: str = ""
    line_id: str = ""
    version: int = 1


def bank_movement_of(entry: JournalEntry, account: Account) -> BankMovement | None:
    """Return the movement of an entry, None if it is none, or was written by the act on a line."""
    if not cents_on(Book.BANK, entry) or entry.event not in SHOWN_BY:
        return None
    if any(each.id == entry.subject and each.undone_line for each in account.every_payment):
        return None
    refund = refund_of(entry, account, Book.BANK)
    return _movement(entry, refund.id if refund else "")


def slip_movement_of(entry: JournalEntry) -> BankMovement | None:
    """Return the movement of a slip that a person credited, None for any other entry."""
    is_by_hand = entry.id == f"{entry.series}-{MoneyEvent.DEPOSIT}-{entry.subject}"
    return _movement(entry) if is_by_hand and cents_on(Book.BANK, entry) else None


def _movement(entry: JournalEntry, refund_id: str = "") -> BankMovement:
    return BankMovement(
        entry.id,
        entry.series,
        entry.event,
        entry.subject,
        entry.registration_id,
        cents_on(Book.BANK, entry),
        entry.dated_on,
        refund_id,
    )


def shown(movement: BankMovement, line_id: str) -> BankMovement:
    return replace(movement, line_id=line_id, version=movement.version + 1)
