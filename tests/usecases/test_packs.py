"""The auditor's file on a student: everything, verified while it is made."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain.errors import Forbidden
from chalicelib.domain.exports.batches import digest_of
from chalicelib.domain.trail.audit import Act, AuditRecord
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.exports.pack_student import pack_student
from chalicelib.usecases.invoices.render_credit_note import render_credit_note
from chalicelib.usecases.invoices.render_invoice import render_invoice
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.test_books_taken import AUDITOR, opened
from tests.usecases.test_received_at_the_desk import CHEQUE


def pack(student: Student) -> dict[str, bytes]:
    name, data = pack_student(student.ports, CHRIS.id, AUDITOR)
    assert name == f"dossier-{CHRIS.id}.zip"
    return opened(data)


def verification(student: Student) -> str:
    return pack(student)["verification.txt"].decode()


@pytest.fixture
def audited(chris: Student) -> Student:
    """A paid instalment with its invoice as PDF and a credit note, all sealed."""
    chris.starts_the_plan()
    number = chris.account.invoices[0].number
    render_invoice(chris.ports, CHRIS.id, number)
    note = issue_credit_note(chris.ports, CreditOrder(number, 100, "=essai"), ACCOUNTANT)
    render_credit_note(chris.ports, CHRIS.id, note.number)
    seal_audit(chris.ports)
    return chris


def test_holds_rows_documents_journal_and_trail(audited: Student) -> None:
    files = pack(audited)
    assert {name.partition("/")[0] for name in files} == {
        *("audit.csv", "audit.json", "documents", "donnees.json", "empreintes-sha256.txt", "journal.csv"),
        *("journal.json", "preuves", "verification.txt"),
    }
    rows = list(csv.reader(io.StringIO(files["audit.csv"].decode("utf-8-sig")), delimiter=";"))
    acts = [row[4] for row in rows[1:]]
    assert Act.PLAN_APPROVED.value in acts
    assert "'=essai" in {row[6] for row in rows}
    assert "salt" not in files["audit.json"].decode()
    entries = json.loads(files["journal.json"])
    assert [each["id"] for each in entries] == [each.id for each in audited.account.journal]
    assert entries[0]["postings"][0]["account"] == "411"
    assert audited.ports.memory.audit_waiting


def test_says_what_is_altered_and_what_is_missing(audited: Student) -> None:
    memory, ports = audited.ports.memory, audited.ports
    assert "document modifié" in verification(audited)  # the fake's digest is no digest
    memory.documents.clear()
    memory.credit_documents.clear()
    seal_audit(ports)
    told = verification(audited)
    assert "PDF n'a pas encore été établi : documents/facture-9196.pdf" in told
    entry = next(iter(memory.journal.values()))
    memory.journal[entry.id] = replace(entry, subject="1")
    chain = ports.audit.chain
    chain[1] = replace(chain[1], target="another")
    chain[2] = replace(chain[2], previous="0" * 64)
    told = verification(audited)
    assert f"écriture différente de ce que dit le journal d'audit : {entry.id}" in told
    assert "audit modifié : 2" in told
    assert "ne suit pas le précédent : 3" in told


def test_documents_that_are_as_drawn_and_money_without_a_card_have_no_finding(
    audited: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, ports = audited.ports.memory, audited.ports
    receive_payment(ports, audited.registration_id, CHEQUE, ACCOUNTANT, None)
    seal_audit(ports)
    for kept in (memory.documents, memory.credit_documents):
        for key, each in kept.items():
            kept[key] = replace(each, sha256=digest_of(ports.documents.get(each.key)))
    of_subject = ports.audit.of_subject

    def one_by_one(subject: str, after: str | None) -> tuple[Sequence[AuditRecord], str | None]:
        rest = [each for each in of_subject(subject, None)[0] if each.number > int(after or 0)]
        return rest[:1], str(rest[0].number) if len(rest) > 1 else None

    monkeypatch.setattr(ports.audit, "of_subject", one_by_one)
    files = pack(audited)
    assert "Aucun écart." in files["verification.txt"].decode()
    assert len([name for name in files if name.startswith("preuves/")]) == 1


def test_pack_of_untold_entries_says_so(chris: Student) -> None:
    chris.starts_the_plan()
    assert "ne parle pas encore" in verification(chris)


def test_clean_file_has_no_finding_and_auditors_alone_take_it(chris: Student) -> None:
    chris.declares("01")
    seal_audit(chris.ports)
    assert "Aucun écart." in verification(chris)
    with pytest.raises(Forbidden):
        pack_student(chris.ports, CHRIS.id, ACCOUNTANT)
