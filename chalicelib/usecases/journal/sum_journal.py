from chalicelib.domain.books.daily_sums import with_entries
from chalicelib.domain.books.journal import JournalSequence
from chalicelib.domain.changes import Changes
from chalicelib.usecases.isolation import Passed, for_each
from chalicelib.usecases.journal.ports import JournalPorts


def sum_journal(ports: JournalPorts) -> Passed:
    """Bring the sums by day of each series and year up to its numbered entries.

    Of two runs at once one writes; what a run leaves is added by the next one.
    """
    return for_each(
        ports, "journal not added up", ports.journal.sequences(), lambda sequence: _sum(ports, sequence)
    )


def _sum(ports: JournalPorts, sequence: JournalSequence) -> None:
    sums = ports.journal.sums(sequence.series, sequence.year)
    if sums.last < sequence.last:
        entries = ports.journal.numbered(sequence.series, sequence.year, sums.last)
        after = with_entries(sums, entries)
        if after is not sums:
            ports.store.commit(Changes((after,)))
