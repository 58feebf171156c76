from collections.abc import Callable, Iterator
from typing import Protocol

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.exports.batches import digest_of
from chalicelib.domain.exports.packs import (
    Checked,
    Finding,
    Pack,
    findings_of_journal,
    findings_of_trail,
)
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act, AuditRecord
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.collection.issue_evidence import EvidencePorts, evidence_file
from chalicelib.usecases.paging import every
from chalicelib.usecases.privacy.export_person import without_secrets
from chalicelib.usecases.privacy.ports import PrivacyPorts
from chalicelib.usecases.registrations.show_account import open_file

EVERY = 100_000


class PackPorts(PrivacyPorts, EvidencePorts, Protocol):
    """The ports of a student's file for an auditor."""

    @property
    def render_pack(self) -> Callable[[Pack], bytes]: ...


def pack_student(ports: PackPorts, person_id: str, by: Person) -> tuple[str, bytes]:
    """Return the name and the bytes of the ZIP with everything on a student: rows, documents, journal, trail.

    It is verified while it is made, and says what was found. Who takes it is audited. Raise `NotFound`.
    """
    permit(by, Action.PACK_STUDENT, person_id)
    account = ports.accounts.account(person_id)
    held = ports.personal.held(person_id)
    trail = tuple(_trail(ports, person_id))
    documents, missing = _documents(ports, account)
    journal = (*account.journal, *account.of_payers.journal)
    pack = Pack(
        person_id=person_id,
        holder=f"{account.person.last_name} {account.person.first_name}",
        made_at=ports.now(),
        records={kind: [without_secrets(each) for each in rows] for kind, rows in sorted(held.items())},
        documents=documents | dict(_evidence(ports, account)),
        journal=journal,
        trail=trail,
        names=_names(ports, trail),
        findings=(
            *findings_of_trail(trail, _before(ports, trail)),
            *findings_of_journal(journal, trail),
            *missing,
        ),
        waiting=sum(each.subject_id == person_id for each in ports.audit.waiting(EVERY)),
    )
    data = ports.render_pack(pack)
    trace = audited(ports, by.id, Act.STUDENT_PACKED, person_id, person_id, digest=digest_of(data))
    ports.store.commit(Changes(audit=trace))
    return f"dossier-{person_id}.zip", data


def _trail(ports: PackPorts, person_id: str) -> Iterator[AuditRecord]:
    return every(lambda after: ports.audit.of_subject(person_id, after))


def _before(ports: PackPorts, trail: tuple[AuditRecord, ...]) -> dict[int, str]:
    """Return the hash of the record before each of these, by their numbers; the first one has none."""
    found = {}
    for record in trail:
        for before in ports.audit.records(record.number - 1, record.number - 1) if record.number > 1 else ():
            found[record.number] = before.hash
    return found


def _names(ports: PackPorts, trail: tuple[AuditRecord, ...]) -> dict[str, str]:
    found = ports.people.persons({each.by for each in trail})
    return {each.id: f"{each.last_name} {each.first_name}" for each in found}


def _documents(ports: PackPorts, account: Account) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the stored PDFs by name, and what is wrong with them."""
    files, findings = dict[str, bytes](), list[Finding]()
    invoices, notes = (*account.invoices, *account.of_payers.invoices), account.every_credit_note
    stored = {f"documents/facture-{each.number}.pdf": account.documents.get(each.number) for each in invoices}
    stored |= {
        f"documents/avoir-{each.number}.pdf": account.credit_documents.get(each.number) for each in notes
    }
    for name, document in stored.items():
        if document is None:
            findings.append(Finding(Checked.DOCUMENT_MISSING, name))
            continue
        files[name] = ports.documents.get(document.key)
        if digest_of(files[name]) != document.sha256:
            findings.append(Finding(Checked.DOCUMENT_ALTERED, name))
    return files, findings


def _evidence(ports: PackPorts, account: Account) -> Iterator[tuple[str, bytes]]:
    """Yield the evidence of each card payment as a PDF."""
    for payment in account.payments:
        if payment.method is PaymentMethod.CARD:
            file = open_file(ports, account, payment.registration_id)
            pdf = ports.render_evidence(evidence_file(ports, file, payment, account.person))
            yield f"preuves/{payment.id}.pdf", pdf
