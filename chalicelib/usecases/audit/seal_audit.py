from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.trail.audit import BEGINNING, Act, AuditEntry, AuditRecord, Head, seal
from chalicelib.usecases.audit.ports import AuditPorts

BATCH = 30
"""Entries a transaction: each takes two of its 100 actions, the chain's end one more."""
RUN = 6000
"""Entries a run: the others wait for the next minute."""
STUCK_AFTER = timedelta(hours=1)
"""An entry unsealed for this long has not just lost a race."""
MOST_LEFT = 50
"""Refused entries after which a run ends: then the table itself refuses writes."""


@dataclass
class Sealing:
    """The result of a run: how many entries it sealed, and how many were refused and still wait."""

    sealed: int = 0
    failed: int = 0


@dataclass
class _Run:
    today: date
    end: Head | None
    report: Sealing = field(default_factory=Sealing)
    left: int = 0


def seal_audit(ports: AuditPorts) -> Sealing:
    """Seal the waiting entries into the chain.

    If a day has ended since the last sealing, first store its head outside the chain: in the first hour of
    the new day, else before anything more is sealed. Each entry is sealed once, even if runs overlap: a run
    that loses a race leaves the rest to the next one. A refused entry delays no other.
    """
    run, waiting = _Run(paris_day(ports.now()), None), ports.audit.waiting(RUN)
    if not waiting and not _is_first_hour(ports):
        return run.report
    run.end = ports.audit.head()
    if run.end and run.end.day < run.today:
        ports.audit_heads.keep(replace(run.end, day=run.today - timedelta(days=1)))
    for batch in _batches(waiting):
        if not _seal(ports, run, batch):
            break
    return run.report


def _seal(ports: AuditPorts, run: _Run, batch: Sequence[AuditEntry]) -> bool:
    """Return True if the run may go on, False if another run has moved the end of the chain."""
    try:
        records = _chained(ports, batch, run.end)
        ports.audit.append(records, run.end, run.today)
    except Exception as error:  # noqa: BLE001 - one bad entry delays no other
        is_overtaken = isinstance(error, ConcurrentUpdate) and ports.audit.head() != run.end
        return not is_overtaken and _pass_over(ports, run, batch, error)
    _forget_erased(ports, records)
    run.end = Head(records[-1].number, records[-1].hash, run.today)
    run.report.sealed += len(records)
    return True


def _pass_over(ports: AuditPorts, run: _Run, batch: Sequence[AuditEntry], error: Exception) -> bool:
    """Seal a refused batch one entry at a time; leave and report an entry that is refused alone."""
    if len(batch) > 1:
        return all(_seal(ports, run, (entry,)) for entry in batch)
    if not isinstance(error, ConcurrentUpdate) or batch[0].at < ports.now() - STUCK_AFTER:
        ports.alarms.raise_failure("audit entry not sealed", error)
        run.report.failed += 1
    run.left += 1
    return run.left < MOST_LEFT


def _is_first_hour(ports: AuditPorts) -> bool:
    """Return True in the first hour of the Paris day.

    Without entries only this hour reads the head: a quiet day costs a few dozen reads, not one a minute.
    """
    return ports.now().astimezone(PARIS).hour == 0


def _batches(entries: Sequence[AuditEntry]) -> Iterator[Sequence[AuditEntry]]:
    return (entries[first : first + BATCH] for first in range(0, len(entries), BATCH))


def _chained(ports: AuditPorts, entries: Sequence[AuditEntry], end: Head | None) -> Sequence[AuditRecord]:
    number, previous = (end.number, end.hash) if end else (0, BEGINNING)
    records = []
    for place, entry in enumerate(entries, number + 1):
        records.append(seal(previous, place, entry, ports.new_token()))
        previous = records[-1].hash
    return records


def _forget_erased(ports: AuditPorts, records: Sequence[AuditRecord]) -> None:
    """Blank again the reasons that were sealed while their subject was being erased."""
    for record in records:
        if record.act is Act.PERSON_ERASED:
            ports.audit.forget_reasons(record.subject_id)
