from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.domain.audit import BEGINNING, Act, AuditEntry, AuditRecord, Head, seal
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.usecases.audit.ports import AuditPorts

BATCH = 30
"""Entries a transaction: each takes two of its 100 actions, the chain's end one more."""
RUN = 6000
"""Entries a run: what is left waits for the next minute."""
STUCK_AFTER = timedelta(hours=1)
"""An entry that nobody seals for so long did not just lose a race."""


def seal_audit(ports: AuditPorts) -> int:
    """Give every waiting entry its place in the chain; return how many got one.

    Whatever day has ended since the last sealing leaves its head apart from the chain first: in the new day's
    first hour, else before anything more is sealed. Run twice or beside another run, each entry is sealed
    once: who loses the race leaves the rest to the next run.
    """
    today, waiting = paris_day(ports.now()), ports.audit.waiting(RUN)
    if not waiting and not _is_first_hour(ports):
        return 0
    end = ports.audit.head()
    if end and end.day < today:
        ports.audit_heads.keep(replace(end, day=today - timedelta(days=1)))
    sealed = 0
    for batch in _batches(waiting):
        records = _chained(ports, batch, end)
        try:
            ports.audit.append(records, end, today)
        except ConcurrentUpdate:
            _leave(ports, batch, end)
            break
        _forget_erased(ports, records)
        end = _end_of(records, today)
        sealed += len(records)
    return sealed


def _is_first_hour(ports: AuditPorts) -> bool:
    """A quiet day costs a few dozen looks at the bucket, not one a minute."""
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


def _end_of(records: Sequence[AuditRecord], today: date) -> Head:
    return Head(records[-1].number, records[-1].hash, today)


def _leave(ports: AuditPorts, batch: Sequence[AuditEntry], end: Head | None) -> None:
    """A lost race is nothing; a chain that takes nothing more is for the operators to hear of."""
    if ports.audit.head() == end and batch[0].at < ports.now() - STUCK_AFTER:
        raise ConcurrentUpdate("the chain's end")


def _forget_erased(ports: AuditPorts, records: Sequence[AuditRecord]) -> None:
    """A reason may have been sealed while its subject was being erased."""
    for record in records:
        if record.act is Act.PERSON_ERASED:
            ports.audit.forget_reasons(record.subject_id)
