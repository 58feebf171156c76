"""What is held on a person, in memory, under the conditions of the table's transactions."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from chalicelib.domain.changes import Changes
from chalicelib.domain.privacy.erasure import PersonalFile, Redactions
from chalicelib.domain.trail.audit import AuditEntry
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.audit import MemoryAuditTrail
from tests.fakes.storage import Memory
from tests.fakes.store import MemoryStore


class MemoryPersonalRecords:
    def __init__(self, memory: Memory, trail: MemoryAuditTrail) -> None:
        self._m = memory
        self._trail = trail

    def held(self, person_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        kinds = {kind: list(rows) for kind, rows in self._kinds(self.file(person_id)).items()}
        return {kind: [_facts(row) for row in rows] for kind, rows in kinds.items() if rows}

    def _kinds(self, file: PersonalFile) -> dict[str, Iterable[object]]:
        m, account, person_id = self._m, file.account, file.person.id
        return {
            "profile": [account.person],
            "credentials": [m.logins[account.person.email]] if account.person.email in m.logins else [],
            "address": account.person.addresses,
            "registration": account.registrations,
            "comment": account.comments,
            "last_act": account.last_acts,
            "attempt": account.attempts,
            "order": account.orders,
            "invoice": account.invoices,
            "credit_note": account.credit_notes,
            "credit_document": account.credit_documents.values(),
            "payment": account.payments,
            "plan_request": account.plan_requests,
            "instalment": account.instalments,
            "debit": account.debits,
            "mandate": account.mandates,
            "document": account.documents.values(),
            "role_change": file.role_changes,
            "notification": file.notifications,
            "identity": (each for each in m.identities.values() if each.person_id == person_id),
            "second_factor": (each for each in m.second_factors.values() if each.person_id == person_id),
            "session": (each for each in m.sessions.values() if each.person_id == person_id),
            "payment_link": account.payment_links,
            "link": (
                each
                for each in (*m.links.values(), *m.iban_links.values(), *m.payment_link_keys.values())
                if each.person_id == person_id
            ),
            "mail": (each for each in m.mails.values() if each.person_id == person_id),
            "audit": (
                each
                for each in (*self._trail.chain, *m.audit_waiting.values())
                if each.subject_id == person_id
            ),
        }

    def file(self, person_id: str) -> PersonalFile:
        m = self._m
        told = (*m.messages.values(), *m.aside.values())
        return PersonalFile(
            account=MemoryAccounts(m).account(person_id),
            role_changes=tuple(each for each in m.role_changes.values() if each.person_id == person_id),
            notifications=tuple(each for each in told if each.person_id == person_id),
        )

    def end_entries(self, person_id: str, now: datetime) -> None:
        m = self._m
        with m.lock:
            kinds: tuple[dict[Any, Any], ...] = (
                m.identities,
                m.second_factors,
                m.sessions,
                m.links,
                m.iban_links,
                m.payment_link_keys,
            )
            for rows in kinds:
                for key in [key for key, each in rows.items() if each.person_id == person_id]:
                    del rows[key]
            for mail in [each for each in m.mails.values() if each.person_id == person_id]:
                m.mails[mail.id] = replace(mail, to="")

    def redact(self, person_id: str, redactions: Redactions, audit: AuditEntry | None = None) -> None:
        m = self._m
        with m.lock:
            MemoryStore(m).commit(Changes(redactions.versioned, audit))
            self._redact_unversioned(person_id, redactions)

    def _redact_unversioned(self, person_id: str, redactions: Redactions) -> None:
        m = self._m
        for invoice in redactions.invoices:
            m.invoices[invoice.number] = (person_id, invoice)
        for note in redactions.credit_notes:
            m.credit_notes[note.number] = (person_id, note)
        for address in redactions.addresses:
            m.addresses[person_id][address.id] = address
        for message in redactions.notifications:
            is_first = m.messages[message.key].digest == message.digest
            if is_first:
                m.messages[message.key] = message
            else:
                m.aside[message.key, message.digest] = message


def _facts(row: object) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(_writer(type(row)).dump_json(row))
    return facts


@cache
def _writer(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
