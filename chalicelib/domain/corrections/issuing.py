"""The rule of a credit note: the document, and what the account owes, holds and plans afterwards."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.corrections.credit_notes import (
    CreditNote,
    CreditNoteSequence,
    credited_lines,
    require_within,
)
from chalicelib.domain.corrections.refusals import CreditNoteAboveCharged, CreditNoteUnreasoned
from chalicelib.domain.corrections.relief import Relief, relieve
from chalicelib.domain.decisions import DebitInConflict, DebitInFlight
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.registration import Registration, counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.stored_cards import card_removals, cards_to_forget

Kind = TypeVar("Kind", Payment, Instalment)


@dataclass(frozen=True)
class Asked:
    """What one of the staff wants credited: cents with tax by the place of each line of the invoice.

    `request_id` and `request_hash` are those of the credit note.
    """

    amounts: Mapping[int, int]
    reason: str
    by: str
    request_id: str = ""
    request_hash: str = ""


def credit_invoice(
    account: Account,
    file: RegistrationFile,
    invoice: Invoice,
    asked: Asked,
    sequence: CreditNoteSequence,
    now: datetime,
) -> Changes:
    """Return the credit note and what it changes: payments, plan and registration.

    What is still to be paid shrinks first, the instalments due last before the others. Money that paid what
    is no longer owed becomes a credit to give back, the newest payment first. A page that is open at the
    gateway stays open: its money is received on the account of what is owed then. A debit that may be taken
    right now comes first: raise `DebitInFlight` or `DebitInConflict`.
    """
    if not asked.reason.strip():
        raise CreditNoteUnreasoned
    require_no_debit(file)
    require_within(invoice, file.credit_notes, asked.amounts)
    if sum(asked.amounts.values()) > file.charged_cents:  # a rest was written off
        raise CreditNoteAboveCharged(file.charged_cents)
    note = note_of(file.credit_notes, invoice, asked, sequence, now)
    noted = replace(file, credit_notes=(*file.credit_notes, note))
    relief = relieve(noted, now, invoice.number)
    cards = cards_to_forget(account, file.registration.id, relief.instalments)
    about = f"avoir-{note.number}"
    return Changes(
        (
            note,
            sequence.drawn(note.issued_on),
            _registration(file, relief),
            *relief.payments,
            *relief.instalments,
            *existing(relief.plan_request, relief.mandate),
        ),
        outbox=(_mail(file, note, now), *card_removals(account, file.registration.id, cards, about, now)),
    )


def require_no_debit(file: RegistrationFile) -> None:
    """Raise while a debit without the student may be taken, or its outcome waits for a person."""
    if any(each.is_in_flight for each in file.instalments):
        raise DebitInFlight
    if any(each.state is InstalmentState.CONFLICT for each in file.instalments):
        raise DebitInConflict


def file_after(file: RegistrationFile, changes: Changes) -> RegistrationFile:
    """Return the file as it is once the changes of a credit note are written."""
    payments = {each.id: each for each in (*file.payments, *_of(changes, Payment))}
    instalments = {each.id: each for each in (*file.instalments, *_of(changes, Instalment))}
    return replace(
        file,
        credit_notes=(*file.credit_notes, issued(changes)),
        payments=tuple(payments.values()),
        instalments=tuple(instalments.values()),
    )


def _of(changes: Changes, kind: type[Kind]) -> Iterator[Kind]:
    return (row for row in changes.rows if isinstance(row, kind))


def issued(changes: Changes) -> CreditNote:
    """Return the credit note among the changes of one."""
    return next(row for row in changes.rows if isinstance(row, CreditNote))


def replayed(notes: Iterable[CreditNote], request_id: str) -> CreditNote | None:
    """Return the credit note that a request with the same key has issued, None if there is none."""
    return next((note for note in notes if request_id and note.request_id == request_id), None)


def note_of(
    earlier: Iterable[CreditNote],
    invoice: Invoice,
    asked: Asked,
    sequence: CreditNoteSequence,
    now: datetime,
) -> CreditNote:
    """Return the document of a credit note after the `earlier` ones on its invoice."""
    return CreditNote(
        number=sequence.next_number,
        registration_id=invoice.registration_id,
        invoice_number=invoice.number,
        invoiced_on=invoice.issued_on,
        order_number=invoice.order_number,
        issued_on=max(paris_day(now), invoice.issued_on, sequence.last_drawn_on or invoice.issued_on),
        issued_by=asked.by,
        reason=asked.reason,
        session=invoice.session,
        seller=invoice.seller,
        client=invoice.client,
        lines=credited_lines(invoice, earlier, asked.amounts),
        exemption_mention=invoice.exemption_mention,
        request_id=asked.request_id,
        request_hash=asked.request_hash,
    )


def _registration(file: RegistrationFile, relief: Relief) -> Registration:
    """Return the next version; it is part paid no more once no more is left than instalments stand for."""
    registration = file.registration
    instalments = {each.id: each for each in (*file.instalments, *relief.instalments)}
    planned = sum(each.remaining_cents for each in instalments.values())
    return replace(counted(registration), part_paid=registration.part_paid and relief.owed_cents > planned)


def _mail(file: RegistrationFile, note: CreditNote, now: datetime) -> OutboxEntry:
    return OutboxEntry(
        id=f"{Topic.CREDIT_NOTE_ISSUED}-{note.seller.siren}-{note.number}",
        topic=Topic.CREDIT_NOTE_ISSUED,
        person_id=file.registration.person_id,
        registration_id=note.registration_id,
        created_at=now,
        invoice_number=note.invoice_number,
        amount_cents=note.totals.total_cents,
        reason=note.reason,
    )
