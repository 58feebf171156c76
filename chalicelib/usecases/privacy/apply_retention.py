from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.invoices import Invoice, StoredDocument
from chalicelib.domain.privacy.erasure import PersonalFile, Redactions
from chalicelib.domain.privacy.retention import next_review, what_expired
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.isolation import Passed, for_each
from chalicelib.usecases.privacy.erase_person import erase, finish_erasure
from chalicelib.usecases.privacy.ports import PrivacyPorts

MOST = 2000
"""People a run, longest waiting first; the others are handled the next day."""


@dataclass
class RetentionRun(Passed):
    """What one run did: people looked at, those of whom something expired, and those whose account did."""

    reviewed: int = 0
    expired: int = 0
    erased: int = 0


def apply_retention(ports: PrivacyPorts) -> RetentionRun:
    """Delete or anonymise the expired data of everybody due for review.

    Each person is handled alone: after a lost race or a failure the person keeps the review day and is
    handled by the next run. Every failure is reported.
    """
    run = RetentionRun()
    waiting = ports.people.to_review(paris_day(ports.now()))[:MOST]
    run.add(
        for_each(ports, "retention not applied", waiting, lambda person_id: _review(ports, person_id, run))
    )
    return run


def _review(ports: PrivacyPorts, person_id: str, run: RetentionRun) -> None:
    today = paris_day(ports.now())
    file = ports.personal.file(person_id)
    retention, ended_on = ports.campaigns.current().retention, _ended_on(ports, file)
    expired = what_expired(file, retention, ended_on, today)
    if expired.is_account:
        erase(ports, person_id, "", SCHEDULE)
    elif file.person.erased_on:
        finish_erasure(ports, person_id)
    if expired.is_account or file.person.erased_on:
        file = ports.personal.file(person_id)
        redactions = what_expired(file, retention, ended_on, today).redactions
    else:
        redactions = expired.redactions
    _blank(ports, file, redactions)
    left = ports.personal.file(person_id)
    review_on = next_review(left, retention, ended_on, today)
    ports.store.commit(Changes((replace(left.person, review_on=review_on, version=left.person.version + 1),)))
    run.reviewed += 1
    run.expired += bool(expired)
    run.erased += expired.is_account


def _blank(ports: PrivacyPorts, file: PersonalFile, redactions: Redactions) -> None:
    """Redact rows, PDFs first: an invoice that still names its client shows that this is not finished."""
    if not redactions:
        return
    for invoice in redactions.invoices:
        _erase_pdf(ports, file.account.any_invoice(invoice.number), file.account.documents)
    for note in redactions.credit_notes:
        _erase_pdf(ports, note, file.account.credit_documents)
    counts: dict[str, Any] = {name: count for name, count in redactions.counts.items() if count}
    person_id = file.person.id
    entry = audited(ports, SCHEDULE, Act.RETENTION_APPLIED, person_id, person_id, **counts)
    ports.personal.redact(person_id, redactions, entry)


def _erase_pdf(
    ports: PrivacyPorts, document: Invoice | CreditNote, documents: Mapping[int, StoredDocument]
) -> None:
    """Delete all objects in the document's folder: a crash may have left a PDF that no row names."""
    stored = documents.get(document.number)
    keys = {ports.documents.key_for(document), *([stored.key] if stored else [])}
    for key in keys:
        ports.documents.erase(f"{key.rpartition('/')[0]}/")


def _ended_on(ports: PrivacyPorts, file: PersonalFile) -> date:
    campaigns = [ports.campaigns.get(each.campaign_id) for each in file.account.registrations]
    return max(each.ends_on for each in campaigns or [ports.campaigns.current()])
