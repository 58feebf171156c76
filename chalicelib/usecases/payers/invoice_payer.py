from dataclasses import dataclass, replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.payers import invoicing as rules
from chalicelib.domain.payers.payer import require_as_read
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.payers.ports import PayerPorts
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import open_file


@dataclass(frozen=True)
class PayerDraft:
    """The invoice of a payer before it is written; `note` lowers an order that the student has already."""

    file: RegistrationFile
    changes: Changes

    @property
    def invoice(self) -> Invoice:
        return next(row for row in self.changes.rows if isinstance(row, Invoice))

    @property
    def note(self) -> CreditNote | None:
        return next((row for row in self.changes.rows if isinstance(row, CreditNote)), None)


def invoice_payer(
    ports: PayerPorts, registration_id: str, by: Person, seen: str | int | None = None
) -> Invoice:
    """Draw the order and the invoice of the payer that is named on a registration, once.

    `seen` is the `seen_hash`, or the version, of the payer that the person saw, None if unknown: raise
    `PayerChanged` for another one.
    """
    permit(by, Action.INVOICE_PAYER, person_of(registration_id))
    return again(lambda: _invoice(ports, registration_id, by, seen), ports.pause)


def preview_payer_invoice(ports: PayerPorts, registration_id: str, by: Person) -> PayerDraft:
    """Return what `invoice_payer` would write, by the same rules, and write nothing."""
    permit(by, Action.INVOICE_PAYER, person_of(registration_id))
    return _draft(ports, ports.accounts.account(person_of(registration_id)), registration_id, by)


def _invoice(ports: PayerPorts, registration_id: str, by: Person, seen: str | int | None) -> Invoice:
    account = ports.accounts.account(person_of(registration_id))
    draft = _draft(ports, account, registration_id, by, seen)
    file, invoice = draft.file, draft.invoice
    entry = audited(
        ports,
        by.id,
        Act.PAYER_INVOICED,
        file.registration.person_id,
        registration_id,
        payer=invoice.client.last_name,
        invoice=invoice.number,
        amount_cents=invoice.totals.total_cents,
    )
    ports.store.commit(journaled(replace(draft.changes, audit=entry), file, ports.now()))
    return invoice


def _draft(
    ports: PayerPorts, account: Account, registration_id: str, by: Person, seen: str | int | None = None
) -> PayerDraft:
    file = open_file(ports, account, registration_id)
    if file.named_payer and seen is not None:
        require_as_read(file.named_payer, seen)
    sequence = ports.accounts.sequence(file.campaign)
    notes = ports.accounts.credit_note_sequence(file.campaign)
    return PayerDraft(file, rules.invoice_payer(account, file, by.id, sequence, notes, ports.now()))
