from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.lists.filters import Entry, Filter, after, entry_of, ordered, place_of, tariffs_of
from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.lists.search import Hit, NearMiss, find, near_misses, only_file
from chalicelib.usecases.lists.ports import ListPorts

PAGE = 50


@dataclass(frozen=True)
class Found:
    """One page of a list: its entries, the number of the first, and the number of all.

    `next` is the cursor of the next page. `straight` is the file that an exact number names. `waiting`
    accounts have changed and are shown as they were before.
    """

    entries: tuple[Entry, ...]
    first: int
    total: int
    next: str | None = None
    straight: RegistrationLine | None = None
    near: tuple[NearMiss, ...] = ()
    waiting: int = 0

    @property
    def last(self) -> int:
        return self.first + len(self.entries) - 1


def find_registrations(
    ports: ListPorts,
    campaign: Campaign,
    wanted: Filter,
    typed: str = "",
    *,
    page: int = 1,
    cursor: str | None = None,
) -> Found:
    """Return one page of the registrations of a campaign that match, by number or behind a cursor.

    A page beyond the last one is the last one.
    """
    book = ports.lines.of_campaign(campaign.id)
    hits = find(book.lines, typed)
    entries = _admitted(ports, campaign, wanted, hits)
    start = _start(entries, wanted, page, cursor)
    shown = entries[start : start + PAGE]
    is_last = start + PAGE >= len(entries)
    return Found(
        entries=shown,
        first=start + 1 if shown else 0,
        total=len(entries),
        next=None if is_last else place_of(shown[-1], wanted.sort),
        straight=only_file(hits),
        near=() if hits else near_misses(book.lines, typed),
        waiting=book.waiting,
    )


def show_entry(ports: ListPorts, registration_id: str) -> Entry:
    """Return one registration as lists show it, as it is now."""
    line = ports.lines.line(registration_id)
    return entry_of(Hit(line), tariffs_of(ports.campaigns.get(line.campaign_id)), paris_day(ports.now()))


def all_registrations(
    ports: ListPorts, campaign: Campaign, wanted: Filter, typed: str = ""
) -> tuple[Entry, ...]:
    """Return every registration of a campaign that matches, for an export."""
    return _admitted(ports, campaign, wanted, find(ports.lines.of_campaign(campaign.id).lines, typed))


def _admitted(ports: ListPorts, campaign: Campaign, wanted: Filter, hits: Iterable[Hit]) -> tuple[Entry, ...]:
    tariffs, today = tariffs_of(campaign), paris_day(ports.now())
    entries = (entry_of(hit, tariffs, today) for hit in hits)
    return ordered((each for each in entries if wanted.admits(each)), wanted.sort)


def _start(entries: tuple[Entry, ...], wanted: Filter, page: int, cursor: str | None) -> int:
    if cursor is not None:
        return len(entries) - len(after(entries, wanted.sort, cursor))
    last_page = max(1, -(-len(entries) // PAGE))
    return (min(page, last_page) - 1) * PAGE
