"""The documents of a correction: credit notes for what is less, an order and its invoice for what is more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.allocation import allocate
from chalicelib.domain.books.booking import Booking, book, stamped
from chalicelib.domain.corrections.credit_notes import (
    CreditNote,
    CreditNoteSequence,
    charged_by_line,
    left_cents,
    spread,
)
from chalicelib.domain.corrections.issuing import Asked, note_of
from chalicelib.domain.credits import free_cents
from chalicelib.domain.invoices import Sequence
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.proposals import Proposing
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Numbers:
    """The sequences that an act may draw from."""

    documents: Sequence
    notes: CreditNoteSequence


@dataclass(frozen=True)
class Instruction:
    """Who corrects a file and why. `refunds` has the name of each payment's refund, 16 hex digits.

    `request_id` and `request_hash` are those of the correction.
    """

    by: Person
    reason: str
    refunds: Mapping[str, str]
    request_id: str = ""
    request_hash: str = ""

    @property
    def proposing(self) -> Proposing:
        return Proposing(self.by, self.reason, self.refunds, self.request_hash)


@dataclass(frozen=True)
class Documents:
    """The documents drawn, and the file with them."""

    file: RegistrationFile
    notes: tuple[CreditNote, ...] = ()
    booking: Booking | None = None


def documents(
    account: Account,
    file: RegistrationFile,
    lines: tuple[FeeLine, ...],
    instruction: Instruction,
    numbers: Numbers,
    now: datetime,
) -> Documents:
    """Return what is drawn so that the file is charged the total of `lines`.

    For what is less a credit note an invoice, the newest invoice first; for what is more an order with its
    invoice. Before anything is invoiced neither, unless credits pay all of it.
    """
    written_off = file.registration.written_off_cents  # stays written off
    more = totals(lines).total_cents - file.charged_cents - written_off
    if not file.registration.has_order and not 0 < more <= sum(map(free_cents, file.payments)):
        return Documents(file)
    if more <= 0:
        return _credited(file, min(-more, file.charged_cents), instruction, numbers.notes, now)
    added = _difference(file, lines)
    invoiced = file.charged_cents + written_off
    drawn = _credited(file, 0 if added else invoiced, instruction, numbers.notes, now)
    booking = book(account, file, added or lines, None, numbers.documents, now)
    return _booked(drawn, booking, now)


def _difference(file: RegistrationFile, lines: tuple[FeeLine, ...]) -> tuple[FeeLine, ...] | None:
    """Return the lines of what is charged more, by product and rate of tax.

    None if a product costs less, or its part cannot be written exactly: then what is charged is credited, and
    all is ordered anew.
    """
    left = _charged(file)
    if not any(left.values()):
        return None
    found = []
    priced = [(line, left.pop((line.product, line.vat_rate), 0)) for line in lines]
    for line, charged in [each for each in priced if each[0].total_cents != each[1]]:
        unit = round((line.total_cents - charged) * 100 / (100 + line.vat_rate))
        added = FeeLine(line.product, 1, unit, line.vat_rate)
        if unit <= 0 or added.total_cents != line.total_cents - charged:
            return None
        found.append(added)
    return None if any(left.values()) else tuple(found)


def _charged(file: RegistrationFile) -> dict[tuple[str, object], int]:
    """Return what is still charged by product and rate of tax, in cents with tax; it adds up to the whole."""
    charged: dict[tuple[str, object], int] = {}
    for invoice in file.invoices:
        for line, cents in zip(invoice.lines, charged_by_line(invoice, file.credit_notes), strict=True):
            key = (line.product, line.vat_rate)
            charged[key] = charged.get(key, 0) + cents
    return charged


def _credited(
    file: RegistrationFile, cents: int, instruction: Instruction, sequence: CreditNoteSequence, now: datetime
) -> Documents:
    """Draw one credit note for each invoice that holds a part of the amount, the newest first."""
    notes: list[CreditNote] = []
    for invoice in sorted(file.invoices, key=lambda each: each.number, reverse=True):
        part = min(cents, left_cents(invoice, file.credit_notes))
        if part <= 0:
            continue
        asked = Asked(spread(invoice, file.credit_notes, part), instruction.reason, instruction.by.id)
        note = note_of(file.credit_notes, invoice, asked, sequence, now)
        notes.append(note)
        sequence, cents = sequence.drawn(note.issued_on), cents - part
    return Documents(replace(file, credit_notes=(*file.credit_notes, *notes)), tuple(notes))


def _booked(drawn: Documents, booking: Booking, now: datetime) -> Documents:
    """Add the documents; the invoice says what earlier credits pay of it."""
    file = replace(
        drawn.file,
        orders=(*drawn.file.orders, booking.order),
        invoices=(*drawn.file.invoices, booking.invoice),
        registration=replace(
            drawn.file.registration,
            order_number=drawn.file.registration.order_number or booking.order.number,
        ),
    )
    whole = booking.order.totals.total_cents
    paid = stamped(booking, min(whole, max(0, _unpaid_cents(file, now))))
    return Documents(replace(file, invoices=(*file.invoices[:-1], paid.invoice)), drawn.notes, paid)


def _unpaid_cents(file: RegistrationFile, now: datetime) -> int:
    return allocate(file, now).owed_cents


def after_notes(sequence: CreditNoteSequence, notes: tuple[CreditNote, ...]) -> CreditNoteSequence:
    """Return the sequence after all the notes: one version, however many it is."""
    last = notes[-1]
    drawn = sequence.drawn(last.issued_on)
    return replace(drawn, next_number=last.number + 1)
