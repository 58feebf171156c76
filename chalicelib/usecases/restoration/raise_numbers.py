from collections.abc import Mapping
from dataclasses import dataclass, replace

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes, existing
from chalicelib.usecases.restoration.ports import RestorationPorts

QUESTIONS_SKIPPED = 1_000_000
"""More than a day has: the gateway takes a question's number once a day."""


@dataclass(frozen=True)
class Issued:
    """The highest numbers of the PDFs that are stored for one seller, 0 for none."""

    invoice: int = 0
    credit_note: int = 0


@dataclass(frozen=True)
class Raised:
    """A series of documents that goes on above what was issued, with the numbers that are left out."""

    series: str
    invoices: range
    credit_notes: range


def raise_numbers(ports: RestorationPorts, issued: Mapping[str, Issued]) -> tuple[Raised, ...]:
    """Let no number be given twice that left the house while the restored rows did not know of it.

    `issued` is by the seller's SIREN: the bucket keeps what the table lost. Order numbers go up with those of
    invoices. The questions to the gateway go up in any case.
    """
    ports.questions.skip(QUESTIONS_SKIPPED)
    raised = []
    for campaign in ports.campaigns.every():
        found = _raise(ports, campaign, issued.get(campaign.school.siren, Issued()))
        raised += [found] if found else []
    return tuple(raised)


def _raise(ports: RestorationPorts, campaign: Campaign, known: Issued) -> Raised | None:
    documents = ports.accounts.sequence(campaign)
    notes = ports.accounts.credit_note_sequence(campaign)
    lost = range(documents.next_invoice, known.invoice + 1)
    lost_notes = range(notes.next_number, known.credit_note + 1)
    if not lost and not lost_notes:
        return None
    moved = replace(
        documents,
        next_invoice=documents.next_invoice + len(lost),
        next_order=documents.next_order + len(lost),
        version=documents.version + 1,
    )
    moved_notes = replace(notes, next_number=notes.next_number + len(lost_notes), version=notes.version + 1)
    ports.store.commit(Changes(existing(moved if lost else None, moved_notes if lost_notes else None)))
    return Raised(documents.series, lost, lost_notes)
