from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account, with_payers_apart
from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.corrections.credit_notes import CreditNote, CreditNoteSequence
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.invoices import Invoice, Order, StoredDocument
from chalicelib.domain.invoices import Sequence as DocumentSequence
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.payment_links.link import PaymentLink
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.people import Address, Person
from chalicelib.domain.plan.instalments import Debit, Instalment, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.undo import LastAct
from chalicelib.storage.keys import OPEN_ATTEMPTS, invoices_of, person_key
from chalicelib.storage.table import Row, Table, instant, load


class DynamoAccounts:
    """Reads a student's whole account: one partition, by one consistent query."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def account(self, person_id: str) -> Account:
        rows: dict[str, list[Row]] = {}
        for row in self._table.partition(person_key(person_id)):
            rows.setdefault(row.sk.partition("#")[0], []).append(row)
        if "PROFILE" not in rows:
            raise NotFound
        person = load(Person, rows["PROFILE"][0])
        addresses = tuple(load(Address, row) for row in rows.get("ADDRESS", ()))
        instalments = (load(Instalment, row) for row in rows.get("INSTALMENT", ()))
        account = Account(
            person=replace(person, addresses=addresses),
            registrations=tuple(load(Registration, row) for row in rows.get("REGISTRATION", ())),
            attempts=tuple(load(Attempt, row) for row in rows.get("ATTEMPT", ())),
            orders=tuple(load(Order, row) for row in rows.get("ORDER", ())),
            invoices=tuple(load(Invoice, row) for row in rows.get("INVOICE", ())),
            credit_notes=tuple(load(CreditNote, row) for row in rows.get("CREDIT_NOTE", ())),
            payments=tuple(load(Payment, row) for row in rows.get("PAYMENT", ())),
            plan_requests=tuple(load(PlanRequest, row) for row in rows.get("PLAN_REQUEST", ())),
            instalments=tuple(sorted(instalments, key=lambda each: (each.registration_id, each.rank))),
            debits=tuple(load(Debit, row) for row in rows.get("DEBIT", ())),
            mandates=tuple(load(Mandate, row) for row in rows.get("MANDATE", ())),
            journal=tuple(load(JournalEntry, row) for row in rows.get("JOURNAL", ())),
            documents=_documents(rows.get("DOCUMENT", ())),
            credit_documents=_documents(rows.get("CREDIT_DOCUMENT", ())),
            comments=tuple(load(Comment, row) for row in rows.get("COMMENT", ())),
            last_acts=tuple(load(LastAct, row) for row in rows.get("LAST_ACT", ())),
            letterings=tuple(load(HandLettering, row) for row in rows.get("LETTERING", ())),
            refunds=tuple(load(Refund, row) for row in rows.get("REFUND", ())),
            waivers=tuple(load(Waiver, row) for row in rows.get("WAIVER", ())),
            payment_links=tuple(load(PaymentLink, row) for row in rows.get("PAYMENT_LINK", ())),
            payers=tuple(load(Payer, row) for row in rows.get("PAYER", ())),
        )
        return with_payers_apart(account)

    def open_attempts(self, opened_before: datetime) -> Sequence[Attempt]:
        return tuple(self._table.readable(Attempt, self._table.queue(OPEN_ATTEMPTS, instant(opened_before))))

    def sequence(self, campaign: Campaign) -> DocumentSequence:
        numbering = campaign.numbering
        row = self._table.get(f"SEQUENCE#{numbering.series}", "DOCUMENTS")
        if row is None:
            return DocumentSequence(numbering.series, numbering.first_order, numbering.first_invoice)
        return load(DocumentSequence, row)

    def keep_document(self, person_id: str, invoice_number: int, document: StoredDocument) -> None:
        row = self._table.new(person_key(person_id), f"DOCUMENT#{invoice_number:010}", document)
        with suppress(ConcurrentUpdate):
            self._table.put(row, self._table.absent)

    def credit_note_sequence(self, campaign: Campaign) -> CreditNoteSequence:
        series = campaign.numbering.series
        row = self._table.get(f"SEQUENCE#{series}", "CREDIT_NOTES")
        return load(CreditNoteSequence, row) if row else CreditNoteSequence(series)

    def invoices(self, number: int) -> Sequence[Invoice]:
        return tuple(self._table.readable(Invoice, self._table.queue(invoices_of(number))))

    def keep_credit_document(self, person_id: str, number: int, document: StoredDocument) -> None:
        row = self._table.new(person_key(person_id), f"CREDIT_DOCUMENT#{number:010}", document)
        with suppress(ConcurrentUpdate):
            self._table.put(row, self._table.absent)


def _documents(rows: Iterable[Row]) -> dict[int, StoredDocument]:
    return {int(row.sk.partition("#")[2]): load(StoredDocument, row) for row in rows}
