from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from pynamodb.transactions import TransactWrite

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.instalments import Debit, Instalment, Mandate
from chalicelib.domain.invoices import Invoice, Order, StoredDocument
from chalicelib.domain.notifications import Notification
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.people import Address, Person
from chalicelib.domain.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration
from chalicelib.domain.settlement import Booking, Settlement
from chalicelib.domain.settlement import Sequence as DocumentSequence
from chalicelib.storage.audit import entry_row
from chalicelib.storage.instalments import write_instalment, write_mandate, write_payment
from chalicelib.storage.notifications import write_applied
from chalicelib.storage.outbox import outbox_row
from chalicelib.storage.people import person_key
from chalicelib.storage.plan_requests import write_plan_request
from chalicelib.storage.registrations import require_unchanged, write_registration
from chalicelib.storage.table import Row, Table, instant, load

OPEN = "ATTEMPTS#OPEN"


def attempt_row(table: Table, attempt: Attempt) -> Row:
    return table.new(
        person_key(attempt.person_id),
        f"ATTEMPT#{attempt.id}",
        attempt,
        version=attempt.version,
        queue_pk=OPEN if attempt.is_open else None,
        queue_sk=f"{instant(attempt.started_at)}#{attempt.id}" if attempt.is_open else None,
    )


class DynamoAccounts:
    """A student's whole account is one partition, read by one consistent query."""

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
        return Account(
            person=replace(person, addresses=addresses),
            registrations=tuple(load(Registration, row) for row in rows.get("REGISTRATION", ())),
            attempts=tuple(load(Attempt, row) for row in rows.get("ATTEMPT", ())),
            orders=tuple(load(Order, row) for row in rows.get("ORDER", ())),
            invoices=tuple(load(Invoice, row) for row in rows.get("INVOICE", ())),
            payments=tuple(load(Payment, row) for row in rows.get("PAYMENT", ())),
            plan_requests=tuple(load(PlanRequest, row) for row in rows.get("PLAN_REQUEST", ())),
            instalments=tuple(sorted(instalments, key=lambda each: (each.registration_id, each.rank))),
            debits=tuple(load(Debit, row) for row in rows.get("DEBIT", ())),
            mandates=tuple(load(Mandate, row) for row in rows.get("MANDATE", ())),
            documents={
                int(row.sk.partition("#")[2]): load(StoredDocument, row) for row in rows.get("DOCUMENT", ())
            },
        )

    def start(
        self, attempt: Attempt, registration: Registration, instalment: Instalment | None = None
    ) -> None:
        with self._table.transaction() as write:
            write.save(attempt_row(self._table, attempt), condition=self._table.absent)
            if instalment:
                write_instalment(self._table, write, instalment)
            require_unchanged(self._table, write, registration)

    def save_attempt(
        self,
        attempt: Attempt,
        notification: Notification | None = None,
        instalment: Instalment | None = None,
        mandate: Mandate | None = None,
    ) -> None:
        with self._table.transaction() as write:
            write.save(
                attempt_row(self._table, attempt), condition=self._table.at_version(attempt.version - 1)
            )
            if instalment:
                write_instalment(self._table, write, instalment)
            if mandate:
                write_mandate(self._table, write, mandate)
            if notification:
                write_applied(self._table, write, notification)

    def open_attempts(self, started_before: datetime) -> Sequence[Attempt]:
        return tuple(self._table.readable(Attempt, self._table.queue(OPEN, instant(started_before))))

    def sequence(self, campaign: Campaign) -> DocumentSequence:
        numbering = campaign.numbering
        row = self._table.get(f"SEQUENCE#{numbering.series}", "DOCUMENTS")
        if row is None:
            return DocumentSequence(numbering.series, numbering.first_order, numbering.first_invoice)
        return load(DocumentSequence, row)

    def settle(self, settlement: Settlement, notification: Notification | None, audit: AuditEntry) -> None:
        table, attempt, payment = self._table, settlement.attempt, settlement.payment
        with table.transaction() as write:
            write.save(attempt_row(table, attempt), condition=table.at_version(attempt.version - 1))
            write_payment(table, write, attempt.person_id, payment)
            write.save(entry_row(table, audit), condition=table.absent)
            for entry in settlement.outbox:
                write.save(outbox_row(table, entry), condition=table.absent)
            if notification:
                write_applied(table, write, notification)
            if settlement.booking:
                self._write_booking(write, person_key(attempt.person_id), settlement.booking)
            write_registration(table, write, settlement.registration)
            self._write_plan(write, settlement)

    def _write_booking(self, write: TransactWrite, partition: str, booking: Booking) -> None:
        table, order, invoice = self._table, booking.order, booking.invoice
        write.save(table.new(partition, f"ORDER#{order.number:010}", order), condition=table.absent)
        write.save(table.new(partition, f"INVOICE#{invoice.number:010}", invoice), condition=table.absent)
        sequence = booking.sequence
        write.save(
            table.new(f"SEQUENCE#{sequence.series}", "DOCUMENTS", sequence, version=sequence.version),
            condition=table.follows(sequence.version),
        )

    def _write_plan(self, write: TransactWrite, settlement: Settlement) -> None:
        if settlement.plan_request:
            write_plan_request(self._table, write, settlement.plan_request)
        if settlement.mandate:
            write_mandate(self._table, write, settlement.mandate)
        for instalment in settlement.instalments:
            write_instalment(self._table, write, instalment)

    def keep_document(self, person_id: str, invoice_number: int, document: StoredDocument) -> None:
        row = self._table.new(person_key(person_id), f"DOCUMENT#{invoice_number:010}", document)
        with suppress(ConcurrentUpdate):
            self._table.put(row, self._table.absent)
