from dataclasses import replace

from chalicelib.domain.trail.audit import FORGETTING
from chalicelib.domain.trail.audit_verification import Verdict, beyond, verify
from chalicelib.usecases.audit.ports import KeptAudit
from chalicelib.usecases.audit.seal_audit import RUN


def verify_audit(ports: KeptAudit) -> Verdict:
    """Verify the whole chain against its end and the heads stored outside it; sealing may go on meanwhile.

    A flaw is checked by a second read: an erasure under way looks like a blank for a moment.
    """
    verdict = _read(ports)
    return _read(ports) if verdict.flaw else verdict


def _read(ports: KeptAudit) -> Verdict:
    heads, end = ports.audit_heads.all(), ports.audit.head()
    erasing = {each.subject_id for each in ports.audit.waiting(RUN) if each.act in FORGETTING}
    verdict = verify(ports.audit.records(1), heads, end, erasing)
    if flaw := beyond(verdict, ports.audit.head()):
        return replace(verdict, flaw=flaw)
    return verdict
