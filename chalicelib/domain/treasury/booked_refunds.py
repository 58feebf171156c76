"""Which refund a journal entry booked: the entry names the payment alone."""

from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState

_METHODS = {Book.CARDS: RefundMethod.CARD, Book.BANK: RefundMethod.TRANSFER}


def cents_on(book: Book, entry: JournalEntry) -> int:
    """Return what an entry moves on a book, in signed cents."""
    return sum(each.cents for each in entry.postings if each.book is book)


def refund_of(entry: JournalEntry, account: Account, book: Book) -> Refund | None:
    """Return the refund that an entry booked on `book`; None if another hand gave the money back.

    Refunds of one payment and one amount are taken in the order in which they were done.
    """
    cents = cents_on(book, entry)
    if entry.event is not MoneyEvent.REFUND or not cents:
        return None
    done = [
        each
        for each in account.refunds
        if each.payment_id == entry.subject and each.state is RefundState.DONE
        if each.method is _METHODS[book] and each.amount_cents == -cents
    ]
    alike = [
        each
        for each in account.journal
        if each.subject == entry.subject and each.event is MoneyEvent.REFUND
        if cents_on(book, each) == cents
    ]
    place = sorted(alike, key=lambda each: (each.booked_at, each.id)).index(entry)
    in_order = sorted(done, key=lambda each: (each.ended_at or each.prepared_at, each.id))
    return in_order[place] if place < len(in_order) else None
