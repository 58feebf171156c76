"""Everything kept on one student for an auditor, and what its verification found."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.journaling import digest_of
from chalicelib.domain.books.verification import Witness
from chalicelib.domain.trail.audit import AuditRecord, digest_of_reason, hash_of


class Checked(StrEnum):
    """What the verification of a pack looks at."""

    RECORD_ALTERED = "record_altered"  # a record of the trail is not as it was sealed
    RECORD_UNLINKED = "record_unlinked"  # a record does not continue the one before it
    ENTRY_ALTERED = "entry_altered"  # a journal entry is not as the trail tells
    ENTRY_UNTOLD = "entry_untold"  # no sealed record tells of a journal entry: perhaps not yet
    DOCUMENT_ALTERED = "document_altered"  # a stored PDF is not the one that was drawn
    DOCUMENT_MISSING = "document_missing"  # a numbered document has no PDF yet


@dataclass(frozen=True)
class Finding:
    what: Checked
    about: str


@dataclass(frozen=True)
class Pack:
    """What the archive holds: rows by kind, PDFs by name, the journal, the trail, and what was found.

    `names` are those of the people in the trail, by id. `waiting` acts about the person are not sealed yet.
    """

    person_id: str
    holder: str
    made_at: datetime
    records: Mapping[str, Sequence[Any]]
    documents: Mapping[str, bytes]
    journal: tuple[JournalEntry, ...]
    trail: tuple[AuditRecord, ...]
    names: Mapping[str, str]
    findings: tuple[Finding, ...]
    waiting: int


def findings_of_trail(trail: Iterable[AuditRecord], before: Mapping[int, str]) -> Iterator[Finding]:
    """Yield the records that are not as they were sealed; `before` has the hash of each one's predecessor."""
    for record in trail:
        told = record.is_forgotten or record.reason_digest == digest_of_reason(record.salt, record.reason)
        if not told or record.hash != hash_of(record):
            yield Finding(Checked.RECORD_ALTERED, str(record.number))
        if record.previous != before.get(record.number, record.previous):
            yield Finding(Checked.RECORD_UNLINKED, str(record.number))


def findings_of_journal(journal: Iterable[JournalEntry], trail: Iterable[AuditRecord]) -> Iterator[Finding]:
    """Yield the entries that are not as the trail about the same person tells."""
    witness = Witness()
    for record in trail:
        witness.hear(record)
    for entry in journal:
        told = witness.digests.get(entry.id)
        if told is None:
            yield Finding(Checked.ENTRY_UNTOLD, entry.id)
        elif told != digest_of(entry):
            yield Finding(Checked.ENTRY_ALTERED, entry.id)
