"""What a correction did, as it is kept with the registration and shown before it is confirmed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.correction import Correction, CorrectionKind, DebitChange
from chalicelib.domain.corrections.documents import Instruction
from chalicelib.domain.credits import to_give_back
from chalicelib.domain.fees import total_cents
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import received_cents
from chalicelib.domain.registration import Registration, corrected
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Draft:
    """A correction before it is written: the file before and after it, and what it writes."""

    before: RegistrationFile
    after: RegistrationFile
    correction: Correction
    changes: Changes


def finished(
    kind: CorrectionKind,
    before: RegistrationFile,
    then: RegistrationFile,
    changes: Changes,
    instruction: Instruction,
    mails: tuple[OutboxEntry, ...],
    now: datetime,
) -> Draft:
    """Return the draft of a correction; what it did is kept with the registration."""
    correction = _correction(kind, before, then, instruction, now)
    registration = corrected(then.registration, correction)
    rows = (*(row for row in changes.rows if not isinstance(row, Registration)), registration)
    whole = Changes(rows, outbox=(*mails, *changes.outbox))
    return Draft(before, replace(then, registration=registration), correction, whole)


def owed_in_all(file: RegistrationFile) -> int:
    """Return the whole amount that a file owes: what is kept of one that has ended."""
    if not file.registration.is_accepted:
        return file.registration.kept_cents
    return total_cents(file) or 0


def waiting_cents(file: RegistrationFile) -> int:
    """Return what waits to be given back, prepared refunds included."""
    credit = to_give_back(file)
    reserved = sum(payment.refunding_cents for payment in file.payments)
    return (credit.amount_cents if credit else 0) + reserved


def correction_mail(
    topic: Topic, before: RegistrationFile, then: RegistrationFile, reason: str, now: datetime
) -> OutboxEntry:
    """Return the mail about a correction, with what was prepared to be given back."""
    known = {each.id for each in before.refunds}
    registration = then.registration
    return OutboxEntry(
        id=f"{topic}-{registration.id}-{registration.version}",
        topic=topic,
        person_id=registration.person_id,
        registration_id=registration.id,
        created_at=now,
        amount_cents=sum(each.amount_cents for each in then.refunds if each.id not in known),
        reason=reason,
    )


def _correction(
    kind: CorrectionKind,
    before: RegistrationFile,
    then: RegistrationFile,
    instruction: Instruction,
    now: datetime,
) -> Correction:
    known = {each.id for each in before.refunds}
    notes = then.credit_notes[len(before.credit_notes) :]
    orders, invoices = then.orders[len(before.orders) :], then.invoices[len(before.invoices) :]
    return Correction(
        kind=kind,
        at=now,
        by=instruction.by.id,
        fee_situation_code=then.registration.fee_situation_code or "",
        owed_before_cents=owed_in_all(before),
        owed_after_cents=owed_in_all(then),
        received_cents=received_cents(then),
        order_cents=sum(each.totals.total_cents for each in orders),
        credit_note_cents=sum(each.totals.total_cents for each in notes),
        to_give_back_cents=sum(each.amount_cents for each in then.refunds if each.id not in known),
        kept_cents=then.registration.kept_cents,
        order_number=orders[-1].number if orders else None,
        invoice_number=invoices[-1].number if invoices else None,
        credit_notes=tuple(each.number for each in notes),
        refunds=tuple(each.id for each in then.refunds if each.id not in known),
        debits=tuple(_debits(before, then)),
        request_id=instruction.request_id,
        request_hash=instruction.request_hash,
    )


def _debits(before: RegistrationFile, then: RegistrationFile) -> Iterator[DebitChange]:
    known = {each.id: each for each in before.instalments}
    for each in then.instalments:
        was = known[each.id].remaining_cents
        if was or each.remaining_cents:
            yield DebitChange(each.rank, each.due_on, was, each.remaining_cents)
