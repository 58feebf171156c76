import re
from collections.abc import Sequence
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.trail.audit import AuditRecord, RecordUnreadable
from chalicelib.pages.desks import AUDIT
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.usecases.audit.read_audit import latest_audit, read_audit
from chalicelib.usecases.people.list_people import names_of

pages_audit = Blueprint(__name__)
LONGEST_SUBJECT = 100
_CURSOR = re.compile(r"[0-9]{1,12}")


@page(pages_audit, "GET", AUDIT.path, action=AUDIT.action)
def staff_audit(page_request: PageRequest) -> Response:
    """Show the records about one person, oldest first; without a subject, the latest records."""
    subject = page_request.parameter("subject")[:LONGEST_SUBJECT]
    found, following, is_spoilt = _read(page_request, subject)
    further = {"subject": subject, "after": following} if subject else {"after": following}
    named = {name for each in found for name in (each.by, each.subject_id)} | {subject} - {""}
    return page_request.page(
        "staff_audit",
        subject=subject,
        found=found,
        is_spoilt=is_spoilt,
        names=names_of(page_request.ports, named),
        further=f"{AUDIT.path}?{urlencode(further)}" if following else "",
    )


def _read(page_request: PageRequest, subject: str) -> tuple[Sequence[AuditRecord], str | None, bool]:
    """Return one page, its cursor, and True if it holds an unreadable record: the verification names it."""
    after = page_request.parameter("after")
    cursor = after if _CURSOR.fullmatch(after) else None
    try:
        found, following = (
            read_audit(page_request.ports, subject, cursor)
            if subject
            else latest_audit(page_request.ports, cursor)
        )
    except RecordUnreadable:
        return (), None, True
    return found, following, False
