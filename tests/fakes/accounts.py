"""The accounts of people, read from the storage contract in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from chalicelib.domain.account import Account, with_payers_apart
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.corrections.credit_notes import CreditNoteSequence
from chalicelib.domain.errors import NotFound
from chalicelib.domain.inquiries import next_look_at
from chalicelib.domain.invoices import Invoice, StoredDocument
from chalicelib.domain.payments import PAGE_OVER_AFTER, Attempt
from chalicelib.domain.people import Person
from chalicelib.domain.settlement import Sequence as DocumentSequence
from tests.fakes.storage import Memory


class _HasPerson(Protocol):
    @property
    def person_id(self) -> str: ...


Row = TypeVar("Row")
OfPerson = TypeVar("OfPerson", bound=_HasPerson)


def _theirs(person_id: str, rows: dict[Any, OfPerson]) -> tuple[OfPerson, ...]:
    return tuple([row for row in rows.values() if row.person_id == person_id]) if rows else ()


def _owned_by(person_id: str, rows: dict[Any, tuple[str, Row]]) -> tuple[Row, ...]:
    return tuple([row for owner, row in rows.values() if owner == person_id]) if rows else ()


class MemoryAccounts:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def account(self, person_id: str) -> Account:
        m = self._m
        with m.lock:
            if person_id not in m.people:
                raise NotFound
            account = Account(
                person=self._person(person_id),
                registrations=_theirs(person_id, m.registrations_by_id),
                attempts=_theirs(person_id, m.attempts),
                orders=_owned_by(person_id, m.orders),
                invoices=_owned_by(person_id, m.invoices),
                credit_notes=_owned_by(person_id, m.credit_notes),
                payments=_owned_by(person_id, m.payments),
                plan_requests=_theirs(person_id, m.plan_requests),
                instalments=_theirs(person_id, m.instalments),
                debits=_theirs(person_id, m.debits),
                mandates=_theirs(person_id, m.mandates),
                journal=_theirs(person_id, m.journal),
                letterings=_theirs(person_id, m.letterings),
                last_acts=_theirs(person_id, m.last_acts),
                comments=_theirs(person_id, m.comments),
                refunds=_theirs(person_id, m.refunds),
                waivers=_theirs(person_id, m.waivers),
                payment_links=_theirs(person_id, m.payment_links),
                payers=_theirs(person_id, m.payers),
                documents={n: d for (p, n), d in m.documents.items() if p == person_id},
                credit_documents={n: d for (p, n), d in m.credit_documents.items() if p == person_id},
            )
            return with_payers_apart(account)

    def _person(self, person_id: str) -> Person:
        person = self._m.people[person_id]
        addresses = tuple(self._m.addresses.get(person_id, {}).values())
        return person if person.addresses == addresses else replace(person, addresses=addresses)

    def open_attempts(self, opened_before: datetime) -> Sequence[Attempt]:
        waiting = [(next_look_at(a), a) for a in list(self._m.attempts.values())]
        return tuple(a for at, a in waiting if at and at - PAGE_OVER_AFTER < opened_before)

    def sequence(self, campaign: Campaign) -> DocumentSequence:
        numbering = campaign.numbering
        first = DocumentSequence(numbering.series, numbering.first_order, numbering.first_invoice)
        return self._m.sequences.get(numbering.series, first)

    def keep_document(self, person_id: str, invoice_number: int, document: StoredDocument) -> None:
        self._m.documents.setdefault((person_id, invoice_number), document)

    def credit_note_sequence(self, campaign: Campaign) -> CreditNoteSequence:
        series = campaign.numbering.series
        return self._m.credit_note_sequences.get(series, CreditNoteSequence(series))

    def invoices(self, number: int) -> Sequence[Invoice]:
        owned = self._m.invoices.get(number)
        return (owned[1],) if owned else ()

    def keep_credit_document(self, person_id: str, number: int, document: StoredDocument) -> None:
        self._m.credit_documents.setdefault((person_id, number), document)
