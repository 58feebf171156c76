from typing import Protocol

from chalicelib.domain.books.verification import Witness, journal_flaws
from chalicelib.usecases.audit.ports import AuditTrail
from chalicelib.usecases.journal.ports import Journal

EVERY = 1_000_000


class KeptJournal(Protocol):
    """The journal, and the audit trail to verify it against."""

    @property
    def audit(self) -> AuditTrail: ...
    @property
    def journal(self) -> Journal: ...


def verify_journal(ports: KeptJournal) -> tuple[str, ...]:
    """Return a sentence for each flaw of the journal, none if it is as the audit trail tells.

    Acts may go on meanwhile: what a second read does not find again was one of them.
    """
    found = _read(ports)
    again = set(_read(ports)) if found else set()
    return tuple(flaw for flaw in found if flaw in again)


def _read(ports: KeptJournal) -> tuple[str, ...]:
    journal, witness = ports.journal, Witness()
    sequences = journal.sequences()
    waiting = journal.waiting(EVERY)
    entries = {each: journal.numbered(each.series, each.year) for each in sequences}
    for record in (*ports.audit.waiting(EVERY), *ports.audit.records(1)):
        witness.hear(record)
    return tuple(journal_flaws(entries, waiting, witness))
