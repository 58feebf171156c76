from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.trail.audit import AuditRecord, RecordUnreadable
from chalicelib.domain.trail.search import AuditSearch, AuditTooLong
from chalicelib.usecases.audit.ports import AuditPorts
from chalicelib.usecases.paging import every

PAGE = 50
SLAB = 1000
"""Records read at once where most of them may not fit."""
MOST_READ = 10_000
"""Records read for a page: about two seconds."""
MOST_READ_FOR_FILE = 50_000
MOST_IN_FILE = 10_000
"""A file of so many records stays below the 6 MB of a Lambda's answer."""
LATEST_SEALING = timedelta(days=7)
"""An entry is sealed within minutes. One that a fault has held up for longer than this is found by every
search but one that gives a last day."""
MOST_UNREADABLE = 20


@dataclass(frozen=True)
class AuditFound:
    """One page of a search, and the cursor of the next page.

    `read_to` is the number of the last record read where the reading stopped before the page was full.
    `unreadable` are the numbers of the records that could not be read.
    """

    records: Sequence[AuditRecord]
    following: str | None = None
    read_to: int | None = None
    unreadable: Sequence[int] = ()


def read_audit(ports: AuditPorts, search: AuditSearch, after: str | None) -> AuditFound:
    """Return one page of the records that fit: those about one person oldest first, others newest first.

    The whole trail is searched, page after page; a page whose records have not filled it after `MOST_READ`
    says how far it has come. Raise `RecordUnreadable` where too many cannot be read.
    """
    if search.subject_id:
        return _of_subject(ports, search, after)
    return _newest_first(ports, search, int(after) if after else None)


def audit_for_file(ports: AuditPorts, search: AuditSearch) -> Sequence[AuditRecord]:
    """Return every record that fits, oldest first; raise `AuditTooLong`, or `RecordUnreadable` for one."""
    read: Iterable[AuditRecord]
    if search.subject_id:
        read = every(partial(ports.audit.of_subject, search.subject_id))
    else:
        first, last = _bounds(ports, search)
        if last - first >= MOST_READ_FOR_FILE:
            raise AuditTooLong(MOST_READ_FOR_FILE)
        read = ports.audit.records(first, last) if last >= first else ()
    found = tuple(islice((each for each in read if search.fits(each)), MOST_IN_FILE + 1))
    if len(found) > MOST_IN_FILE:
        raise AuditTooLong(MOST_IN_FILE)
    return found


def _of_subject(ports: AuditPorts, search: AuditSearch, after: str | None) -> AuditFound:
    found: list[AuditRecord] = []
    while len(found) <= PAGE:
        page, after = ports.audit.of_subject(search.subject_id, after)
        found += [each for each in page if search.fits(each)]
        if after is None:
            break
    is_last = len(found) <= PAGE
    return AuditFound(found[:PAGE], None if is_last else _cursor(found[PAGE - 1].number))


def _newest_first(ports: AuditPorts, search: AuditSearch, before: int | None) -> AuditFound:
    first, last = _bounds(ports, search)
    end = min(last, before - 1) if before else last
    stop = max(first, end - MOST_READ + 1)
    slab = PAGE if search.is_all else SLAB
    found: list[AuditRecord] = []
    unreadable: list[int] = []
    while end >= stop:
        start = max(stop, end - slab + 1)
        for each in reversed(tuple(_readable(ports, start, end, unreadable))):
            if search.fits(each):
                found.append(each)
                if len(found) == PAGE:
                    return AuditFound(found, _cursor_above(each.number, first), unreadable=unreadable)
        end = start - 1
    is_stopped = end >= first
    return AuditFound(
        found, _cursor(end + 1) if is_stopped else None, end + 1 if is_stopped else None, unreadable
    )


def _readable(ports: AuditPorts, start: int, end: int, unreadable: list[int]) -> Iterator[AuditRecord]:
    """Yield the records of a range that can be read, and note the numbers of the others."""
    while start <= end:
        try:
            for each in ports.audit.records(start, end):
                yield each
                start = each.number + 1
        except RecordUnreadable:
            unreadable.append(start)
            start += 1
            if len(unreadable) > MOST_UNREADABLE:
                raise
        else:
            return


def _bounds(ports: AuditPorts, search: AuditSearch) -> tuple[int, int]:
    """Return the first and last number between which every record of the period stands.

    Records stand in the order of their sealing, which follows the act by `LATEST_SEALING` at most.
    """
    head = ports.audit.head()
    first, last = 1, head.number if head else 0
    if search.first:
        earliest = search.first - LATEST_SEALING
        first = _first_where(ports, last, lambda each: paris_day(each.at) >= earliest)
    if search.last:
        latest = search.last + LATEST_SEALING
        last = _first_where(ports, last, lambda each: paris_day(each.at) > latest) - 1
    return first, last


def _first_where(ports: AuditPorts, last: int, is_later: Callable[[AuditRecord], bool]) -> int:
    """Return by halving a number where later records follow one that is not; `last` + 1 for none."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        near = min(high - 1, middle + MOST_UNREADABLE)
        found = next(_readable(ports, middle, near, []), None)
        if found is None or is_later(found):
            high = middle
        else:
            low = found.number + 1
    return low


def _cursor(number: int) -> str:
    return f"{number:012}"


def _cursor_above(number: int, first: int) -> str | None:
    return _cursor(number) if number > first else None
