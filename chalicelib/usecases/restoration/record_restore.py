from collections.abc import Iterator
from datetime import date

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.trail.audit import OPERATOR, Act, AuditEntry
from chalicelib.domain.trail.restores import details_of, restores_in, standing
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.restoration.ports import RestorationPorts

WAITING = 1000
"""Entries that are looked at before they are sealed: a minute's."""


def record_restore(ports: RestorationPorts, table: str, reason: str) -> bool:
    """Write into the trail that its table was restored, with what the stored heads know of the lost part.

    Return False, and write nothing, if it is told already: the record, sealed or waiting, names `table`.
    Raise `RecordUnreadable` for a chain that is worse than short.
    """
    if any(each.act == Act.TABLE_RESTORED and each.target == table for each in _told(ports)):
        return False
    heads = standing(ports.audit_heads.all(), restores_in(ports.audit.records(1)))
    kept = _kept(ports, max(heads, default=paris_day(ports.now())))
    fits = max((head.number for head in heads.values() if _fits(ports, head.number, head.hash)), default=0)
    details = details_of(kept, fits, heads, paris_day(ports.now()))
    entry = audited(ports, OPERATOR, Act.TABLE_RESTORED, OPERATOR, table, reason, **details)
    ports.store.commit(Changes((), audit=entry))
    return True


def _told(ports: RestorationPorts) -> Iterator[AuditEntry]:
    yield from ports.audit.waiting(WAITING)
    yield from ports.audit.records(1)


def _kept(ports: RestorationPorts, until: date) -> int:
    """Return the last record of the days that heads know: what was sealed since came after the restore."""
    numbers = (each.number for each in ports.audit.records(1) if paris_day(each.at) <= until)
    return max(numbers, default=0)


def _fits(ports: RestorationPorts, number: int, digest: str) -> bool:
    return any(record.hash == digest for record in ports.audit.records(number, number))
