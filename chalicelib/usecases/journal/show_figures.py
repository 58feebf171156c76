from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from chalicelib.domain.books.as_of import evening
from chalicelib.domain.books.daily_sums import Figures, JournalSums, figures_of
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.usecases.journal.ports import Journal
from chalicelib.usecases.ports import Clock

DAYS = 28
EVERY = 1_000_000


class FigurePorts(Protocol):
    """The ports of the figures of money."""

    @property
    def now(self) -> Clock: ...

    @property
    def journal(self) -> Journal: ...


def show_figures(ports: FigurePorts, campaign: Campaign, as_of: date | None = None) -> Figures:
    """Return the figures of the school's journal at the end of a Paris day; raise `DayToCome`.

    The sums are read before what is beyond them: an entry that is numbered meanwhile is not counted twice.
    """
    day, series = evening(as_of, paris_day(ports.now())), campaign.numbering.series
    years = {each.year for each in ports.journal.sequences() if each.series == series}
    sums = [ports.journal.sums(series, year) for year in sorted(years)]
    waiting = [each for each in ports.journal.waiting(EVERY) if each.series == series]
    return figures_of(sums, _once(waiting, _beyond(ports.journal, sums)), day, DAYS)


def _beyond(journal: Journal, sums: Iterable[JournalSums]) -> Iterator[JournalEntry]:
    for each in sums:
        yield from journal.numbered(each.series, each.year, each.last)


def _once(*entries: Iterable[JournalEntry]) -> Iterable[JournalEntry]:
    return {each.id: each for some in entries for each in some}.values()
