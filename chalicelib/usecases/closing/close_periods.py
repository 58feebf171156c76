from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.journaling import digest_of_balances
from chalicelib.domain.books.periods import Closing, closed, is_settled
from chalicelib.domain.changes import Changes
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.closing.ports import ClosingPorts
from chalicelib.usecases.isolation import Passed, for_each

EVERY = 1_000_000
LATE = "journal entry dated in a closed month"


class EntryInClosedMonth(Exception):
    """An entry without a number is dated in a month that is closed: it was written after all."""


@dataclass
class ClosingRun(Passed):
    """The result of a run: how many months it closed, and what it passed over."""

    closed: int = 0


def close_periods(ports: ClosingPorts) -> ClosingRun:
    """Close each month that was left long enough ago and of which every entry is numbered and added up.

    It runs after the numbering. An entry that still got into a closed month is told to the operators.
    """
    run, waiting = ClosingRun(), ports.journal.waiting(EVERY)

    def close(closing: Closing) -> None:
        run.closed += _close(ports, closing, [each for each in waiting if each.series == closing.series])

    run.add(for_each(ports, "month not closed", ports.periods.closings(), close))
    return run


def _close(ports: ClosingPorts, closing: Closing, waiting: Sequence[JournalEntry]) -> bool:
    for entry in waiting:
        if closing.closed_to and entry.dated_on <= closing.closed_to:
            ports.alarms.raise_failure(LATE, EntryInClosedMonth(entry.id))
    end = closing.closing_to
    if end is None or not is_settled(closing, ports.now()):
        return False
    if any(entry.dated_on <= end for entry in waiting):
        return False
    sequences = [each for each in ports.journal.sequences() if each.series == closing.series]
    sums = [ports.journal.sums(each.series, each.year) for each in sequences if each.year <= end.year]
    lasts = {each.year: each.last for each in sequences}
    if any(each.last < lasts[each.year] for each in sums):
        return False
    after, period = closed(closing, sums, ports.now())
    trace = audited(
        ports,
        SCHEDULE,
        Act.PERIOD_CLOSED,
        closing.series,
        f"{closing.series}-{period.month}",
        last=period.last_number,
        balances=digest_of_balances(period.balances),
    )
    ports.store.commit(Changes((after, period), trace))
    return True
