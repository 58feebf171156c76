from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.domain.books.journal import JournalEntry, numbered
from chalicelib.domain.books.verification import digest_of_numbers
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each
from chalicelib.usecases.journal.ports import JournalPorts

BATCH = 50
"""Entries a transaction, of its 100 actions: the sequence and the audit entry take two."""
RUN = 6000
WHAT = "journal entry not numbered"


@dataclass
class Numbering(Passed):
    """The result of a run: how many entries it numbered, and what it passed over."""

    numbered: int = 0


def number_journal(ports: JournalPorts, has_time: HasTime = always) -> Numbering:
    """Number the entries of the days that have ended, oldest first, without a gap for each series and year.

    A refused entry is passed over: the others get the numbers before it.
    """
    report, today = Numbering(), paris_day(ports.now())
    ended = [entry for entry in ports.journal.waiting(RUN) if entry.dated_on < today]

    def number(batch: Sequence[JournalEntry]) -> None:
        _number(ports, report, batch)

    report.add(for_each(ports, WHAT, _batches(ended), number, has_time))
    return report


def _batches(entries: Sequence[JournalEntry]) -> Iterator[Sequence[JournalEntry]]:
    def book(entry: JournalEntry) -> tuple[str, int]:
        return entry.series, entry.dated_on.year

    for _, group in groupby(sorted(entries, key=book), book):
        of_year = tuple(group)
        yield from (of_year[first : first + BATCH] for first in range(0, len(of_year), BATCH))


def _number(ports: JournalPorts, report: Numbering, batch: Sequence[JournalEntry]) -> None:
    """Number a batch; if it is refused, each of its entries alone."""
    try:
        _commit(ports, batch)
    except Exception:
        if len(batch) == 1:
            raise
        report.add(for_each(ports, WHAT, batch, lambda entry: _number(ports, report, (entry,))))
    else:
        report.numbered += len(batch)


def _commit(ports: JournalPorts, batch: Sequence[JournalEntry]) -> None:
    sequence = ports.journal.sequence(batch[0].series, batch[0].dated_on.year)
    drawn, entries = numbered(sequence, batch)
    trace = audited(
        ports,
        SCHEDULE,
        Act.JOURNAL_NUMBERED,
        SCHEDULE,
        f"{sequence.series}-{sequence.year}",
        first=entries[0].number,
        last=entries[-1].number,
        numbers=digest_of_numbers(entries),
    )
    ports.store.commit(Changes((drawn, *entries), audit=trace))
