import re
from collections.abc import Sequence
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.audit import AuditRecord, RecordUnreadable
from chalicelib.handlers.page import page
from chalicelib.handlers.page_desks import AUDIT
from chalicelib.handlers.visit import Visit
from chalicelib.usecases.list_people import names_of
from chalicelib.usecases.read_audit import latest_audit, read_audit

pages_audit = Blueprint(__name__)
LONGEST_SUBJECT = 100
_CURSOR = re.compile(r"[0-9]{1,12}")


@page(pages_audit, "GET", AUDIT.path, action=AUDIT.action)
def staff_audit(visit: Visit) -> Response:
    """What was done to one person's record, oldest first; without a subject, what was done last."""
    subject = visit.parameter("subject")[:LONGEST_SUBJECT]
    found, following, is_spoilt = _read(visit, subject)
    further = {"subject": subject, "after": following} if subject else {"after": following}
    named = {name for each in found for name in (each.by, each.subject_id)} | {subject} - {""}
    return visit.page(
        "staff_audit",
        subject=subject,
        found=found,
        is_spoilt=is_spoilt,
        names=names_of(visit.ports, named),
        further=f"{AUDIT.path}?{urlencode(further)}" if following else "",
    )


def _read(visit: Visit, subject: str) -> tuple[Sequence[AuditRecord], str | None, bool]:
    """Read one page, and whether it holds what is no record any more: the verifier says which."""
    after = visit.parameter("after")
    cursor = after if _CURSOR.fullmatch(after) else None
    try:
        found, following = (
            read_audit(visit.ports, subject, cursor) if subject else latest_audit(visit.ports, cursor)
        )
    except RecordUnreadable:
        return (), None, True
    return found, following, False
