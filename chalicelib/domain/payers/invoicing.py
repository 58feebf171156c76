"""Accounting's invoice to a third-party payer, with the credit note that lowers an order drawn before."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes, Row
from chalicelib.domain.corrections.credit_notes import CreditNoteSequence, left_cents, spread
from chalicelib.domain.corrections.issuing import Asked, credit_invoice
from chalicelib.domain.invoices import Buyer, Client, Invoice, Order, Sequence
from chalicelib.domain.money import FeeLine
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payers.naming import most_cents
from chalicelib.domain.payers.owed_again import documents_of
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.payers.refusals import PayerAboveOwed, PayerNotNamed, PayerOfClosedFile
from chalicelib.domain.registration import Registration, counted
from chalicelib.domain.registration_file import COVERED, RegistrationFile

LABEL = "Prise en charge"
SHARE = "Droits d'inscription : part prise en charge"
"""The line of a payer's invoice begins so; the student's name is not in it, for orders are kept for ever."""


def invoice_payer(
    account: Account,
    file: RegistrationFile,
    by: str,
    sequence: Sequence,
    credit_notes: CreditNoteSequence,
    now: datetime,
) -> Changes:
    """Return the order and the invoice of the named payer, and the mail that brings it the invoice.

    A share of an order that the student has already is taken off it in the same changes, as any credit
    note does: the open rest and the last instalments shrink, then money is released.
    """
    payer = file.named_payer
    if payer is None:
        raise PayerNotNamed
    if not file.registration.is_accepted:
        raise PayerOfClosedFile
    file.require_no_open_attempt()
    relief = _relief(account, file, payer, by, sequence.next_invoice, credit_notes, now)
    order, invoice = _documents(file, payer, sequence, now)
    invoiced = replace(
        payer,
        state=PayerState.INVOICED,
        order_number=order.number,
        invoice_number=invoice.number,
        due_on=invoice.buyer.due_on if invoice.buyer else None,
        version=payer.version + 1,
    )
    rows: tuple[Row, ...] = (invoiced, order, invoice, sequence.drawn(order.ordered_on), *relief.rows)
    if not any(isinstance(row, Registration) for row in relief.rows):
        rows = (*rows, counted(file.registration))
    return Changes(rows, outbox=(payer_mail(Topic.PAYER_INVOICED, invoiced, file, now), *relief.outbox))


def payer_mail(
    topic: Topic, payer: Payer, file: RegistrationFile, now: datetime, *, cents: int = 0, about: str = ""
) -> OutboxEntry:
    """Return a mail to a payer about its invoice: `cents` of it, else the whole."""
    return OutboxEntry(
        id=f"{topic}-{payer.id}-{payer.version}{about}",
        topic=topic,
        person_id=payer.person_id,
        registration_id=file.registration.id,
        created_at=now,
        invoice_number=payer.invoice_number,
        amount_cents=cents or payer.facts.share_cents,
        email=payer.facts.email,
    )


def _documents(
    file: RegistrationFile, payer: Payer, sequence: Sequence, now: datetime
) -> tuple[Order, Invoice]:
    facts, campaign = payer.facts, file.campaign
    lines = (FeeLine(f"{SHARE}, dossier {file.registration.id}", 1, facts.share_cents),)
    order, invoice = documents_of(file, lines, Client("", facts.name, facts.address), sequence, now)
    buyer = Buyer(
        payer_id=payer.id,
        student=file.registration.holder,
        siret=facts.siret,
        service_code=facts.service_code,
        engagement=facts.engagement,
        due_on=invoice.issued_on + timedelta(days=campaign.payer_terms.due_days),
        iban=campaign.bank_account.iban if campaign.bank_account else "",
        bic=campaign.bank_account.bic if campaign.bank_account else "",
        vat_number=campaign.payer_terms.vat_number,
    )
    return order, replace(invoice, label=LABEL, buyer=buyer)


def _relief(
    account: Account,
    file: RegistrationFile,
    payer: Payer,
    by: str,
    number: int,
    sequence: CreditNoteSequence,
    now: datetime,
) -> Changes:
    """Return the credit note over the share on the student's invoice, nothing where it was deducted."""
    cents = payer.facts.share_cents
    if not payer.is_after_order:
        return Changes()
    holding = [each for each in file.invoices if left_cents(each, file.credit_notes) >= cents]
    if not holding:
        raise PayerAboveOwed(most_cents(file))
    invoice = holding[-1]
    reason = f"{COVERED} {payer.facts.name}, facture n° {number}"
    asked = Asked(spread(invoice, file.credit_notes, cents), reason, by)
    return credit_invoice(account, file, invoice, asked, sequence, now)
