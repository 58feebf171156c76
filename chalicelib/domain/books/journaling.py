"""The journal entries that an act writes in its own transaction, and their digests in its audit entry."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.books.journal import (
    JournalEntry,
    Ledger,
    credit_note_entry,
    invoice_entry,
    missing_entries,
    payment_entries,
    write_off_entry,
)
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.credit_notes import CreditNote
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
    ledger = Ledger(file.campaign.numbering.series, file.campaign.chart, now)
    entries = tuple(_entries(changes, file, ledger))
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
        ]
    )


def _entries(changes: Changes, file: RegistrationFile, ledger: Ledger) -> Iterator[JournalEntry]:
    invoices = [row for row in changes.rows if isinstance(row, Invoice)]
    payments = [row for row in changes.rows if isinstance(row, Payment)]
    notes = [row for row in changes.rows if isinstance(row, CreditNote)]
    if invoices or notes or payments:
        yield from missing_entries(file.journal, file.invoices, file.payments, ledger)
    for invoice in invoices:
        yield invoice_entry(invoice, ledger)
    for note in notes:
        yield credit_note_entry(note, ledger)
    for row in changes.rows:
        if isinstance(row, Registration) and row.written_off_cents != file.registration.written_off_cents:
            yield write_off_entry(file.registration, row, ledger)
    before = {payment.id: payment for payment in file.payments}
    for payment in payments:
        yield from payment_entries(before.get(payment.id), payment, ledger)


def _told(changes: Changes, entries: Iterable[JournalEntry]) -> AuditEntry:
    if changes.audit is None:
        raise ValueError("Money moves by an act that the audit trail tells.")
    digests = " ".join(f"{entry.id}={digest_of(entry)}" for entry in entries)
    return replace(changes.audit, details={**changes.audit.details, DIGESTS: digests})
