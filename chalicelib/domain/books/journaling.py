"""The journal entries that an act writes in its own transaction, and their digests in its audit entry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.given_up import waiver_entry, write_off_entry
from chalicelib.domain.books.journal import (
    JournalEntry,
    credit_note_entry,
    invoice_entry,
    missing_entries,
    payment_entries,
)
from chalicelib.domain.books.ledger import Ledger, ledger_of
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.payments import Payment
from chalicelib.domain.registration import Registration
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import AuditEntry, canonical_digest

DIGESTS = "journal"
"""The detail of an audit entry with the id and the digest of each journal entry of its act."""


def journaled(changes: Changes, file: RegistrationFile, now: datetime) -> Changes:
    """Return the changes with the entries of their documents and payments; `file` is as before them.

    Invoices and payments of the registration that releases without a journal wrote get their entries too.
    """
    return recorded(changes, tuple(_entries(changes, file, now)))


def recorded(changes: Changes, entries: tuple[JournalEntry, ...]) -> Changes:
    """Return the changes with the `entries`, and their digests in the audit entry of the act."""
    if not entries:
        return changes
    return replace(changes, rows=(*changes.rows, *entries), audit=_told(changes, entries))


def digest_of(entry: JournalEntry) -> str:
    """Return the SHA-256, in hex, of all that an entry says before it is numbered."""
    return canonical_digest(
        [
            entry.id,
            entry.registration_id,
            entry.person_id,
            entry.series,
            entry.event,
            entry.subject,
            entry.dated_on.isoformat(),
            round(entry.booked_at.timestamp() * 1_000_000),
            [[posting.book, posting.account, posting.cents] for posting in entry.postings],
            *([entry.payer_id] if entry.payer_id else []),
        ]
    )


def digest_of_balances(balances: Mapping[Book, int]) -> str:
    """Return the SHA-256, in hex, of what each book holds."""
    return canonical_digest(sorted([book.value, cents] for book, cents in balances.items()))


def _entries(changes: Changes, file: RegistrationFile, now: datetime) -> Iterator[JournalEntry]:
    ledger, payers = _ledgers(file, now)
    own = tuple(_own_entries(changes, file, ledger, payers))
    if own or any(isinstance(row, Payment) for row in changes.rows):
        yield from missing_entries(file.journal, file.invoices, file.payments, ledger)
    yield from own


def _own_entries(
    changes: Changes, file: RegistrationFile, ledger: Ledger, payers: Ledger
) -> Iterator[JournalEntry]:
    """Yield the entries of the act itself."""
    theirs = {each.number: each.buyer.payer_id for each in file.of_payers.invoices if each.buyer}
    invoices = [row for row in changes.rows if isinstance(row, Invoice)]
    payments = [row for row in changes.rows if isinstance(row, Payment)]
    notes = [row for row in changes.rows if isinstance(row, CreditNote)]
    for invoice in invoices:
        buyer = invoice.buyer
        yield invoice_entry(invoice, replace(payers, payer_id=buyer.payer_id) if buyer else ledger)
    for note in notes:
        payer_id = theirs.get(note.invoice_number)
        yield credit_note_entry(note, replace(payers, payer_id=payer_id) if payer_id else ledger)
    waivers = [row for row in changes.rows if isinstance(row, Waiver) and row.is_approved]
    for waiver in waivers:
        payer_id = theirs.get(waiver.invoice_number or 0)
        yield waiver_entry(waiver, replace(payers, payer_id=payer_id) if payer_id else ledger)
    for row in changes.rows if not waivers else ():
        if isinstance(row, Registration) and row.written_off_cents != file.registration.written_off_cents:
            yield write_off_entry(file.registration, row, ledger)
    before = {payment.id: payment for payment in (*file.payments, *file.of_payers.payments)}
    for payment in payments:
        payer_id = theirs.get(payment.invoice_number or 0)
        of_them = replace(payers, payer_id=payer_id) if payer_id else ledger
        documents = (*file.of_payers.invoices, *file.invoices, *invoices)
        days = (each.issued_on for each in documents if theirs.get(each.number) == payer_id)
        yield from payment_entries(before.get(payment.id), payment, of_them, max(days, default=None))


def _ledgers(file: RegistrationFile, now: datetime) -> tuple[Ledger, Ledger]:
    """Return the ledger of the student's entries, and that of the payers': what they owe has its account."""
    ledger, chart = ledger_of(file.campaign, now), file.campaign.chart
    return ledger, replace(ledger, chart={**chart, Book.RECEIVABLE: chart[Book.PAYERS]})


def _told(changes: Changes, entries: Iterable[JournalEntry]) -> AuditEntry:
    if changes.audit is None:
        raise ValueError("Money moves by an act that the audit trail tells.")
    known = changes.audit.details.get(DIGESTS, "")
    digests = " ".join((*known.split(), *(f"{entry.id}={digest_of(entry)}" for entry in entries)))
    return replace(changes.audit, details={**changes.audit.details, DIGESTS: digests})
