from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain.access import Action
from chalicelib.usecases.audit.read_audit import read_audit
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
    found, cursor = read_audit(call.ports, call.query.subject, call.query.after)
    return schemas.AuditPage(
        items=[schemas.AuditRecordView.model_validate(each, from_attributes=True) for each in found],
        next=cursor,
    )
