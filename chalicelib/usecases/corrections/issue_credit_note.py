import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.corrections.credit_notes import CreditNote, spread
from chalicelib.domain.corrections.issuing import Asked, issue_credit_note, issued, replayed
from chalicelib.domain.errors import ConcurrentUpdate, IdempotencyKeyReused
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act, canonical_digest
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.corrections.find_invoice import find_invoice
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file


@dataclass(frozen=True)
class CreditOrder:
    """What an accountant orders: an amount with tax, spread over the lines of the invoice or given by line.

    `registration_id` says whose invoice it is if its number alone does not. `key` is the idempotency key.
    """

    number: int
    amount_cents: int
    reason: str
    by_line: Mapping[int, int] | None = None
    registration_id: str | None = None
    key: str | None = None

    @property
    def request_id(self) -> str:
        return hashlib.sha256(f"{self.number}#{self.key}".encode()).hexdigest()[:16] if self.key else ""

    @property
    def request_hash(self) -> str:
        lines = sorted(self.by_line.items()) if self.by_line is not None else None
        return canonical_digest([self.number, self.amount_cents, self.reason, lines]) if self.key else ""


def issue_credit_note_of(ports: RegistrationPorts, order: CreditOrder, by: Person) -> CreditNote:
    """Issue a credit note; a repetition with the same key returns the first one.

    Raise `ConcurrentUpdate` if another writer changed the account meanwhile: what the invoice still holds
    may be less now, so the accountant looks again.
    """
    try:
        return _issue(ports, order, by)
    except ConcurrentUpdate:
        account, _ = find_invoice(ports, order.number, order.registration_id)
        if note := replayed(account.credit_notes, order.request_id):
            return _same(note, order)
        raise


def _issue(ports: RegistrationPorts, order: CreditOrder, by: Person) -> CreditNote:
    account, invoice = find_invoice(ports, order.number, order.registration_id)
    permit(by, Action.ISSUE_CREDIT_NOTE, account.person.id)
    if note := replayed(account.credit_notes, order.request_id):
        return _same(note, order)
    file = open_file(ports, account, invoice.registration_id)
    by_line = order.by_line
    amounts = spread(invoice, file.credit_notes, order.amount_cents) if by_line is None else by_line
    asked = Asked(amounts, order.reason, by.id, order.request_id, order.request_hash)
    sequence = ports.accounts.credit_note_sequence(file.campaign)
    changes = issue_credit_note(account, file, invoice, asked, sequence, ports.now())
    note = issued(changes)
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
    ports.store.commit(journaled(replace(changes, audit=entry), file, ports.now()))
    return note


def _same(note: CreditNote, order: CreditOrder) -> CreditNote:
    if note.request_hash != order.request_hash:
        raise IdempotencyKeyReused
    return note
