"""Movements of 512 that were booked before a statement line showed them.

A transfer that accounting entered, transfers that left, and what the bank took back. All other entries on 512
are written by the act that explains their line.
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
    MoneyEvent.CHARGEBACK: frozenset({ExplanationKind.CHARGEBACK}),
    MoneyEvent.REINSTATEMENT: frozenset({ExplanationKind.CHARGEBACK}),
}
"""The kinds of explanation by which a line shows what was booked, by its event."""


@dataclass(frozen=True)
class BankMovement:
    """One such entry. `id` is that of the journal entry, `cents` positive for money received.

    `refund_id` is the refund by transfer that it books. `line_id` is the statement line that shows it.
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
    cents = cents_on(Book.BANK, entry)
    if not cents or entry.event not in SHOWN_BY:
        return None
    refund = refund_of(entry, account, Book.BANK)
    return BankMovement(
        entry.id,
        entry.series,
        entry.event,
        entry.subject,
        entry.registration_id,
        cents,
        entry.dated_on,
        refund.id if refund else "",
    )


def shown(movement: BankMovement, line_id: str) -> BankMovement:
    return replace(movement, line_id=line_id, version=movement.version + 1)
