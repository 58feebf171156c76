"""Account 411 by debtor: the entries of the journal that change what a student or a payer owes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent

FIRST_SET_OFF = f"-{MoneyEvent.SET_OFF}-1"
"""The end of the id of what allocates a receipt of an earlier day: part of its first version."""
_FIRST = (MoneyEvent.INVOICE, MoneyEvent.PAYMENT, MoneyEvent.CREDIT_NOTE)


@dataclass(frozen=True)
class Debtor:
    """A debtor: the student, or the third-party payer `payer_id` of one of their registrations."""

    person_id: str
    name: str
    payer_id: str = ""

    @property
    def id(self) -> str:
        return self.payer_id or self.person_id


@dataclass(frozen=True)
class Receivable:
    """What one entry changes of what is owed: debit positive, and the invoice that it names, if any."""

    entry: JournalEntry
    cents: int
    invoice_number: int | None


def receivable_cents(entry: JournalEntry) -> int:
    return sum(each.cents for each in entry.postings if each.book is Book.RECEIVABLE)


def receivables_of(
    account: Account, entries: Iterable[JournalEntry]
) -> Iterator[tuple[Debtor, tuple[Receivable, ...]]]:
    """Yield the debtors of an account with what the entries change of what each owes, in the order booked.

    The student comes first. An entry whose invoice is of no payer is the student's.
    """
    named, payers = _named(account), _payers(account)
    person = account.person
    student = Debtor(person.id, f"{person.last_name} {person.first_name}".strip())
    found: dict[Debtor, list[Receivable]] = {student: []}
    for entry in sorted(entries, key=_place):
        if cents := receivable_cents(entry):
            number = named.get((_document(entry.event), entry.subject))
            debtor = payers.get((entry.registration_id, number), student)
            found.setdefault(debtor, []).append(Receivable(entry, cents, number))
    yield from ((debtor, tuple(items)) for debtor, items in found.items() if items)


def _place(entry: JournalEntry) -> tuple[datetime, int, str]:
    """Order by moment; of one act the documents come first, then what it takes back, then what it pays."""
    if entry.event in _FIRST:
        return entry.booked_at, _FIRST.index(entry.event), entry.id
    if entry.id == f"{entry.subject}{FIRST_SET_OFF}":
        return entry.booked_at, _FIRST.index(MoneyEvent.PAYMENT), entry.id
    is_credit = receivable_cents(entry) < 0
    return entry.booked_at, len(_FIRST) + is_credit, entry.id


def _named(account: Account) -> dict[tuple[MoneyEvent, str], int | None]:
    """Return the invoice that each document, payment and waiver of a payer's debt names."""
    invoices = (*account.invoices, *account.of_payers.invoices)
    return {
        **{(MoneyEvent.INVOICE, str(each.number)): each.number for each in invoices},
        **{
            (MoneyEvent.CREDIT_NOTE, str(each.number)): each.invoice_number
            for each in account.every_credit_note
        },
        **{(MoneyEvent.PAYMENT, each.id): each.invoice_number for each in account.every_payment},
        **{(MoneyEvent.PAYMENT, each.id): each.invoice_number for each in account.of_payers.waivers},
    }


def _payers(account: Account) -> dict[tuple[str, int | None], Debtor]:
    """Return the payer that each of its invoices is owed by."""
    return {
        (each.registration_id, each.invoice_number): Debtor(account.person.id, each.facts.name, each.id)
        for each in account.payers
        if each.invoice_number
    }


def _document(event: MoneyEvent) -> MoneyEvent:
    """Return the kind of document that an entry is about; all that is of money is about a payment."""
    is_document = event in {MoneyEvent.INVOICE, MoneyEvent.CREDIT_NOTE}
    return event if is_document else MoneyEvent.PAYMENT
