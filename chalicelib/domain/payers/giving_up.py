"""A credit note on a payer's invoice: the payer owes less, and the student owes that part again."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.credit_notes import CreditNote, CreditNoteSequence, require_within
from chalicelib.domain.corrections.issuing import Asked, note_of
from chalicelib.domain.corrections.refusals import CreditNoteUnreasoned
from chalicelib.domain.invoices import Invoice, Order, Sequence
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payers.invoicing import payer_mail
from chalicelib.domain.payers.owed_again import owe_again, postponed
from chalicelib.domain.payers.receiving import payer_of, standing
from chalicelib.domain.payers.refusals import PayerCreditTooLarge
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Sequences:
    """The numbers of the seller's orders and invoices, and those of its credit notes."""

    documents: Sequence
    credit_notes: CreditNoteSequence


def credit_payer(
    account: Account,
    file: RegistrationFile,
    invoice: Invoice,
    asked: Asked,
    sequences: Sequences,
    now: datetime,
) -> Changes:
    """Return the credit note on a payer's invoice and what asks the student for its amount again.

    Raise `PayerCreditTooLarge` above what the payer has not paid.
    """
    if not asked.reason.strip():
        raise CreditNoteUnreasoned
    payer, books = payer_of(file, invoice.number), file.of_payers.of_invoice(invoice.number)
    require_within(invoice, books.credit_notes, asked.amounts)
    cents = sum(asked.amounts.values())
    if cents > books.owed_cents:
        raise PayerCreditTooLarge(books.owed_cents)
    file.require_no_open_attempt()
    note = note_of(books.credit_notes, invoice, asked, sequences.credit_notes, now)
    credited = replace(books, credit_notes=(*books.credit_notes, note))
    next_version = standing(payer, credited)
    then = postponed(file, replace(next_version, reason=asked.reason), cents)
    again = owe_again(account, file, then, cents, sequences.documents, now)
    mail = payer_mail(Topic.PAYER_CREDITED, then, file, now, cents=cents)
    rows = (note, sequences.credit_notes.drawn(note.issued_on), then, *again.rows)
    return Changes(rows, outbox=(mail, *again.outbox))


def file_after(file: RegistrationFile, changes: Changes) -> RegistrationFile:
    """Return the file as it is once the changes are written, as far as a preview tells of it."""
    notes = tuple(row for row in changes.rows if isinstance(row, CreditNote))
    refunds = {each.id: each for each in changes.rows if isinstance(each, Refund)}
    return replace(
        file,
        orders=(*file.orders, *(row for row in changes.rows if isinstance(row, Order))),
        invoices=(*file.invoices, *(row for row in changes.rows if isinstance(row, Invoice))),
        refunds=tuple(refunds.get(each.id, each) for each in file.refunds),
        of_payers=replace(file.of_payers, credit_notes=(*file.of_payers.credit_notes, *notes)),
    )
