"""The journal: one balanced entry for each event of money, never changed afterwards.

docs/decisions/0022-journal.md gives the reasons. Amounts are integer cents, debit positive, credit negative.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.ledger import DRAFT, Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.payments import Payment, PaymentMethod


class MoneyEvent(StrEnum):
    INVOICE = "invoice"
    PAYMENT = "payment"
    SET_OFF = "set_off"  # a credit allocated to what came to be owed
    REFUND = "refund"
    CREDIT_NOTE = "credit_note"
    BOUNCE = "bounce"  # a cheque or transfer came back unpaid
    UNDONE = "undone"  # a receipt was booked on a wrong account: its money is on 471 again
    CHARGEBACK = "chargeback"  # the bank took back a card payment
    WRITE_OFF = "write_off"  # accounting gave up a rest too small to ask for
    REMISSION = "remission"  # a debt was remitted by grace
    UNCOLLECTABLE = "uncollectable"  # a debt cannot be collected
    REINSTATEMENT = "reinstatement"  # the bank gave that back: the dispute was won
    REMITTANCE = "remittance"  # the gateway's card payments of a day reached the bank
    DEPOSIT = "deposit"  # the cheques of a slip reached the bank
    BANK_FEE = "bank_fee"  # the bank kept or gave back a fee
    SUSPENSE = "suspense"  # money at the bank without a known owner, and its allocation later


RECEIVED_IN = {
    PaymentMethod.CARD: Book.CARDS,
    PaymentMethod.CHEQUE: Book.CHEQUES,
    PaymentMethod.TRANSFER: Book.BANK,
}
"""The book in which money arrives, by its method."""


@dataclass(frozen=True)
class Posting:
    """One line of an entry: the account by role and by its number then."""

    book: Book
    account: str
    cents: int


@dataclass(frozen=True)
class JournalEntry:
    """One event of money: of one registration, or of the school's treasury if `person_id` is empty.

    `subject` is the number of the invoice or credit note, or the id of the payment, remittance, slip or
    statement line. `dated_on` is the accounting date, its year the year of numbering. `number` is 0 until the
    entry is numbered, after its day.
    """

    id: str
    registration_id: str
    person_id: str
    series: str
    event: MoneyEvent
    subject: str
    dated_on: date
    booked_at: datetime
    postings: tuple[Posting, ...]
    number: int = 0
    version: int = 1
    payer_id: str = ""
    """The third-party payer who owes or paid, "" for the student."""

    @property
    def party_id(self) -> str:
        """Return who the entry's debts and credits are of: a payer, a student, or "" for the treasury's."""
        return self.payer_id or self.person_id

    @property
    def is_balanced(self) -> bool:
        return sum(posting.cents for posting in self.postings) == 0

    @property
    def is_treasury(self) -> bool:
        return not self.person_id


@dataclass(frozen=True)
class JournalSequence:
    """The last number drawn in one school's journal of one year. `version` counts the draws."""

    series: str
    year: int
    last: int = 0
    version: int = 0


def numbered(
    sequence: JournalSequence, entries: Iterable[JournalEntry]
) -> tuple[JournalSequence, tuple[JournalEntry, ...]]:
    """Return the entries with the next numbers, and the sequence after them."""
    drawn = tuple(
        replace(entry, number=number, version=entry.version + 1)
        for number, entry in enumerate(entries, sequence.last + 1)
    )
    last = sequence.last + len(drawn)
    return replace(sequence, last=last, version=sequence.version + 1), drawn


def balances(
    journal: Iterable[JournalEntry], invoices: Iterable[Invoice], payments: Iterable[Payment]
) -> Mapping[Book, int]:
    """Add up the journal of an account, in cents by book.

    Documents of releases that kept no journal count as if their entries were written.
    """
    kept = tuple(journal)
    missing = missing_entries(kept, invoices, payments, DRAFT)
    totals: Counter[Book] = Counter()
    for entry in (*kept, *missing):
        for posting in entry.postings:
            totals[posting.book] += posting.cents
    return totals


def missing_entries(
    journal: Iterable[JournalEntry],
    invoices: Iterable[Invoice],
    payments: Iterable[Payment],
    ledger: Ledger,
) -> Iterator[JournalEntry]:
    """Yield the entries of documents that have none."""
    known = {entry.id for entry in journal}
    for invoice in invoices:
        if _invoice_id(invoice) not in known:
            yield invoice_entry(invoice, ledger)
    for payment in payments:
        if f"{payment.id}-{MoneyEvent.PAYMENT}" not in known:
            yield from payment_entries(None, payment, ledger)


def invoice_entry(invoice: Invoice, ledger: Ledger) -> JournalEntry:
    totals = invoice.totals
    owed = {
        Book.RECEIVABLE: totals.total_cents,
        Book.FEES: -totals.excl_tax_cents,
        Book.TAX: -totals.tax_cents,
    }
    return JournalEntry(
        id=_invoice_id(invoice),
        registration_id=invoice.registration_id,
        person_id=person_of(invoice.registration_id),
        payer_id=ledger.payer_id,
        series=ledger.series,
        event=MoneyEvent.INVOICE,
        subject=str(invoice.number),
        dated_on=ledger.day(invoice.issued_on),
        booked_at=ledger.now,
        postings=postings_of(owed, ledger),
    )


