from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.trail.search import AuditTooLong
from chalicelib.portal.words.audit_csv import audit_csv
from chalicelib.usecases.audit.read_audit import audit_for_file, read_audit
from chalicelib.usecases.people.list_people import names_of
from chalicelib.web.downloads import CSV_TEXT, csv_text
from chalicelib.web.schemas import identity as schemas

audit = Blueprint(__name__)


@endpoint(
    audit,
    "GET",
    "/staff/audit",
    query=schemas.AuditQuery,
    answer=schemas.AuditPage,
    action=Action.READ_AUDIT,
)
def read_what_was_done(call: Call) -> schemas.AuditPage:
    found = read_audit(call.ports, call.query.search, call.query.after)
    return schemas.AuditPage(
        items=[schemas.AuditRecordView.model_validate(each, from_attributes=True) for each in found.records],
        next=found.following,
        read_to=found.read_to,
        unreadable=found.unreadable,
    )


@endpoint(
    audit,
    "GET",
    "/staff/exports/audit.csv",
    gives=CSV_TEXT,
    query=schemas.AuditFileQuery,
    errors=[AuditTooLong],
    action=Action.READ_AUDIT,
)
def export_what_was_done(call: Call) -> Response:
    found = audit_for_file(call.ports, call.query.search)
    names = names_of(call.ports, {name for each in found for name in (each.by, each.subject_id)})
    data = audit_csv(found, names, call.ports.campaigns.current())
    return csv_text(data, f"journal-audit-{paris_day(call.ports.now())}.csv")
