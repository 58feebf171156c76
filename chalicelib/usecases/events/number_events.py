from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.changes import Changes
from chalicelib.domain.events.event import Event, numbered
from chalicelib.usecases.events.ports import EventPorts
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each

BATCH = 50
"""Events a transaction, of its 100 actions: the sequence takes one."""
RUN = 2000
SETTLES_AFTER = timedelta(seconds=5)
"""The index of waiting events is behind by less, as a rule, and so are the clocks of two functions."""
WHAT = "event not numbered"


@dataclass
class EventNumbering(Passed):
    """The result of a run: how many events it numbered, and what it passed over."""

    numbered: int = 0


def number_events(ports: EventPorts, has_time: HasTime = always) -> EventNumbering:
    """Give the waiting events the next numbers, oldest first, without a gap.

    An event that is found later than it was written gets a later number: none is ever behind a reader.
    """
    report = EventNumbering()
    waiting = ports.events.waiting(ports.now() - SETTLES_AFTER, RUN)
    batches = [waiting[first : first + BATCH] for first in range(0, len(waiting), BATCH)]
    report.add(for_each(ports, WHAT, batches, lambda batch: _number(ports, report, batch), has_time))
    return report


def _number(ports: EventPorts, report: EventNumbering, batch: Sequence[Event]) -> None:
    """Number a batch; if it is refused, each of its events alone.

    An event that the index shows as waiting, though it has a number by now, is refused by its version.
    """
    try:
        sequence, events = numbered(ports.events.sequence(), batch)
        ports.store.commit(Changes((sequence, *events)))
    except Exception:
        if len(batch) == 1:
            raise
        report.add(for_each(ports, WHAT, batch, lambda event: _number(ports, report, (event,))))
    else:
        report.numbered += len(batch)
