import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.credit_notes import CreditNote, left_cents, spread
from chalicelib.domain.corrections.issuing import Asked, credit_invoice, file_after, issued, replayed
from chalicelib.domain.corrections.refusals import CreditedMeanwhile, CreditNoteMoved
from chalicelib.domain.credits import to_give_back
from chalicelib.domain.errors import ConcurrentUpdate, IdempotencyKeyReused
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payers.giving_up import Sequences, credit_payer
from chalicelib.domain.payers.giving_up import file_after as file_after_payer
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act, canonical_digest
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.corrections.find_invoice import find_invoice
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file


@dataclass(frozen=True)
class CreditOrder:
    """What an accountant orders: an amount with tax, spread over the lines of the invoice or given by line.

    `registration_id` says whose invoice it is if its number alone does not. `key` is the idempotency key.
    `left_seen_cents` is what the accountant saw that the invoice still holds, `owed_seen_cents` what the
    student owes, and `credit_seen_cents` what is to be given back, before the credit note.
    """

    number: int
    amount_cents: int
    reason: str
    by_line: Mapping[int, int] | None = None
    registration_id: str | None = None
    key: str | None = None
    left_seen_cents: int | None = None
    owed_seen_cents: int | None = None
    credit_seen_cents: int | None = None

    @property
    def request_id(self) -> str:
        return hashlib.sha256(f"{self.number}#{self.key}".encode()).hexdigest()[:16] if self.key else ""

    @property
    def request_hash(self) -> str:
        lines = sorted(self.by_line.items()) if self.by_line is not None else None
        return canonical_digest([self.number, self.amount_cents, self.reason, lines]) if self.key else ""


@dataclass(frozen=True)
class Draft:
    """A credit note and its changes before they are written; `file` is as before them."""

    file: RegistrationFile
    invoice: Invoice
    changes: Changes

    @property
    def note(self) -> CreditNote:
        return issued(self.changes)

    @property
    def after(self) -> RegistrationFile:
        of = file_after_payer if self.invoice.buyer else file_after
        return of(self.file, self.changes)


def owed_and_credit_cents(file: RegistrationFile) -> tuple[int, int]:
    """Return what the student owes of the registration, and what is to be given back."""
    credit = to_give_back(file)
    return max(0, owed_cents(file)), credit.amount_cents if credit else 0


def issue_credit_note(ports: RegistrationPorts, order: CreditOrder, by: Person) -> CreditNote:
    """Issue a credit note; a repetition with the same key returns the first one.

    Raise `ConcurrentUpdate` if another writer changed the account meanwhile: what the invoice still holds
    may be less now, so the accountant looks again.
    """
    try:
        return _issue(ports, order, by)
    except ConcurrentUpdate:
        account, _ = find_invoice(ports, order.number, order.registration_id)
        if note := replayed(account.every_credit_note, order.request_id):
            return _same(note, order)
        raise


def preview_credit_note(ports: RegistrationPorts, order: CreditOrder, by: Person) -> Draft:
    """Return what `issue_credit_note` would write, by the same rules, and write nothing."""
    account, invoice = find_invoice(ports, order.number, order.registration_id)
    permit(by, Action.ISSUE_CREDIT_NOTE, account.person.id)
    return _draft(ports, account, invoice, order, by)


def _issue(ports: RegistrationPorts, order: CreditOrder, by: Person) -> CreditNote:
    account, invoice = find_invoice(ports, order.number, order.registration_id)
    permit(by, Action.ISSUE_CREDIT_NOTE, account.person.id)
    if note := replayed(account.every_credit_note, order.request_id):
        return _same(note, order)
    draft = _draft(ports, account, invoice, order, by)
    note = draft.note
    entry = audited(
        ports,
        by.id,
        Act.CREDIT_NOTE_ISSUED,
        account.person.id,
        invoice.registration_id,
        order.reason,
        number=note.number,
        invoice=invoice.number,
        amount_cents=note.totals.total_cents,
    )
    ports.store.commit(journaled(replace(draft.changes, audit=entry), draft.file, ports.now()))
    return note


def _draft(
    ports: RegistrationPorts, account: Account, invoice: Invoice, order: CreditOrder, by: Person
) -> Draft:
    file = open_file(ports, account, invoice.registration_id)
    notes = account.every_credit_note
    left = left_cents(invoice, notes)
    if order.left_seen_cents not in {None, left}:
        raise CreditedMeanwhile(left)
    owed, credit = owed_and_credit_cents(file)
    if order.owed_seen_cents not in {None, owed} or order.credit_seen_cents not in {None, credit}:
        raise CreditNoteMoved
    by_line = order.by_line
    amounts = spread(invoice, notes, order.amount_cents) if by_line is None else by_line
    asked = Asked(amounts, order.reason, by.id, order.request_id, order.request_hash)
    sequence = ports.accounts.credit_note_sequence(file.campaign)
    if invoice.buyer:
        sequences = Sequences(ports.accounts.sequence(file.campaign), sequence)
        changes = credit_payer(account, file, invoice, asked, sequences, ports.now())
    else:
        changes = credit_invoice(account, file, invoice, asked, sequence, ports.now())
    return Draft(file, invoice, changes)


def _same(note: CreditNote, order: CreditOrder) -> CreditNote:
    if note.request_hash != order.request_hash:
        raise IdempotencyKeyReused
    return note
