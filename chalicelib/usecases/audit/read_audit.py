from collections.abc import Sequence

from chalicelib.domain.trail.audit import AuditRecord
from chalicelib.usecases.audit.ports import AuditPorts

PAGE = 50


def read_audit(
    ports: AuditPorts, subject_id: str, after: str | None
) -> tuple[Sequence[AuditRecord], str | None]:
    """Return one page of the records about a person, newest last, and the cursor of the next page."""
    return ports.audit.of_subject(subject_id, after)


def latest_audit(ports: AuditPorts, before: str | None) -> tuple[Sequence[AuditRecord], str | None]:
    """Return one page of all records, newest first, and the cursor of older ones."""
    head = ports.audit.head()
    end = head.number if head else 0
    if before:
        end = min(end, int(before) - 1)
    start = max(1, end - PAGE + 1)
    found = tuple(ports.audit.records(start, end)) if end > 0 else ()
    return found[::-1], str(start) if start > 1 else None
