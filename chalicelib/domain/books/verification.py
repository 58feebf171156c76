"""Verification of the journal against the audit trail, which holds the digest of each entry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from chalicelib.domain.books.journaling import DIGESTS, digest_of
from chalicelib.domain.trail.audit import Act, AuditEntry, canonical_digest


@dataclass
class Witness:
    """What audit entries tell of the journal: the digest of each entry by its id, and the numberings."""

    digests: dict[str, str] = field(default_factory=dict)
    numberings: list[AuditEntry] = field(default_factory=list)

    def hear(self, entry: AuditEntry) -> None:
        for told in entry.details.get(DIGESTS, "").split():
            entry_id, _, digest = told.rpartition("=")
            self.digests[entry_id] = digest
        if entry.act is Act.JOURNAL_NUMBERED:
            self.numberings.append(entry)


def digest_of_numbers(entries: Iterable[JournalEntry]) -> str:
    """Return the SHA-256, in hex, of which entry has which number."""
    return canonical_digest([[entry.number, entry.id] for entry in entries])


def journal_flaws(
    entries: Mapping[JournalSequence, Iterable[JournalEntry]],
    waiting: Iterable[JournalEntry],
    witness: Witness,
) -> Iterator[str]:
    """Yield a sentence for each entry that is not as it was written, missing, unknown or wrongly numbered.

    `entries` are the numbered ones of each sequence, in order.
    """
    numbered = {sequence: tuple(found) for sequence, found in entries.items()}
    known = {entry.id: entry for found in (*numbered.values(), waiting) for entry in found}
    yield from _altered(known.values(), witness)
    for missing in sorted(witness.digests.keys() - known.keys()):
        yield f"Journal entry {missing} is missing: the audit trail tells of it."
    for sequence, found in numbered.items():
        yield from _misnumbered(sequence, found)
    yield from _renumbered(numbered, witness)


def _altered(entries: Iterable[JournalEntry], witness: Witness) -> Iterator[str]:
    for entry in entries:
        told = witness.digests.get(entry.id)
        if told is None:
            yield f"Journal entry {_name(entry)}: no record of the audit trail tells of it."
        elif told != digest_of(entry):
            yield f"Journal entry {_name(entry)} is not as it was written: its digest differs."


def _misnumbered(sequence: JournalSequence, entries: tuple[JournalEntry, ...]) -> Iterator[str]:
    numbers = [entry.number for entry in entries]
    if numbers != list(range(1, sequence.last + 1)):
        wrong = next((n for n, found in enumerate(numbers, 1) if n != found), len(numbers) + 1)
        yield f"Journal {sequence.series} of {sequence.year} has a gap or a double: see number {wrong}."


def _renumbered(
    numbered: Mapping[JournalSequence, tuple[JournalEntry, ...]], witness: Witness
) -> Iterator[str]:
    by_name = {f"{each.series}-{each.year}": found for each, found in numbered.items()}
    for told in witness.numberings:
        first, last = int(told.details["first"]), int(told.details["last"])
        found = by_name.get(told.target, ())[first - 1 : last]
        if digest_of_numbers(found) != told.details["numbers"]:
            yield f"Journal {told.target}: numbers {first} to {last} are not those that were drawn."


def _name(entry: JournalEntry) -> str:
    return f"{entry.id} (number {entry.number})" if entry.number else entry.id
