from collections.abc import Iterator
from dataclasses import replace

from chalicelib.domain.trail.audit import FORGETTING, AuditRecord, RecordUnreadable
from chalicelib.domain.trail.audit_verification import Verdict, beyond, verify
from chalicelib.domain.trail.restores import restores_in, standing
from chalicelib.usecases.audit.ports import KeptAudit
from chalicelib.usecases.audit.seal_audit import RUN


def verify_audit(ports: KeptAudit) -> Verdict:
    """Verify the whole chain against its end and the heads stored outside it; sealing may go on meanwhile.

    A flaw is checked by a second read: an erasure under way looks like a blank for a moment. A chain that
    tells of restores is read without the heads that these void; `restores` are told where it mattered.
    """
    verdict = _read(ports)
    return _read(ports) if verdict.flaw else verdict


def _read(ports: KeptAudit) -> Verdict:
    heads, end = ports.audit_heads.all(), ports.audit.head()
    erasing = {each.subject_id for each in ports.audit.waiting(RUN) if each.act in FORGETTING}
    verdict = verify(ports.audit.records(1), heads, end, erasing)
    if verdict.flaw and (restores := restores_in(_readable(ports))):
        again = verify(ports.audit.records(1), standing(heads, restores), end, erasing)
        verdict = replace(again, restores=restores)
    if flaw := beyond(verdict, ports.audit.head()):
        return replace(verdict, flaw=flaw)
    return verdict


def _readable(ports: KeptAudit) -> Iterator[AuditRecord]:
    """Yield the records up to the first that cannot be read."""
    try:
        yield from ports.audit.records(1)
    except RecordUnreadable:
        return
