"""Which refund a journal entry booked: the entry names the payment alone."""

from datetime import datetime

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

    Money that comes in is a transfer that the bank returned. Refunds of one payment and one amount are taken
    in the order in which they were done.
    """
    cents = cents_on(book, entry)
    if entry.event is not MoneyEvent.REFUND or not cents:
        return None
    booked = [
        each
        for each in account.refunds
        if each.payment_id == entry.subject and each.amount_cents == abs(cents)
        if each.method is _METHODS[book]
        if each.came_back or (each.state is RefundState.DONE and cents < 0)
    ]
    alike = [
        each
        for each in account.journal
        if each.subject == entry.subject and each.event is MoneyEvent.REFUND
        if cents_on(book, each) == cents
    ]
    place = sorted(alike, key=lambda each: (each.booked_at, each.id)).index(entry)
    in_order = sorted(booked, key=lambda each: (_moment(each, came_back=cents > 0), each.id))
    return in_order[place] if place < len(in_order) else None


def _moment(refund: Refund, *, came_back: bool) -> datetime:
    """Return when it was done or came back; of one that came back, when it was sent tells the former."""
    told = refund.sent_at if refund.came_back and not came_back else refund.ended_at
    return told or refund.prepared_at
