"""Undoing what a line of a statement was explained by.

matched | split | fee (627) ──▶ suspense (471) ──▶ new
shown only | discarded ──▶ new

The bank has the money whoever it is of: 512 stays as it is, a part that the line booked goes to 471 by a
counter-entry dated today, and is explained from there. What a line only showed leaves no entry.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.coverage import held_cents, leaving_cents
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.treasury.booking import line_entry
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, LineState, StatementLine
from chalicelib.domain.treasury.remittances import Remittance
from chalicelib.domain.treasury.slips import Slip
from chalicelib.domain.treasury.undo_refusals import (
    LineNotExplained,
    LineOfKeptMoney,
    LineOfLeavingPayment,
    LineOfRefundedPayment,
    LineOfReturnedCheque,
    LineOfReturnedRefund,
    LineOfTakenPayment,
    UndoUnreasoned,
)


def parts_to_undo(line: StatementLine, reason: str) -> tuple[Explanation, ...]:
    """Return what explains a line beside what is on 471.

    Raise `UndoUnreasoned` without a reason, `LineNotExplained` if nothing explains it, `LineOfReturnedRefund`
    for a refund that came back.
    """
    if not reason.strip():
        raise UndoUnreasoned
    if not line.explanations:
        raise LineNotExplained
    if any(each.kind is ExplanationKind.REFUND_RETURNED for each in line.explanations):
        raise LineOfReturnedRefund
    return tuple(each for each in line.explanations if each.kind is not ExplanationKind.SUSPENSE)


def require_undoable(file: RegistrationFile, payment: Payment) -> None:
    """Raise unless the school holds all of a payment that a line booked, and none of it is leaving.

    Nothing may be kept of it for a student who left: nobody is asked for such a fee.
    """
    if payment.bounced_cents:
        raise LineOfTakenPayment
    if payment.refunded_cents:
        raise LineOfRefundedPayment(payment.refunded_cents)
    if cents := leaving_cents(file, payment):
        raise LineOfLeavingPayment(cents)
    missing = file.charged_cents - held_cents(file) + payment.kept_cents
    if file.registration.status is RegistrationStatus.WITHDRAWN and payment.allocated_cents and missing > 0:
        raise LineOfKeptMoney(missing)


def suspended_again(
    line: StatementLine, part: Explanation, by: str, now: datetime, reason: str
) -> StatementLine:
    """Return the next version of a line with one part moved back to suspense (471)."""
    kept = [each for each in line.explanations if each.kind is not ExplanationKind.SUSPENSE and each != part]
    waiting = Explanation(ExplanationKind.SUSPENSE, line.id, line.suspense_cents + part.cents)
    return replace(
        line,
        state=LineState.SUSPENSE,
        explanations=(*kept, waiting),
        owner=line.owner or by,
        suspended_at=line.suspended_at or now,
        decided_by=by,
        decided_at=now,
        reason=reason,
        version=line.version + 1,
    )


def new_again(line: StatementLine, by: str, now: datetime, reason: str) -> StatementLine:
    """Return the next version of a line that nothing explains any more, as it was when it was imported."""
    return replace(
        line,
        state=LineState.NEW,
        explanations=(),
        owner="",
        suspended_at=None,
        decided_by=by,
        decided_at=now,
        reason=reason,
        version=line.version + 1,
    )


def out_of_books_entry(line: StatementLine, ledger: Ledger) -> JournalEntry:
    """Return the entry that takes a line in suspense off 471 and the bank account, on the bank's day."""
    cents = {Book.BANK: -line.suspense_cents, Book.SUSPENSE: line.suspense_cents}
    entry = line_entry(line, MoneyEvent.SUSPENSE, cents, ledger)
    return replace(entry, dated_on=ledger.day(line.booked_on))


def counter_entry(
    line: StatementLine, part: Explanation, ledger: Ledger, remittance: Remittance | None = None
) -> JournalEntry:
    """Return the entry that puts a part of no student on 471 again.

    A part that the line only showed was booked on the bank account by another act: it stays there, and the
    line's money is beside it.
    """
    event, moved = _moved(part, remittance)
    today = paris_day(ledger.now)
    entry = treasury_entry(event, part.subject, today, {**moved, Book.SUSPENSE: -part.cents}, ledger)
    return replace(entry, id=f"{ledger.series}-{event}-{line.id}-{line.version}")


def _moved(part: Explanation, remittance: Remittance | None) -> tuple[MoneyEvent, Mapping[Book, int]]:
    if part.kind is ExplanationKind.FEE:
        return MoneyEvent.BANK_FEE, {Book.BANK_FEES: part.cents}
    if part.kind is ExplanationKind.DEPOSIT:
        return MoneyEvent.DEPOSIT, {Book.CHEQUES: part.cents}
    if remittance:
        whole = remittance.credited_cents + remittance.fee_cents  # it may hold more by now
        moved = {Book.CARDS: whole, Book.BANK_FEES: -remittance.fee_cents}
        return MoneyEvent.REMITTANCE, moved
    return MoneyEvent.SUSPENSE, {Book.BANK: part.cents}


def not_credited(slip: Slip, *, returned: bool) -> Slip:
    """Return the slip as deposited and not credited, after its credit by a line is undone.

    `returned` says that the bank sent back a cheque of it since: raise `LineOfReturnedCheque`.
    """
    if returned:
        raise LineOfReturnedCheque(slip.id)
    return replace(slip, credited_on=None, credited_by="", line="", version=slip.version + 1)


def on_its_way(remittance: Remittance) -> Remittance:
    """Return the remittance as not credited, after its credit by a line is undone."""
    return replace(
        remittance,
        credited_on=None,
        credited_cents=0,
        fee_cents=0,
        line_id="",
        version=remittance.version + 1,
    )