def credit_note_entry(note: CreditNote, ledger: Ledger) -> JournalEntry:
    totals, person_id = note.totals, person_of(note.registration_id)
    less_owed = {
        Book.FEES: totals.excl_tax_cents,
        Book.TAX: totals.tax_cents,
        Book.RECEIVABLE: -totals.total_cents,
    }
    return JournalEntry(
        id=f"{person_id}-{MoneyEvent.CREDIT_NOTE}-{note.number}",
        registration_id=note.registration_id,
        person_id=person_id,
        payer_id=ledger.payer_id,
        series=ledger.series,
        event=MoneyEvent.CREDIT_NOTE,
        subject=str(note.number),
        dated_on=ledger.day(note.issued_on),
        booked_at=ledger.now,
        postings=postings_of(less_owed, ledger),
    )


def payment_entries(
    before: Payment | None, payment: Payment, ledger: Ledger, invoiced_on: date | None = None
) -> Iterator[JournalEntry]:
    """Yield the entries of a payment's first version, or of what changed since `before`.

    `invoiced_on` is the day of the last invoice that it may pay, None if that is not known.
    """
    if before is None:
        yield from _first_entries(payment, ledger, invoiced_on)
    elif payment.allocated_cents != before.allocated_cents:
        yield _set_off_entry(payment, payment.allocated_cents - before.allocated_cents, ledger)
    if refunded := payment.refunded_cents - (before.refunded_cents if before else 0):
        transferred = payment.transferred_cents - (before.transferred_cents if before else 0)
        yield _refund_entry(payment, refunded, transferred, ledger)
    if bounced := payment.bounced_cents - (before.bounced_cents if before else 0):
        yield _bounce_entry(payment, bounced, ledger)


def _first_entries(payment: Payment, ledger: Ledger, invoiced_on: date | None) -> Iterator[JournalEntry]:
    """Yield the entry of the money; of an earlier day than the act it is a credit until that.

    411 never owes the student: what is owed now may not have been then.
    """
    day, today = ledger.day(_booked_on(payment, invoiced_on)), ledger.day(paris_day(payment.received_at))
    paid = payment.allocated_cents if day >= today else 0
    received = {
        Book.SUSPENSE if payment.from_suspense else RECEIVED_IN[payment.method]: payment.amount_cents,
        Book.RECEIVABLE: -paid,
        Book.CREDITS: paid - payment.amount_cents,
    }
    entry = _entry_of(payment, MoneyEvent.PAYMENT, MoneyEvent.PAYMENT, received, ledger)
    yield replace(entry, dated_on=day)
    if rest := payment.allocated_cents - paid:
        yield replace(_set_off_entry(payment, rest, ledger), dated_on=today)


def _booked_on(payment: Payment, invoiced_on: date | None) -> date:
    """Return the bank's day of a line, the day that accounting gave, else that of the act.

    What accounting entered is not booked before the invoice that it pays.
    """
    if payment.line_id and not payment.from_suspense:
        return payment.paid_on
    today = paris_day(payment.received_at)
    if payment.received_on and not payment.line_id and invoiced_on:
        return min(today, max(payment.received_on, invoiced_on))  # numbers may have drawn a later day
    return today


def _set_off_entry(payment: Payment, cents: int, ledger: Ledger) -> JournalEntry:
    moved = {Book.CREDITS: cents, Book.RECEIVABLE: -cents}
    return _entry_of(payment, MoneyEvent.SET_OFF, f"{MoneyEvent.SET_OFF}-{payment.version}", moved, ledger)


def _refund_entry(payment: Payment, cents: int, transferred: int, ledger: Ledger) -> JournalEntry:
    given_back = Counter({Book.CREDITS: cents})
    given_back[RECEIVED_IN[payment.method]] -= cents - transferred  # goes back the way it came
    given_back[Book.BANK] -= transferred
    about = f"{MoneyEvent.REFUND}-{payment.version}"
    return _entry_of(payment, MoneyEvent.REFUND, about, given_back, ledger)


def _bounce_entry(payment: Payment, cents: int, ledger: Ledger) -> JournalEntry:
    """Return the counter-entry: on the bank account of a dispute, or a cheque that was credited."""
    is_card = payment.method is PaymentMethod.CARD
    event = MoneyEvent.CHARGEBACK if is_card else MoneyEvent.BOUNCE
    if cents < 0:
        event = MoneyEvent.REINSTATEMENT
    book = Book.BANK if is_card or payment.bounced_at_bank else RECEIVED_IN[payment.method]
    if payment.undone_line:  # the bank took nothing
        event, book = MoneyEvent.UNDONE, Book.SUSPENSE
    taken = {Book.CREDITS: cents, book: -cents}
    return _entry_of(payment, event, f"{event}-{payment.version}", taken, ledger)


def _entry_of(
    payment: Payment, event: MoneyEvent, about: str, cents: Mapping[Book, int], ledger: Ledger
) -> JournalEntry:
    return JournalEntry(
        id=f"{payment.id}-{about}",
        registration_id=payment.registration_id,
        person_id=person_of(payment.registration_id),
        payer_id=ledger.payer_id,
        series=ledger.series,
        event=event,
        subject=payment.id,
        dated_on=ledger.day(paris_day(ledger.now)),
        booked_at=ledger.now,
        postings=postings_of(cents, ledger),
    )


def postings_of(cents: Mapping[Book, int], ledger: Ledger) -> tuple[Posting, ...]:
    """Return one posting for each book, without those of 0 cents."""
    return tuple(Posting(book, ledger.chart[book], amount) for book, amount in cents.items() if amount)


def _invoice_id(invoice: Invoice) -> str:
    return f"{person_of(invoice.registration_id)}-{MoneyEvent.INVOICE}-{invoice.number}"
