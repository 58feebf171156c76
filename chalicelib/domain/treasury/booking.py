"""The journal entries of a line that is of no student: suspense, fees, and what is taken out of suspense."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.domain.treasury.lines import StatementLine


def line_entry(
    line: StatementLine, event: MoneyEvent, cents: Mapping[Book, int], ledger: Ledger
) -> JournalEntry:
    """Return the entry of what one version of a line is explained by; `line` is as before it.

    A line may be explained in several steps, so the entry's id tells the version.
    """
    entry = treasury_entry(event, line.id, line.accounting_day(paris_day(ledger.now)), cents, ledger)
    return replace(entry, id=f"{entry.id}-{line.version}")


def suspense_entry(line: StatementLine, ledger: Ledger) -> JournalEntry:
    """Return the entry that books a whole line on 471."""
    cents = {Book.BANK: line.open_cents, Book.SUSPENSE: -line.open_cents}
    return line_entry(line, MoneyEvent.SUSPENSE, cents, ledger)


def fee_entry(line: StatementLine, cents: int, ledger: Ledger) -> JournalEntry:
    """Return the entry of a fee: `cents` are negative if the bank kept it, positive if it gave it back."""
    return line_entry(line, MoneyEvent.BANK_FEE, {line.held_in: cents, Book.BANK_FEES: -cents}, ledger)


def released_entry(line: StatementLine, cents: int, ledger: Ledger) -> JournalEntry | None:
    """Return the entry for a part that other entries booked on the bank account already.

    It takes the part out of suspense and off the bank account, where it would stand twice. None if the line
    was never suspended.
    """
    if line.held_in is Book.BANK:
        return None
    return line_entry(line, MoneyEvent.SUSPENSE, {Book.SUSPENSE: cents, Book.BANK: -cents}, ledger)
