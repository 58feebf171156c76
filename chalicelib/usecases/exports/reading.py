"""Reading of all entries of a series, and the trace of a file of the books that somebody takes away."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.exports.ports import ExportPorts

EVERY = 1_000_000


def ends_of(ports: ExportPorts, series: str) -> Sequence[JournalSequence]:
    """Return the sequences of a series, by year."""
    found = (each for each in ports.journal.sequences() if each.series == series)
    return sorted(found, key=lambda each: each.year)


def numbered_entries(ports: ExportPorts, end: JournalSequence) -> Sequence[JournalEntry]:
    """Return all numbered entries of a year; raise `ConcurrentUpdate` while the index lags behind them."""
    found = ports.journal.numbered(end.series, end.year)
    if len(found) < end.last:
        raise ConcurrentUpdate("journal index")
    return found[: end.last]


def every_entry(ports: ExportPorts, series: str) -> Iterator[JournalEntry]:
    """Yield the entries by year and number, then those that wait for a number, each once.

    Those that wait are read first: one that is numbered meanwhile is not missed.
    """
    waiting = [each for each in ports.journal.waiting(EVERY) if each.series == series]
    known: set[str] = set()
    for end in ends_of(ports, series):
        for entry in numbered_entries(ports, end):
            known.add(entry.id)
            yield entry
    yield from (each for each in waiting if each.id not in known)


def party_names(ports: ExportPorts, entries: Iterable[JournalEntry]) -> Mapping[str, str]:
    """Return the names of the entries' students and payers by id; those of erased students are left out."""
    kept = tuple(entries)
    found = ports.people.persons({each.person_id for each in kept if each.person_id})
    names = {each.id: f"{each.last_name} {each.first_name}" for each in found if not each.erased_on}
    for person_id in sorted({each.person_id for each in kept if each.payer_id} & names.keys()):
        names |= {each.id: each.facts.name for each in ports.accounts.account(person_id).payers}
    return names


def taken(ports: ExportPorts, name: str, data: bytes, by: Person) -> tuple[str, bytes]:
    """Tell the trail who takes the file, then return its name and bytes."""
    digest = hashlib.sha256(data).hexdigest()
    trace = audited(ports, by.id, Act.BOOKS_TAKEN, by.id, name, digest=digest)
    ports.store.commit(Changes(audit=trace))
    return name, data
