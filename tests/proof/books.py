"""P31: the journal says what the documents say, entry by entry, and its numbers have no gap."""

from collections import Counter
from collections.abc import Set as AbstractSet
from itertools import chain

from chalicelib.domain.books.chart import GIVEN_UP, MONEY, Book
from chalicelib.domain.books.journal import RECEIVED_IN, JournalEntry, MoneyEvent
from chalicelib.domain.payments import Payment, PaymentMethod
from tests.fakes.storage import Memory
from tests.proof.letters import check_letters
from tests.proof.treasury import moved_by_lines

DOCUMENTS = {MoneyEvent.INVOICE, MoneyEvent.CREDIT_NOTE, MoneyEvent.PAYMENT}
NOTHING_OLD: AbstractSet[str] = frozenset()


_READ = (
    *("journal", "invoices", "credit_notes", "payments", "registrations_by_id", "payers", "people"),
    *("slips", "statement_lines", "remittances", "letterings", "journal_sequences"),
)
"""The shelves of which `check_books` reads anything: rows are never changed, they are replaced."""


class Books:
    """The books of one memory, looked at again where one of their rows is another than at the last look."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._held: tuple[object, ...] = ()

    def check(self, old: AbstractSet[str] = NOTHING_OLD) -> None:
        rows = tuple(chain.from_iterable(vars(self._memory)[shelf].values() for shelf in _READ))
        if rows != self._held:
            check_books(self._memory, old)
            self._held = rows


def check_books(memory: Memory, old: AbstractSet[str] = NOTHING_OLD) -> None:
    """`old` are the subjects, invoices and payments, of which a release kept no journal: they may wait."""
    entries = list(memory.journal.values())
    assert all(entry.is_balanced and entry.postings for entry in entries), "an entry is not balanced"
    waiting = old - {entry.subject for entry in entries}
    _check_documents(memory, entries, waiting)
    _check_totals(memory, entries, waiting)
    _check_numbers(memory, entries)
    check_letters(memory)
    assert sorted(memory.credit_notes) == list(range(1, len(memory.credit_notes) + 1)), "P20: a gap"


def _check_documents(memory: Memory, entries: list[JournalEntry], waiting: AbstractSet[str]) -> None:
    """Every invoice, credit note and payment has one entry of its own."""
    subjects = Counter((entry.event, entry.subject) for entry in entries)
    invoices = {(MoneyEvent.INVOICE, str(number)): 1 for number in memory.invoices}
    payments = {(MoneyEvent.PAYMENT, payment.id): 1 for _, payment in memory.payments.values()}
    notes = {(MoneyEvent.CREDIT_NOTE, str(number)): 1 for number in memory.credit_notes}
    first = {key: n for key, n in subjects.items() if key[0] in DOCUMENTS}
    expected = {key: n for key, n in (invoices | payments).items() if key[1] not in waiting} | notes
    assert first == expected, "a document without an entry, or with two"


def _check_totals(memory: Memory, entries: list[JournalEntry], waiting: AbstractSet[str]) -> None:
    books: Counter[Book] = Counter()
    for entry in entries:
        for posting in entry.postings:
            books[posting.book] += posting.cents
    payments = [payment for _, payment in memory.payments.values() if payment.id not in waiting]
    invoices = [invoice for _, invoice in memory.invoices.values() if str(invoice.number) not in waiting]
    invoiced = sum(invoice.totals.total_cents for invoice in invoices)
    credited = sum(note.totals.total_cents for _, note in memory.credit_notes.values())
    allocated = sum(payment.allocated_cents for payment in payments)
    kept = sum(payment.kept_cents for payment in payments)
    lines = moved_by_lines(memory)
    beside = sum(lines.get(each, 0) for each in MONEY)
    assert sum(books[each] for each in MONEY) == kept + beside, "the books of money are not what came in"
    assert books[Book.SUSPENSE] == lines[Book.SUSPENSE], "471 is not what is in suspense"
    assert books[Book.BANK_FEES] == lines[Book.BANK_FEES], "627 is not what the bank kept"
    for method, book in RECEIVED_IN.items():
        moved = _credited(memory, book) + _taken_from_bank(payments, book) + lines.get(book, 0)
        assert books[book] == _received(method, payments) + moved, (
            f"the {book} book is not what came in by {method}"
        )
    given_up = sum(each.written_off_cents for each in memory.registrations_by_id.values())
    of_payers = (each for each in memory.waivers.values() if each.is_of_payer and each.is_approved)
    given_up += sum(each.amount_cents for each in of_payers)
    assert sum(books[each] for each in GIVEN_UP) == given_up, (
        "the rests given up are not what was written off"
    )
    assert books[Book.RECEIVABLE] == invoiced - credited - allocated - given_up, (
        "the receivable is not what is owed"
    )
    assert books[Book.CREDITS] == allocated - kept, "the credits are not what is to be given back"


def _credited(memory: Memory, book: Book) -> int:
    """Return what slips brought from the book of cheques to the bank account."""
    credited = sum(each.expected_cents for each in memory.slips.values() if each.credited_on)
    return {Book.CHEQUES: -credited, Book.BANK: credited}.get(book, 0)


def _taken_from_bank(payments: list[Payment], book: Book) -> int:
    """Return what the bank took back of credited cheques: from its account, not from the cheques."""
    taken = sum(each.bounced_cents for each in payments if each.bounced_at_bank)
    return {Book.CHEQUES: taken, Book.BANK: -taken}.get(book, 0)


def _received(method: PaymentMethod, payments: list[Payment]) -> int:
    """Return what the book of a method holds.

    What the bank took back of card payments, and refunds by transfer, went out of the bank account.
    """
    own = [each for each in payments if each.method is method]
    held = sum(each.amount_cents - each.refunded_cents + each.transferred_cents for each in own)
    if method is PaymentMethod.CARD:
        return held
    disputed = (each for each in payments if each.method is PaymentMethod.CARD)
    taken = sum(each.bounced_cents for each in disputed) if method is PaymentMethod.TRANSFER else 0
    if method is PaymentMethod.TRANSFER:
        taken += sum(each.transferred_cents for each in payments)
    return held - sum(each.bounced_cents for each in own) - taken


def _check_numbers(memory: Memory, entries: list[JournalEntry]) -> None:
    for (series, year), sequence in memory.journal_sequences.items():
        of_year = [each for each in entries if (each.series, each.dated_on.year) == (series, year)]
        numbers = sorted(each.number for each in of_year if each.number)
        assert numbers == list(range(1, sequence.last + 1)), "a number is missing, or drawn twice"
