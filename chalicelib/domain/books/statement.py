"""The statement of an account as at a day: the movements of the journal, and what they add up to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import ARRIVALS, GIVEN_UP, Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent, missing_entries
from chalicelib.domain.books.ledger import DRAFT
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.invoices import Client, Seller
from chalicelib.domain.parties import client_of, seller_of

OWED = frozenset({Book.FEES, Book.TAX}) | GIVEN_UP
"""The books that say what is owed: menu 5 reads the same."""


@dataclass(frozen=True)
class Movement:
    """One entry as the person sees it, in cents: `debit_cents` is owed more, `credit_cents` came in.

    A credit note has a negative debit, money given back or taken back a negative credit. `book` is the one in
    which money moved, None where none did.
    """

    day: date
    event: MoneyEvent
    subject: str
    book: Book | None
    debit_cents: int
    credit_cents: int
    balance_cents: int


@dataclass(frozen=True)
class Statement:
    """All movements up to the end of `as_of`, a Paris day, oldest first."""

    seller: Seller
    client: Client
    as_of: date
    issued_on: date
    movements: tuple[Movement, ...]

    @property
    def debit_cents(self) -> int:
        return sum(each.debit_cents for each in self.movements)

    @property
    def credit_cents(self) -> int:
        return sum(each.credit_cents for each in self.movements)

    @property
    def balance_cents(self) -> int:
        return self.debit_cents - self.credit_cents


def statement_of(account: Account, campaign: Campaign, as_of: date, today: date) -> Statement:
    """Return the statement of a whole account, all registrations together, by accounting date."""
    return Statement(
        seller=seller_of(campaign),
        client=client_of(account.person),
        as_of=as_of,
        issued_on=today,
        movements=tuple(_movements(account, as_of)),
    )


def _movements(account: Account, as_of: date) -> Iterator[Movement]:
    missing = missing_entries(account.journal, account.invoices, account.payments, DRAFT)
    entries = (each for each in (*account.journal, *missing) if each.dated_on <= as_of)
    balance = 0
    for entry in sorted(entries, key=_place):
        debit = -sum(each.cents for each in entry.postings if each.book in OWED)
        money = [each for each in entry.postings if each.book in ARRIVALS]
        credit = sum(each.cents for each in money)
        if debit or credit:
            balance += debit - credit
            book = money[0].book if money else None
            book = Book.BANK if book is Book.SUSPENSE else book
            yield Movement(entry.dated_on, entry.event, entry.subject, book, debit, credit, balance)


def _place(entry: JournalEntry) -> tuple[date, bool, str]:
    """Order by day; an invoice comes before the money of its day."""
    return entry.dated_on, entry.event is not MoneyEvent.INVOICE, entry.id
